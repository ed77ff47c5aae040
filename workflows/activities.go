package workflows

import "causeway/activities"

// These serve only as method references: activities are called by name, through Temporal.
var (
	syncing    *activities.Sync
	setup      *activities.Setup
	life       *activities.Life
	conversion *activities.Conversion
	notices    *activities.Notices
	pushes     *activities.Pushes
)
