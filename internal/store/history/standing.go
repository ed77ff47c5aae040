package history

import (
	"context"
	"fmt"
	"time"

	"causeway/internal/record"
	"causeway/internal/store/db"
	"causeway/internal/store/operations"
)

// List is one of the three places in which a record of a connection stands at any time.
type List string

// The lists.
const (
	InSync   List = "in_sync"  // linked, and nothing failed since
	Excluded List = "excluded" // left out, with the reason: a duplicate, the view, the mode, a deletion
	Failing  List = "failing"  // parked, with the reason
	// Resting is a part of Excluded: linked, but of a module that the mode feeds the entity from no more.
	Resting List = "resting"
)

// Standing is one record and where it stands.
type Standing struct {
	Entity    record.Entity
	Module    record.Module // of the side from which it comes
	ID        string
	Name      string
	CRMID     string
	BillingID string
	Code      string
	Reason    string
	Rule      string
	Run       string    // of the operation that says so; empty for what no operation speaks of
	At        time.Time // of that operation
}

// StandingQuery asks for one page of a list.
type StandingQuery struct {
	List   List
	Entity record.Entity
	// Fed are the CRM modules that feed the entity by the preferences; InSync and Resting are told apart by them.
	Fed []record.Module
	// After is the last record's id of the page before.
	After string
	Limit int
}

type standingRow struct {
	Module    string `db:"module"`
	ID        string `db:"id"`
	Name      string `db:"name"`
	CRMID     string `db:"crm_id"`
	BillingID string `db:"billing_id"`
	Code      string `db:"code"`
	Reason    string `db:"reason"`
	Rule      string `db:"rule"`
	Run       string `db:"run"`
	At        int64  `db:"at"`
}

// The newest operation of a record tells where it stands. One that only looked, and found a record unchanged,
// takes the failure before it away as any other good end does.
const (
	newestOf = `
  AND NOT EXISTS (SELECT 1 FROM operations n WHERE n.source_id = o.source_id AND n.source_module = o.source_module
                  AND n.connection = o.connection AND n.entity = o.entity AND n.state = 'done' AND (n.done_at, n.id) > (o.done_at, o.id)` + db.OneLook + `)`
	// SQLite takes the index of these only where its condition stands in the statement. Figures that were not written
	// keep no record from being in sync: their runs tell of them.
	badEnd      = `o.outcome IN ('failed', 'conflicts', 'skipped', 'deleted')`
	standingOps = `
SELECT o.source_module AS module, o.source_id AS id, o.source_name AS name,
       CASE WHEN o.source_module IN ('Accounts', 'Contacts', 'Products') THEN o.source_id ELSE o.target_id END AS crm_id,
       CASE WHEN o.source_module IN ('Accounts', 'Contacts', 'Products') THEN o.target_id ELSE o.source_id END AS billing_id,
       o.code, o.reason, o.rule, o.run, o.done_at AS at
FROM operations o WHERE o.connection = ? AND o.entity = ? AND o.state = 'done' AND o.source_id > ? AND o.source_module <> 'invoices' AND ` + badEnd + ` AND `
	failingOps  = standingOps + `o.outcome IN ('failed', 'conflicts')` + newestOf + toldHalf + `('failed', 'conflicts')` + newestHalf + ` ORDER BY o.source_id, o.source_module LIMIT ?`
	excludedOps = standingOps + `o.outcome IN ('skipped', 'deleted')` + newestOf + toldHalf + `('skipped', 'deleted')` + newestHalf + ` ORDER BY o.source_id, o.source_module LIMIT ?`
	// Where both halves of a pair stand in one list, the CRM's tells of it: a pair counts once.
	toldHalf = `
  AND (o.source_module IN ('Accounts', 'Contacts', 'Products') OR o.target_id = '' OR NOT EXISTS (
       SELECT 1 FROM operations p WHERE p.connection = o.connection AND p.entity = o.entity AND p.state = 'done'
       AND p.source_module = o.target_module AND p.source_id = o.target_id AND p.outcome IN `
	newestHalf = `
       AND NOT EXISTS (SELECT 1 FROM operations n WHERE n.source_id = p.source_id AND n.source_module = p.source_module
                       AND n.connection = p.connection AND n.entity = p.entity AND n.state = 'done' AND (n.done_at, n.id) > (p.done_at, p.id)` + db.OneLook + `)` + db.OneLook + `))`
	outOfViews = `
SELECT m.module, m.id, m.name, m.id AS crm_id, '' AS billing_id, 'NOT_IN_VIEW' AS code,
       'not in the view, so it is not synced' AS reason, 'view' AS rule, '' AS run, 0 AS at
FROM mirror m WHERE m.connection = ? AND m.side = 'crm' AND NOT m.in_view AND m.id > ? AND m.module {in}
  AND NOT EXISTS (SELECT 1 FROM links l WHERE l.connection = m.connection AND l.crm_module = m.module AND l.crm_id = m.id
                  AND l.entity IN ('customers', 'contact_persons', 'items')` + db.OneLook + `)
  AND NOT EXISTS (SELECT 1 FROM operations o WHERE o.connection = m.connection AND o.source_module = m.module AND o.source_id = m.id
                  AND o.state = 'done' AND o.outcome IN ('failed', 'conflicts', 'skipped', 'deleted')` + db.OneLook + `)
ORDER BY m.id LIMIT ?`
	linkStanding = `
SELECT l.crm_module AS module, l.crm_id AS id, COALESCE((SELECT m.name FROM mirror m WHERE m.connection = l.connection AND m.side = 'crm'
         AND m.module = l.crm_module AND m.id = l.crm_id), '') AS name, l.crm_id, l.billing_id, '' AS run, 0 AS at, `
	sound       = `'' AS code, '' AS reason, '' AS rule`
	rests       = `'NOT_IN_MODE' AS code, 'the preferences no longer sync records of this module: its link stays' AS reason, 'mode' AS rule`
	inSyncLinks = linkStanding + sound + goodLinks + ` AND l.crm_module {in}` + byCRM
	restLinks   = linkStanding + rests + goodLinks + ` AND NOT (l.crm_module {in})` + byCRM
	byCRM       = ` ORDER BY l.crm_id, l.crm_module LIMIT ?`
	goodLinks   = `
FROM links l WHERE l.connection = ? AND l.entity = ? AND l.gone = '' AND l.crm_id > ?
  AND NOT EXISTS (SELECT 1 FROM operations o WHERE o.connection = l.connection AND o.entity = l.entity AND o.state = 'done'
                  AND o.source_id = l.crm_id AND o.source_module = l.crm_module AND o.outcome IN ('failed', 'conflicts', 'skipped', 'deleted')` + newestOf + db.OneLook + `)
  AND NOT EXISTS (SELECT 1 FROM operations o WHERE o.connection = l.connection AND o.entity = l.entity AND o.state = 'done'
                  AND o.source_id = l.billing_id AND o.source_module = l.billing_module AND o.outcome IN ('failed', 'conflicts', 'skipped', 'deleted')` + newestOf + db.OneLook + `)`
)

