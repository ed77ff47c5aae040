package deletions

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"causeway/internal/record"
	"causeway/internal/store/db"
)

// A side may be gone for good: its organisation was closed, or nobody gets a credential for it any more. Whoever ends
// a connection of it gives that side up, by name; each of its records is told as one that nobody could look at.

// Unknown is the outcome of a record of a side that was given up.
const Unknown = "unknown"

// VerifiedGivenUp says that nobody could look at a record, since its side was given up.
const VerifiedGivenUp = "given up"

// CodeGivenUp is the code of such records; contract has the same.
const CodeGivenUp = "GIVEN_UP"

// The reasons of such records.
const (
	// ReasonGivenUp: nothing was done about it.
	ReasonGivenUp = "its side was given up: nobody could look at it, and nothing was done about it"
	reasonNotSeen = "its side was given up since it was done: nobody could look at it again"
)

// GaveUp says whether the side was given up.
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
			return refuseDeletion(CodePlanUnknown, fmt.Sprintf("the deletion is %s", d.State), "give a side up with a new plan, or when the deletion has stopped")
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("give a side up: %w", err)
	}
	return nil
}

func joinSides(sides []record.Side) string {
	out := make([]string, len(sides))
	for i, s := range sides {
		out[i] = string(s)
	}
	slices.Sort(out)
	return strings.Join(slices.Compact(out), ",")
}

func splitSides(text string) []record.Side {
	var out []record.Side
	for s := range strings.SplitSeq(text, ",") {
		if s != "" {
			out = append(out, record.Side(s))
		}
	}
	return out
}

// What the CRM cannot tell any more: each of its records that came from billing, or was there on both sides, may carry
// our marker.
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

// PassCRM passes the next part of the plan's look at a CRM that was given up: as many as limit linked records of the
// module that AsksCRM names. It gives where the plan stands then, and how many it has passed. Idempotent.
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

// What is of a side that was given up has no other outcome, unless nothing is to be done about it.
const decideGivenUp = `
UPDATE deletion_records SET plan_all = 'unknown', plan_some = 'unknown'` + span + `
AND side = ? AND gone_side <> 'billing' AND NOT (plan_all = 'kept' AND marker = 'none')`

// decideUnseen decides on the rows of a part that nobody can look at.
func decideUnseen(ctx context.Context, tx db.Session, d Deletion, at []any) error {
	for _, side := range d.GivenUp {
		if _, err := tx.Exec(ctx, decideGivenUp, append(slices.Clone(at), side)...); err != nil {
			return fmt.Errorf("decide on what was given up: %w", err)
		}
	}
	return nil
}
