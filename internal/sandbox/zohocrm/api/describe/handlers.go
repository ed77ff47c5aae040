package describe

import (
	"causeway/internal/sandbox/platform"
	"causeway/internal/sandbox/zohocrm/custom"
)

// Handlers answers the calls that describe the organisation.
type Handlers struct {
	defs     *custom.Definitions
	settings *platform.Settings
}

// New returns the handlers that describe an organisation.
func New(defs *custom.Definitions, settings *platform.Settings) *Handlers {
	return &Handlers{defs: defs, settings: settings}
}
