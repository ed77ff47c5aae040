package workflows

import "go.temporal.io/sdk/workflow"

// Each predicate names a change of the order of commands: false in an execution that was begun before it.
// Histories of those are replayed in the tests, so none of them may go.

// selectsRetries says that a retry looks first for what there is to try again.
func selectsRetries(ctx workflow.Context) bool {
	return workflow.GetVersion(ctx, "select-retries", workflow.DefaultVersion, 1) >= 1
}

// prunesHistory says that old runs are forgotten between two syncs.
func prunesHistory(ctx workflow.Context) bool {
	return workflow.GetVersion(ctx, "prune-history", workflow.DefaultVersion, 1) >= 1
}

// comesAhead says that a sync of everything steps aside for a run of some records that somebody asks for.
func comesAhead(ctx workflow.Context) bool {
	return workflow.GetVersion(ctx, "come-ahead", workflow.DefaultVersion, 1) >= 1
}

// tellsProgress says that a deletion tells its connection how far it has come.
func tellsProgress(ctx workflow.Context) bool {
	return workflow.GetVersion(ctx, "tell-progress", workflow.DefaultVersion, 1) >= 1
}

// notifies says that a connection leaves notifications of its troubles, and pauses itself after too many.
func notifies(ctx workflow.Context) bool {
	return workflow.GetVersion(ctx, "notify", workflow.DefaultVersion, 1) >= 1
}

// releasesPushes says that pushes which were queued in a pause go on with the connection.
func releasesPushes(ctx workflow.Context) bool {
	return workflow.GetVersion(ctx, "release-pushes", workflow.DefaultVersion, 1) >= 1
}

// keepsPausing says that the store learns at once that a connection is being paused: a push asks there before each
// of its calls.
func keepsPausing(ctx workflow.Context) bool {
	return workflow.GetVersion(ctx, "keep-pausing", workflow.DefaultVersion, 1) >= 1
}

// refusesPushes says that disabling ends queued pushes and waits for those that were admitted.
func refusesPushes(ctx workflow.Context) bool {
	return workflow.GetVersion(ctx, "refuse-pushes", workflow.DefaultVersion, 1) >= 1
}
