package admin

import (
	"causeway/internal/sandbox/zohocrm/custom"
	"causeway/internal/sandbox/zohocrm/records"
)

// Actions does what people do on the CRM's own pages and no API call does. The sandbox's first user does it.
type Actions struct {
	store *records.Store
	defs  *custom.Definitions
}

// New returns the actions on a store's records and on definitions.
func New(store *records.Store, defs *custom.Definitions) *Actions {
	return &Actions{store: store, defs: defs}
}
