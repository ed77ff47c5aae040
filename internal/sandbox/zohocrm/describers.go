package zohocrm

import "causeway/internal/sandbox/platform"

// describeHandlers answers the calls that describe the organisation.
type describeHandlers struct {
	defs     *Definitions
	settings *platform.Settings
}

func newDescribeHandlers(defs *Definitions, settings *platform.Settings) *describeHandlers {
	return &describeHandlers{defs: defs, settings: settings}
}
