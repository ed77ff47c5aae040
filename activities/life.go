package activities

import (
	"context"
	"log/slog"
	"time"

	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/workflows/contract"
)

// Life holds the activities behind a connection's states: what is kept of them, and what disabling and enabling do.
type Life struct {
	Store *store.Store
	Sides Sides
	// Timing and InFlight are those of the syncs: a drain settles what they have sent.
	Timing   Timing
	InFlight int
	Now      func() time.Time
	Log      *slog.Logger
}

// begin starts the heartbeat of an attempt, as of a sync's activity.
func (l *Life) begin(ctx context.Context, run string) (context.Context, *part) {
	s := &Sync{Store: l.Store, Sides: l.Sides, Timing: l.Timing, InFlight: max(l.InFlight, 1), Now: l.Now, Log: l.Log}
	return s.begin(ctx, run)
}

// KeepState stores a connection's state, for whoever looks without Temporal. It is idempotent: the state is set, not
// moved, and one that comes after a later one changes nothing.
func (l *Life) KeepState(ctx context.Context, in contract.KeepStateInput) error {
	var degraded *record.Degraded
	if in.Degraded != nil {
		degraded = &record.Degraded{Reason: in.Degraded.Reason, Since: in.Degraded.Since}
	}
	if in.Series == "" { // of an earlier build
		return fail("keep the state", l.Store.Connections.SetState(ctx, in.Connection, record.State(in.State), degraded))
	}
	return fail("keep the state", l.Store.Connections.KeepState(ctx, in.Connection, in.Series, in.Seq, record.State(in.State), degraded))
}

// LookAtDisable says what disabling would take away. It changes nothing.
func (l *Life) LookAtDisable(ctx context.Context, in contract.ConnectionInput) (contract.DisableLook, error) {
	prefs, err := l.Store.Connections.Preferences(ctx, in.Connection, 0)
	if err != nil {
		return contract.DisableLook{}, fail("look at what disabling removes", err)
	}
	counts, err := l.Store.Workspace.Counts(ctx, in.Connection)
	if err != nil {
		return contract.DisableLook{}, fail("look at what disabling removes", err)
	}
	on := prefs.Transactions != "" && prefs.Transactions != record.TransactionsOff
	return contract.DisableLook{TransactionsOn: on, Workspace: counts}, nil
}

// workspaceChunk is how much of the finance workspace goes in one transaction.
const workspaceChunk = 500

// RemoveWorkspace removes what Causeway's finance workspace keeps, in short transactions: the CRM's own records,
// billing's transactions, preferences, links and history stay. It is idempotent; what it counts is what this attempt
// has removed.
func (l *Life) RemoveWorkspace(ctx context.Context, in contract.ConnectionInput) (contract.RemovedWorkspace, error) {
	ctx, p := l.begin(ctx, "")
	defer p.close()
	out := contract.RemovedWorkspace{Removed: map[string]int{}}
	for more := true; more; {
		removed, err := p.Store.Workspace.Remove(ctx, in.Connection, workspaceChunk)
		if err != nil {
			return out, ended(ctx, "remove the finance workspace", err)
		}
		more = len(removed) > 0
		for kind, n := range removed {
			out.Removed[kind] += n
		}
	}
	return out, nil
}
