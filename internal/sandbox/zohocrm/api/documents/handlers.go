package documents

import (
	"causeway/internal/sandbox/platform"
	"causeway/internal/sandbox/zohocrm/records"
)

// Handlers serves what hangs on records: attachments, notes, events and calls.
type Handlers struct {
	db    *platform.DB
	store *records.Store
	clock platform.Clock
}

// New returns the handlers of documents. db must have Schema.
func New(db *platform.DB, store *records.Store, clock platform.Clock) *Handlers {
	return &Handlers{db: db, store: store, clock: clock}
}
