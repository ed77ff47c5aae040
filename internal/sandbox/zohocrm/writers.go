package zohocrm

import "causeway/internal/sandbox/platform"

// writeHandlers answers the calls that create, change and delete records.
type writeHandlers struct {
	store    *Store
	settings *platform.Settings
}

func newWriteHandlers(store *Store, settings *platform.Settings) *writeHandlers {
	return &writeHandlers{store: store, settings: settings}
}
