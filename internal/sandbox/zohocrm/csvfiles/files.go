package csvfiles

import (
	"causeway/internal/sandbox/zohocrm/custom"
	"causeway/internal/sandbox/zohocrm/records"
)

// Files exports and imports the records of an organisation.
type Files struct {
	store *records.Store
	defs  *custom.Definitions
}

// New returns the files of a store's records.
func New(store *records.Store, defs *custom.Definitions) *Files {
	return &Files{store: store, defs: defs}
}
