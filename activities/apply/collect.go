package apply

import (
	"context"
	"slices"
	"time"

	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/internal/store/operations"

	"golang.org/x/sync/errgroup"
)

// collect stores outcomes as they come, many at a time. It takes more meanwhile, so that the senders need not wait for
// the store.
func (c *chunk) collect(ctx context.Context) error {
	var outcomes []operations.Outcome
	var release []string
	var stores errgroup.Group
	stores.SetLimit(storesAtOnce)
	flush := func() {
		done, back := outcomes, release
		outcomes, release = nil, nil
		stores.Go(func() error {
			err := c.flush(ctx, done, back)
			if err != nil {
				c.stop(err)
			}
			return err
		})
	}
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		select {
		case r, ok := <-c.results:
			if !ok {
				flush()
				return stores.Wait()
			}
			if !r.release {
				c.finished++
			}
			if r.outcome != nil {
				outcomes = append(outcomes, *r.outcome)
			} else if r.release {
				release = append(release, r.op.ID)
			}
			if len(outcomes)+len(release) == 1 {
				timer.Reset(flushAfter)
			}
			if len(outcomes)+len(release) >= storeBatch {
				flush()
			}
		case <-timer.C:
			flush()
		}
	}
}

// flushAfter bounds how many outcomes a crash can leave unknown.
const flushAfter = 200 * time.Millisecond

func (c *chunk) flush(ctx context.Context, outcomes []operations.Outcome, release []string) error {
	if len(outcomes) > 0 {
		written, err := c.try.Store.Operations.Finish(ctx, c.try.Token, c.try.Now(), outcomes)
		if err != nil {
			return err
		}
		if err := c.vanished(ctx, outcomes, written); err != nil {
			return err
		}
		if err := c.dropDecisions(ctx, outcomes); err != nil {
			return err
		}
	}
	if len(release) == 0 {
		return nil
	}
	return c.try.Store.Operations.Release(ctx, c.try.Token, release)
}

// vanished marks what outcomes have shown to be gone: contact persons that moves deleted, and records that a write did
// not find. Else the mirror would still show them, and the next look at every record would take such a person for one
// that the CRM never had, or such a record for one that was restored.
func (a *applying) vanished(ctx context.Context, outcomes []operations.Outcome, written []string) error {
	ids := map[record.Module][]string{}
	for _, o := range outcomes {
		op, id := o.Operation, ""
		switch {
		case op.Action == record.ActionMove && op.Outcome == record.Updated:
			id = op.Before.Text(reconcile.MovedPerson)
		case op.Outcome == record.Deleted:
			id = op.TargetID
		}
		moved := op.Action == record.ActionMove && id == op.TargetID
		if id != "" && !moved && slices.Contains(written, op.ID) { // otherwise another attempt holds the operation
			ids[op.TargetModule] = append(ids[op.TargetModule], id)
		}
	}
	for module, gone := range ids {
		if _, err := a.try.Store.Operations.MarkGone(ctx, a.in.RunID, a.side(), module, gone); err != nil {
			return err
		}
	}
	return nil
}
