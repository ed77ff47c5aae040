package operations

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"causeway/internal/record"
	"causeway/internal/store/db"
)

const (
	ownSources = `
SELECT module, id FROM run_records WHERE run = ? AND side = 'crm'
UNION
SELECT c.module, c.id FROM run_records r JOIN mirror c ON c.parent_id = r.id AND c.parent_id <> '' AND c.module = 'Contacts'
WHERE r.run = ? AND r.side = 'crm' AND r.module = 'Accounts' AND c.side = 'crm' AND c.connection || '' = ?`
	ownTargets = `
SELECT module, id FROM run_records WHERE run = ? AND side = 'billing'
UNION
SELECT l.billing_module, l.billing_id FROM run_records r JOIN links l ON l.crm_module = r.module AND l.crm_id = r.id AND l.entity IN ('customers', 'contact_persons', 'items')
WHERE r.run = ? AND r.side = 'crm' AND l.connection = ?`
	openBeside = `
SELECT id, state = 'sent' OR attempts > 0 AS begun, planned_at, COALESCE((SELECT push FROM runs WHERE runs.id = o.run), 0) AS push FROM operations o
WHERE source_id {in} AND source_module = ? AND connection || '' = ? AND run <> ? AND pending
AND NOT EXISTS (SELECT 1 FROM operations n WHERE n.run = ? AND n.source_module = o.source_module AND n.source_id = o.source_id AND n.entity = o.entity)
ORDER BY seq {lock}`
	dropBeside = `DELETE FROM operations WHERE id {in} AND state = 'planned'`
)

// Beside counts what other runs had open of a run's own records.
type Beside struct {
	Dropped int // planned: the run plans them itself
	Moved   int // sent once, though maybe without effect: they are the run's now
	Held    int // another push has just planned them: the run has to wait
}

// TakeBeside takes over what other runs have open of the records that a run is about, on one side, while those runs
// continue. A push that waits for these records then need not wait for a whole sync. Planned operations are
// dropped; the run plans them itself. Those that another push planned after the given time are held: that push is
// about to carry them out. Operations that were sent, if only once, move to this run. Idempotent.
func (s *Operations) TakeBeside(ctx context.Context, connection, run string, side record.Side, justNow time.Time) (Beside, error) {
	var out Beside
	own := ownSources
	if side == record.Billing {
		own = ownTargets
	}
	err := s.db.Write(ctx, func(tx db.Session) error {
		out = Beside{}
		var sources []struct {
			Module string `db:"module"`
			ID     string `db:"id"`
		}
		if err := tx.All(ctx, &sources, own, run, run, connection); err != nil {
			return err
		}
		ids := map[string][]string{}
		for _, r := range sources {
			ids[r.Module] = append(ids[r.Module], r.ID)
		}
		for _, module := range slices.Sorted(maps.Keys(ids)) {
			if err := out.take(ctx, tx, connection, run, module, ids[module], justNow); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return out, fmt.Errorf("take what other runs have open of the records of %s: %w", run, err)
	}
	return out, nil
}

func (b *Beside) take(ctx context.Context, tx db.Session, connection, run, module string, sources []string, justNow time.Time) error {
	var open []struct {
		ID        string `db:"id"`
		Begun     bool   `db:"begun"`
		PlannedAt int64  `db:"planned_at"`
		Push      int    `db:"push"`
	}
	if err := tx.All(ctx, &open, openBeside, tx.List(sources), module, connection, run, run); err != nil {
		return err
	}
	var planned, begun []string
	for _, op := range open {
		switch {
		case op.Begun:
			begun = append(begun, op.ID)
		case op.Push > 0 && op.PlannedAt > db.Micros(justNow):
			b.Held++
		default:
			planned = append(planned, op.ID)
		}
	}
	if len(planned) > 0 {
		n, err := tx.Exec(ctx, dropBeside, tx.List(planned))
		if err != nil {
			return err
		}
		b.Dropped += n
	}
	n, err := moveTo(ctx, tx, run, begun)
	b.Moved += n
	return err
}