var standingQueries = map[List]string{InSync: inSyncLinks, Excluded: excludedOps, Failing: failingOps, Resting: restLinks}

// Standing lists the records of one list by their id: at any time each record that a sync has looked at
// stands in one of the three.
func (s *History) Standing(ctx context.Context, connection string, q StandingQuery) ([]Standing, error) {
	var rows []standingRow
	if err := s.db.Reader().All(ctx, &rows, standingQueries[q.List], s.standingArgs(connection, q)...); err != nil {
		return nil, fmt.Errorf("list what is %s: %w", q.List, err)
	}
	out := make([]Standing, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.standing(q.Entity))
	}
	return out, nil
}

func (s *History) standingArgs(connection string, q StandingQuery) []any {
	args := []any{connection, q.Entity, q.After}
	if q.List == InSync || q.List == Resting {
		args = append(args, s.db.List(moduleNames(q.Fed)))
	}
	return append(args, q.Limit)
}

func moduleNames(modules []record.Module) []string {
	names := make([]string, len(modules))
	for i, m := range modules {
		names[i] = string(m)
	}
	return names
}

func (r standingRow) standing(entity record.Entity) Standing {
	return Standing{
		Entity: entity, Module: record.Module(r.Module), ID: r.ID, Name: r.Name, CRMID: r.CRMID, BillingID: r.BillingID,
		Code: r.Code, Reason: r.Reason, Rule: r.Rule, Run: r.Run, At: db.FromMicros(r.At),
	}
}

// OutOfView lists, by id, the records of CRM modules that a view leaves out, that have no link, and that stand in
// none of the lists of bad ends.
func (s *History) OutOfView(ctx context.Context, connection string, entity record.Entity, modules []record.Module, after string, limit int) ([]Standing, error) {
	var rows []standingRow
	if err := s.db.Reader().All(ctx, &rows, outOfViews, connection, after, s.db.List(moduleNames(modules)), limit); err != nil {
		return nil, fmt.Errorf("list what the views leave out: %w", err)
	}
	out := make([]Standing, 0, len(rows))
	for _, r := range rows {
		out = append(out, r.standing(entity))
	}
	return out, nil
}

const (
	conflictOps = `
SELECT ` + operations.RowColumns + ` FROM operations o WHERE o.connection = ? AND o.state = 'done' AND ` + badEnd + ` AND o.outcome = 'conflicts' AND o.code = 'FIELD_CONFLICT'` +
		newestOf + ` ORDER BY o.done_at, o.id`
	failedOps = `
SELECT source_module AS module, source_id AS id FROM operations
WHERE run = ? AND state = 'done' AND outcome IN ('failed', 'conflicts') AND (? = '' OR code = ?) ORDER BY seq`
)

// OpenConflicts lists the records on which both sides disagree and somebody is to decide: the newest
// operation of each, with billing's values before and the CRM's after, by billing's fields.
func (s *History) OpenConflicts(ctx context.Context, connection string) ([]record.Operation, error) {
	var rows []operations.Row
	if err := s.db.Reader().All(ctx, &rows, conflictOps, connection); err != nil {
		return nil, fmt.Errorf("list conflicts of %s: %w", connection, err)
	}
	out := make([]record.Operation, len(rows))
	for i, r := range rows {
		op, err := r.Operation()
		if err != nil {
			return nil, err
		}
		out[i] = op
	}
	return out, nil
}

// Failed lists the parked records of a run, those of one code where one is given.
func (s *History) Failed(ctx context.Context, run, code string) ([]record.Ref, error) {
	var rows []struct {
		Module string `db:"module"`
		ID     string `db:"id"`
	}
	if err := s.db.Reader().All(ctx, &rows, failedOps, run, code, code); err != nil {
		return nil, fmt.Errorf("list the parked records of run %s: %w", run, err)
	}
	out := make([]record.Ref, len(rows))
	for i, r := range rows {
		out[i] = record.Ref{Side: record.SideOf(record.Module(r.Module)), Module: record.Module(r.Module), ID: r.ID}
	}
	return out, nil
}
