package zohocrm

import "causeway/internal/sandbox/platform"

// documentHandlers serves what hangs on records: attachments, notes, events and calls.
type documentHandlers struct {
	db    *platform.DB
	store *Store
	clock platform.Clock
}

func newDocumentHandlers(db *platform.DB, store *Store, clock platform.Clock) *documentHandlers {
	return &documentHandlers{db: db, store: store, clock: clock}
}
