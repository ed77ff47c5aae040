package lifecycle

import (
	"context"

	"causeway/activities/attempt"
	"causeway/internal/record"
	"causeway/internal/steps"
)

// KeepState stores a connection's state, for all who read it without Temporal. It is idempotent: the state is set, and
// a state that arrives after a later one changes nothing.
func KeepState(ctx context.Context, env *attempt.Environment, in steps.KeepStateInput) error {
	var degraded *record.Degraded
	if in.Degraded != nil {
		degraded = &record.Degraded{Reason: in.Degraded.Reason, Since: in.Degraded.Since}
	}
	if in.Series == "" { // from a workflow of an earlier build
		return env.Store.Connections.SetState(ctx, in.Connection, record.State(in.State), degraded)
	}
	return env.Store.Connections.KeepState(ctx, in.Connection, in.Series, in.Seq, record.State(in.State), degraded)
}

// LookAtDisable returns what disabling would remove. It changes nothing.
func LookAtDisable(ctx context.Context, env *attempt.Environment, in steps.ConnectionInput) (steps.DisableLook, error) {
	prefs, err := env.Store.Connections.Preferences(ctx, in.Connection, 0)
	if err != nil {
		return steps.DisableLook{}, err
	}
	counts, err := env.Store.Workspace.Counts(ctx, in.Connection)
	if err != nil {
		return steps.DisableLook{}, err
	}
	on := prefs.Transactions != "" && prefs.Transactions != record.TransactionsOff
	return steps.DisableLook{TransactionsOn: on, Workspace: counts}, nil
}

// workspaceChunk is how many rows of the finance workspace are removed in one transaction.
const workspaceChunk = 500

// RemoveWorkspace removes what Causeway's finance workspace keeps, in short transactions. The CRM's own records,
// billing's transactions, preferences, links and history stay. It is idempotent; it counts what this attempt has
// removed.
func RemoveWorkspace(ctx context.Context, try *attempt.Attempt, in steps.ConnectionInput) (steps.RemovedWorkspace, error) {
	out := steps.RemovedWorkspace{Removed: map[string]int{}}
	for more := true; more; {
		removed, err := try.Store.Workspace.Remove(ctx, in.Connection, workspaceChunk)
		if err != nil {
			return out, err
		}
		more = len(removed) > 0
		for kind, n := range removed {
			out.Removed[kind] += n
		}
	}
	return out, nil
}
