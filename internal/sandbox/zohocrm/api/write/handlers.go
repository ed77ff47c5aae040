package write

import (
	"causeway/internal/sandbox/platform"
	"causeway/internal/sandbox/zohocrm/records"
)

// Handlers answers the calls that create, change and delete records.
type Handlers struct {
	store    *records.Store
	settings *platform.Settings
}

func New(store *records.Store, settings *platform.Settings) *Handlers {
	return &Handlers{store: store, settings: settings}
}
