package deletions

import (
	"context"
	"fmt"
	"slices"

	"causeway/internal/deletion"
	"causeway/internal/record"
	"causeway/internal/store/db"
)

// A side may be gone for good: its organisation was closed, or no credential for it can be had. A deletion then gives that
// side up by name, and reports each of its records as one that could not be looked at.

// GaveUp reports whether the side was given up.
func (d Deletion) GaveUp(side record.Side) bool { return slices.Contains(d.GivenUp, side) }

const keepGivenUp = `UPDATE deletions SET given_up = ? WHERE id = ? AND state IN ('planning', 'confirmed')`

// GiveUp keeps that sides of a deletion are given up, beside those that were before. A plan that was made stays as it
// was made: it is Conflict there, and after the end. Idempotent.
func (s *Deletions) GiveUp(ctx context.Context, connection, id string, sides []record.Side) error {
	err := s.db.Write(ctx, func(tx db.Session) error {
		d, err := deletionIn(ctx, tx, lockDeletion, id, connection)
		if err != nil {
			return err
		}
		all := joinSides(append(slices.Clone(d.GivenUp), sides...))
		if all == joinSides(d.GivenUp) {
			return nil
		}
		n, err := tx.Exec(ctx, keepGivenUp, all, id)
		if err == nil && n == 0 {
			return refuseDeletion(deletion.CodePlanUnknown, fmt.Sprintf("the deletion is %s", d.State), "make a new plan that gives the side up, or give it up when the deletion has stopped")
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("give a side up: %w", err)
	}
	return nil
}

// A CRM that was given up cannot be asked for markers: each of its records that came from billing, or was on both sides,
// may carry one.
const planUnseenCRM = `
INSERT INTO deletion_records (deletion, part, module, id, side, parent_id, crm_module, crm_id, name, born, duplicate, gone_side, marker,
    transactions, held, plan_all, plan_some, state, outcome, code, reason, attempts, claim, deadline, done_at, verified)
SELECT d.id, 'crm_markers', l.crm_module, l.crm_id, 'crm', '', '', '', COALESCE(m.name, ''), '', FALSE, '', 'unknown',
    FALSE, '', '', '', 'open', '', '', '', 0, '', 0, 0, ''
FROM deletions d JOIN links l ON l.connection = d.connection
LEFT JOIN mirror m ON m.connection = l.connection AND m.side = 'crm' AND m.module = l.crm_module AND m.id = l.crm_id
WHERE d.id = ? AND l.born = 'billing' AND l.gone <> 'crm' AND l.crm_module = ? AND l.crm_id > ? AND l.crm_id <= ?
ON CONFLICT (deletion, part, id, module) DO NOTHING`

const nextOfCRM = `SELECT crm_id AS id, crm_module AS module FROM links WHERE connection = ? AND crm_module = ? AND crm_id > ? ORDER BY crm_id LIMIT ?`

// PassCRM passes at most limit linked records of the module that AsksCRM names, of a CRM that was given up. It
// returns the place of the plan after them, and how many it passed. Idempotent.
func (s *Deletions) PassCRM(ctx context.Context, d Deletion, limit int) (next Place, n int, err error) {
	next, err = s.planning(ctx, d, func(tx db.Session) (Place, error) {
		module := crmLists[d.Place.Step]
		var keys []rowKey
		if err := tx.All(ctx, &keys, nextOfCRM, d.Connection, module, d.Place.ID, limit); err != nil {
			return d.Place, err
		}
		if n = len(keys); n > 0 {
			if _, err := tx.Exec(ctx, planUnseenCRM, d.ID, module, d.Place.ID, keys[n-1].ID); err != nil {
				return d.Place, fmt.Errorf("pass the CRM's records: %w", err)
			}
		}
		return onward(d.Place, keys, limit, len(crmLists)), nil
	})
	return next, n, err
}
