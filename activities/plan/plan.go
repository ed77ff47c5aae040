package plan

import (
	"context"
	"errors"

	"causeway/activities/attempt"
	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/internal/steps"
)

// Page decides on the next source records of one entity, and stores an operation for each. A record that has an operation
// of this run is never decided upon again, so a second attempt continues where the first one stopped.
//
// Each part begins where the one before ended. To find that place by what has an operation would look at all of them in
// every part: the time of a plan would grow with the square of its size.
func Page(ctx context.Context, try *attempt.Attempt, in steps.EntityInput) (steps.PlanResult, error) {
	var out steps.PlanResult
	if err := learnGone(ctx, try, in); err != nil {
		return out, err
	}
	pl, err := newPlanning(ctx, try, in)
	if err != nil {
		return out, err
	}
	if in.Ahead && in.From == nil {
		side := record.CRM
		if in.Direction == steps.DirectionCRM {
			side = record.Billing
		}
		if _, err := try.Store.Operations.TakeBeside(ctx, in.Connection, in.RunID, side, try.Now().Add(-JustPlanned)); err != nil {
			return out, err
		}
	}
	at := steps.PlanPlace{}
	if in.From != nil {
		at = *in.From
	}
	out.Next = &at
	for feeds := pl.feeds(); at.Feed < len(feeds); at.Feed, at.After = at.Feed+1, "" {
		for f, more := feeds[at.Feed], true; more; {
			if try.Over(ctx, out.Planned) {
				return out, nil
			}
			var n int
			at.After, n, more, err = f.chunk(ctx, f, at.After)
			if errors.Is(err, attempt.ErrOver) || attempt.Halted(ctx, err) {
				return out, nil
			}
			if err != nil {
				return out, err
			}
			out.Planned += n
		}
	}
	out.Done = true
	return out, nil
}

// feed is one kind of records that become records of the entity.
type feed struct {
	reconcile.Feed
	linked bool // only records that have a link
	chunk  func(ctx context.Context, f feed, after string) (last string, n int, more bool, err error)
}

func (pl *planning) feeds() []feed {
	var out []feed
	add := func(list []reconcile.Feed, linked bool, chunk func(context.Context, feed, string) (string, int, bool, error)) {
		for _, f := range list {
			out = append(out, feed{Feed: f, linked: linked, chunk: chunk})
		}
	}
	if pl.in.Direction == steps.DirectionCRM {
		add(reconcile.BillingFeeds(pl.entity, pl.prefs.Customers), false, pl.crmChunk)
		return out
	}
	add(reconcile.SourcesOf(pl.entity, pl.prefs.Customers), false, pl.chunk)
	add(reconcile.Strays(pl.entity, pl.prefs.Customers), true, pl.chunk)
	return out
}
