package plan

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"causeway/activities/attempt"
	"causeway/internal/billing"
	"causeway/internal/budget"
	"causeway/internal/record"
)

// readWhole reads records whole, and stores them as it goes: the next attempt need not read again what this one has
// read.
func (pl *planning) readWhole(ctx context.Context, short []record.Record) ([]record.Record, error) {
	var out []record.Record
	for part := range slices.Chunk(short, attempt.CallBatch) {
		if pl.try.Over(ctx, 0) {
			return nil, attempt.ErrOver
		}
		fetched, unread, over := pl.details(ctx, part)
		if over != nil && !errors.Is(over, attempt.ErrOver) {
			return nil, over
		}
		if err := pl.try.Store.Mirror.PutDetails(ctx, pl.in.Connection, fetched, pl.both); err != nil {
			return nil, err
		}
		if err := pl.editedMeanwhile(ctx, part, fetched); err != nil {
			return nil, err
		}
		if over != nil {
			return nil, over
		}
		out = append(append(out, fetched...), unread...)
	}
	return out, nil
}

// editedMeanwhile marks the records that were edited between the list and the look at each: an editor may edit again
// within the same second.
func (pl *planning) editedMeanwhile(ctx context.Context, listed, fetched []record.Record) error {
	if !pl.both {
		return nil
	}
	at := make(map[string]time.Time, len(listed))
	for _, r := range listed {
		at[r.ID] = r.Modified
	}
	var edited []record.Record
	for _, r := range fetched {
		if !r.Modified.Equal(at[r.ID]) {
			edited = append(edited, r)
		}
	}
	return pl.try.Store.Mirror.MarkUnsure(ctx, pl.in.Connection, edited, pl.try.Now())
}

// detailTries is how often a plan tries to read a record, each time with the client's own repetitions, before it goes
// on without its details. One record at which billing fails must not keep a run from its end.
const detailTries = 3

// details reads records whole, and returns those that it could not read after some tries. A record that was deleted
// since it was listed is in neither list.
//
// One record alone is to blame only if the side answers otherwise. Else the plan fails, as it does for a refused
// credential or too many calls. attempt.ErrOver means that the attempt was cancelled: what was read by then is whole.
func (pl *planning) details(ctx context.Context, short []record.Record) (whole, unread []record.Record, err error) {
	answers := 0
	unread = short
	for try := 1; try <= detailTries && len(unread) > 0 && (try == 1 || !pl.try.Over(ctx, 0)); try++ {
		round, err := pl.readEach(ctx, unread)
		if err != nil && !errors.Is(err, attempt.ErrOver) {
			return nil, nil, err
		}
		whole, unread = append(whole, round.whole...), round.unread
		if err != nil || len(unread) > 0 && budget.Halted(ctx) != nil {
			return whole, nil, attempt.ErrOver
		}
		answers += round.answers
		if len(unread) > 0 && answers == 0 {
			if !pl.answersLists(ctx, unread[0].Module) {
				return nil, nil, round.failure
			}
			answers++
		}
		for _, r := range unread {
			pl.try.Log.Warn("no details of a record", "connection", pl.in.Connection, "entity", pl.in.Entity, "run", pl.in.RunID,
				"record", r.ID, "try", try, "kind", record.KindOf(round.failure))
		}
	}
	return whole, unread, nil
}

// reading is the result of reading records whole, once each.
type reading struct {
	whole, unread []record.Record
	answers       int   // records that were read, or that do not exist
	failure       error // of one of the unread records
}

// readEach reads each record once. It returns an error only if the failure is not one record's.
func (pl *planning) readEach(ctx context.Context, short []record.Record) (reading, error) {
	var out reading
	var mu sync.Mutex
	err := attempt.Each(ctx, pl.try.InFlight, len(short), func(ctx context.Context, i int) error {
		got, err := pl.try.ReadRecord(ctx, pl.port, short[i].Module, short[i].ID)
		mu.Lock()
		defer mu.Unlock()
		switch {
		case err == nil:
			out.whole = append(out.whole, got)
			out.answers++
		case record.IsKind(err, record.NotFound):
			out.answers++
		case attempt.Halted(ctx, err), ctx.Err() != nil, record.IsKind(err, record.Unauthorized), record.IsKind(err, record.RateLimited):
			return err
		default:
			out.unread = append(out.unread, short[i])
			out.failure = err
		}
		return nil
	})
	return out, err
}

// answersLists reports whether the side as a whole answers.
func (pl *planning) answersLists(ctx context.Context, module record.Module) bool {
	_, err := pl.try.ListPage(ctx, pl.port, module, billing.ListQuery{Order: billing.OldestFirst, Page: 1, Limit: 1})
	return err == nil
}
