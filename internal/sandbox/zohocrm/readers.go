package zohocrm

import "causeway/internal/sandbox/platform"

// readHandlers answers the calls that read records.
type readHandlers struct {
	store    *Store
	defs     *Definitions
	settings *platform.Settings
	clock    platform.Clock
}

func newReadHandlers(store *Store, defs *Definitions, settings *platform.Settings, clock platform.Clock) *readHandlers {
	return &readHandlers{store: store, defs: defs, settings: settings, clock: clock}
}
