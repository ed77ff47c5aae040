package mirror

import (
	"time"

	"causeway/activities/attempt"
	"causeway/internal/billing"
	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/workflows/contract"
)

// listing is one pass over a list of billing's, as far as an activity takes it.
type listing struct {
	try         *attempt.Attempt
	in          contract.MirrorInput
	module      record.Module
	port        billing.Port
	state       store.MirrorState
	q           billing.ListQuery
	both        bool // what changes is due
	incremental bool
	sorted      bool // it can be
	mark        time.Time
	done        bool
	end         *listEnd // once it was asked for
}

// all is the whole list, where its changes alone can be read too.
func (l *listing) all() list { return list{record.Billing, l.module, listAllIDs} }

// listEnd is the last page of a list, as it was known, and how many records were known on it.
type listEnd struct {
	billing.Page
	known int
}
