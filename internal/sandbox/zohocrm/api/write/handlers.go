package write

import (
	"causeway/internal/sandbox/platform"
	"causeway/internal/sandbox/zohocrm/records"
)

// Handlers answers the calls that create, update and delete records.
type Handlers struct {
	store    *records.Store
	settings *platform.Settings
}

// New returns the handlers that write to a store.
func New(store *records.Store, settings *platform.Settings) *Handlers {
	return &Handlers{store: store, settings: settings}
}
