package mirror

import (
	"time"

	"causeway/activities/attempt"
	"causeway/internal/billing"
	"causeway/internal/record"
	"causeway/internal/steps"
	"causeway/internal/store/mirror"
)

// listing is one pass over a list of billing's.
type listing struct {
	try         *attempt.Attempt
	in          steps.MirrorInput
	module      record.Module
	port        billing.Port
	state       mirror.State
	q           billing.ListQuery
	both        bool // changes have to be planned
	incremental bool
	sorted      bool // the side can sort the list by the last change
	mark        time.Time
	done        bool
	end         *listEnd // nil until it is read
}

// listEnd is the last page of a list as the mirror knows it, and how many records the mirror has of that page.
type listEnd struct {
	billing.Page
	known int
}

// all is the whole list, of which the changes alone can be read too.
func (l *listing) all() list { return list{record.Billing, l.module, listAllIDs} }
