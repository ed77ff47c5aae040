package workflows

import "go.temporal.io/sdk/workflow"

// Each function names one change of the order of commands. It returns false in an execution that began before that
// change. Histories of such executions are replayed in the tests, so none of these functions may be removed.

// selectsRetries: a retry first looks up what there is to retry.
func selectsRetries(ctx workflow.Context) bool {
	return workflow.GetVersion(ctx, "select-retries", workflow.DefaultVersion, 1) >= 1
}

// prunesHistory: old runs are deleted between two syncs.
func prunesHistory(ctx workflow.Context) bool {
	return workflow.GetVersion(ctx, "prune-history", workflow.DefaultVersion, 1) >= 1
}

// comesAhead: a sync of everything is interrupted for a run of some records that a user asks for.
func comesAhead(ctx workflow.Context) bool {
	return workflow.GetVersion(ctx, "come-ahead", workflow.DefaultVersion, 1) >= 1
}

// tellsProgress: a deletion reports its progress to its connection.
func tellsProgress(ctx workflow.Context) bool {
	return workflow.GetVersion(ctx, "tell-progress", workflow.DefaultVersion, 1) >= 1
}

// notifies: a connection creates notifications, and pauses itself after too many failed runs.
func notifies(ctx workflow.Context) bool {
	return workflow.GetVersion(ctx, "notify", workflow.DefaultVersion, 1) >= 1
}

// releasesPushes: pushes that were queued during a pause continue with the connection.
func releasesPushes(ctx workflow.Context) bool {
	return workflow.GetVersion(ctx, "release-pushes", workflow.DefaultVersion, 1) >= 1
}

// keepsPausing: the store learns at once that a connection is being paused. A push checks this before each of its
// calls.
func keepsPausing(ctx workflow.Context) bool {
	return workflow.GetVersion(ctx, "keep-pausing", workflow.DefaultVersion, 1) >= 1
}

// refusesPushes: disabling ends queued pushes and waits for admitted ones.
func refusesPushes(ctx workflow.Context) bool {
	return workflow.GetVersion(ctx, "refuse-pushes", workflow.DefaultVersion, 1) >= 1
}
