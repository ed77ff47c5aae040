package activities

import (
	"context"
	"fmt"
	"sync"
	"time"

	"causeway/internal/billing"
	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/workflows/contract"
)

// importRun is the id of the run that brings records to billing for a push.
func importRun(connection string, seq int64) string {
	return fmt.Sprintf("push-%s-%d", connection, seq)
}

// ImportForPush brings records of the CRM to billing, in a run of its own, which history shows, beside any sync: who
// waits for a transaction need not wait for a sync to end. It reads the records, decides on them and writes, as a run
// of single records does; what is there is not made twice, since creation is by the marker, whoever makes it. It is
// idempotent: called again it goes on where it was.
func (s *Pushes) ImportForPush(ctx context.Context, in contract.PushImportInput) (contract.PushImported, error) {
	run := importRun(in.Connection, in.Sequence)
	ctx, p := s.begin(ctx, run)
	defer p.close()
	out, err := p.importFor(ctx, in, run)
	return out, ended(ctx, "import for a push", err)
}

func (p *part) importFor(ctx context.Context, in contract.PushImportInput, run string) (contract.PushImported, error) {
	var out contract.PushImported
	prefs, err := p.Store.Connections.Preferences(ctx, in.Connection, 0)
	if err != nil {
		return out, err
	}
	conn, err := p.Store.Connections.Get(ctx, in.Connection)
	if err != nil {
		return out, err
	}
	if !works(conn.State) {
		out.Done = true // CarryOut says what comes next
		return out, nil
	}
	begun, err := p.Store.Runs.Start(ctx, record.Run{
		ID: run, Connection: in.Connection, Push: int(in.Sequence), Trigger: record.TriggerPush, WorkflowID: in.WorkflowID,
		Preferences: prefs.Version, Scoped: true, Who: in.Who, Status: record.RunRunning, StartedAt: p.Now(),
	})
	if err != nil {
		return out, err
	}
	if begun.Status != record.RunRunning {
		out.Done = true
		return out, nil
	}
	return p.importRecords(ctx, in, run)
}

func (p *part) importRecords(ctx context.Context, in contract.PushImportInput, run string) (contract.PushImported, error) {
	var out contract.PushImported
	refs := make([]record.Ref, len(in.Records))
	for i, r := range in.Records {
		refs[i] = record.Ref{Side: record.Side(r.Side), Module: record.Module(r.Module), ID: r.ID}
	}
	if err := p.Store.Runs.SetRecords(ctx, run, refs); err != nil {
		return out, err
	}
	for page, done := 0, false; !done; {
		got, err := p.mirrorScope(ctx, contract.MirrorInput{Connection: in.Connection, RunID: run, Page: page})
		if err != nil {
			return out, err
		}
		page, done = got.Page, got.Done
		if err := p.unfinished(ctx); err != nil {
			return out, err
		}
	}
	prefs, err := p.preferences(ctx, in.Connection, run)
	if err != nil {
		return out, err
	}
	for n := 1; n > 0; { // once more, as long as there is something: a sync that begins meanwhile drops what is only planned
		beside, err := p.Store.Operations.TakeBeside(ctx, in.Connection, run, record.CRM, p.Now().Add(-justPlanned))
		if err != nil {
			return out, err
		}
		if beside.Held > 0 {
			out.SettleAt = p.Now().Add(besidePoll)
			return out, nil
		}
		if n, out.SettleAt, err = p.carrySteps(ctx, in, run, prefs); err != nil || !out.SettleAt.IsZero() {
			// Whoever sent what was moved is most probably about to store its outcome.
			if soon := p.Now().Add(besidePoll); err == nil && beside.Moved > 0 && out.SettleAt.After(soon) {
				out.SettleAt = soon
			}
			return out, err
		}
		n += beside.Dropped
	}
	_, err = p.finishRun(ctx, contract.FinishInput{RunID: run})
	out.Done = err == nil
	return out, err
}

const (
	// justPlanned is how long what another push has planned is left to it.
	justPlanned = time.Minute
	// besidePoll is how long it takes until it is looked at again what others have open.
	besidePoll = time.Second
)

// carrySteps brings to billing what the run has of each entity. It gives the number of records that were decided upon,
// and when the rest can be settled.
func (p *part) carrySteps(ctx context.Context, in contract.PushImportInput, run string, prefs record.Preferences) (decided int, settleAt time.Time, err error) {
	for _, step := range reconcile.Steps(prefs) {
		if step.Direction == record.ToCRM {
			continue
		}
		entity := contract.EntityInput{Connection: in.Connection, RunID: run, Entity: string(step.Entity), Scoped: true}
		n, settleAt, err := p.carryEntity(ctx, entity)
		decided += n
		if err != nil || !settleAt.IsZero() {
			return decided, settleAt, err
		}
	}
	return decided, time.Time{}, nil
}

// carryEntity plans and applies what the run has of one entity, and settles what an earlier attempt has left open. It
// gives the number of records that were decided upon, and when the rest can be settled.
func (p *part) carryEntity(ctx context.Context, in contract.EntityInput) (decided int, settleAt time.Time, err error) {
	if _, err := p.settle(ctx, in); err != nil {
		return 0, time.Time{}, err
	}
	for done := false; !done; {
		planned, err := p.planPage(ctx, in)
		if err != nil {
			return decided, time.Time{}, err
		}
		done, in.From = planned.Done, planned.Next
		decided += planned.Planned
		if err := p.unfinished(ctx); err != nil {
			return decided, time.Time{}, err
		}
	}
	for {
		applied, err := p.applyPage(ctx, in)
		switch {
		case err != nil:
			return decided, time.Time{}, err
		case applied.Sent > 0:
			return decided, applied.SettleAt, nil
		case applied.Planned == 0:
			return decided, time.Time{}, nil
		case applied.RetryAfterMS > 0:
			return decided, p.Now().Add(time.Duration(applied.RetryAfterMS) * time.Millisecond), nil
		}
		if err := p.unfinished(ctx); err != nil {
			return decided, time.Time{}, err
		}
	}
}

// unfinished says that the attempt's time is over.
func (p *part) unfinished(ctx context.Context) error {
	if !p.over(ctx, 0) {
		return nil
	}
	return &record.Error{Kind: record.Unavailable, Op: "import", Code: contract.CodeUnfinished, Message: "the attempt's time is over; it goes on"}
}

// capabilitiesLast is how long what a billing system says of itself is believed.
const capabilitiesLast = 10 * time.Minute

type knownCapabilities struct {
	capabilities billing.TransactionCapabilities
	until        time.Time
}

// Capabilities remembers what the billing systems of connections can do with transactions.
type Capabilities struct {
	mu    sync.Mutex
	known map[string]knownCapabilities
}

// capabilities asks the billing system what it can do, once in a while.
func (s *Pushes) capabilities(ctx context.Context, connection string, port billing.Transactions) (billing.TransactionCapabilities, error) {
	s.Capabilities.mu.Lock()
	defer s.Capabilities.mu.Unlock()
	if k, ok := s.Capabilities.known[connection]; ok && s.Now().Before(k.until) {
		return k.capabilities, nil
	}
	ctx, cancel := context.WithTimeout(ctx, s.Timing.Call)
	defer cancel()
	caps, err := port.ProbeTransactions(ctx)
	if err != nil {
		return caps, err
	}
	if s.Capabilities.known == nil {
		s.Capabilities.known = map[string]knownCapabilities{}
	}
	s.Capabilities.known[connection] = knownCapabilities{caps, s.Now().Add(capabilitiesLast)}
	return caps, nil
}
