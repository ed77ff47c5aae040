package read

import (
	"net/http"

	"causeway/internal/sandbox/platform"
	"causeway/internal/sandbox/zohocrm/custom"
	"causeway/internal/sandbox/zohocrm/records"
)

// Handlers answers the calls that read records.
type Handlers struct {
	store    *records.Store
	defs     *custom.Definitions
	settings *platform.Settings
	clock    platform.Clock
}

// New returns the handlers that read the records of a store.
func New(store *records.Store, defs *custom.Definitions, settings *platform.Settings, clock platform.Clock) *Handlers {
	return &Handlers{store: store, defs: defs, settings: settings, clock: clock}
}

// notModified answers that nothing changed since If-Modified-Since.
func (h *Handlers) notModified(w http.ResponseWriter) error {
	w.WriteHeader(h.settings.Get().NotModified)
	return nil
}
