package worklist

import (
	"strings"

	"causeway/internal/record"
	"causeway/internal/store/db"
	"causeway/internal/store/mirror"
)

// Query asks for one page of due records.
type Query struct {
	Connection string
	Run        string
	Entity     record.Entity
	Side       record.Side // CRM where it is empty
	Module     record.Module
	// NoTargets leaves out the records of the other side. A sync that goes one way does not need them.
	NoTargets bool
	// Linked restricts to records that have a link.
	Linked bool
	// Scoped takes the run's own records alone, whether they are due or not.
	Scoped bool
	// Attached restricts Contacts to those with an account, or to those without; nil takes all.
	Attached *bool
	// RetryOf restricts to the records that failed, or were in conflict, in that run.
	RetryOf string
	// After is the id of the last record of the page before. What has an operation is never given again,
	// so it may be empty: it saves looking at those again.
	After string
	Limit int
}

const (
	dueBase = `
SELECT ` + mirror.RowColumns + ` FROM mirror m
WHERE m.connection = ? AND m.module = ? AND m.side = ? AND m.id > ?
  AND NOT EXISTS (SELECT 1 FROM operations o WHERE o.connection = m.connection AND o.source_module = m.module
                  AND o.source_id = m.id AND (o.run = ? OR o.pending)` + db.OneLook + `)`
	dueChanged = ` AND m.due`
	dueLinked  = ` AND EXISTS (SELECT 1 FROM links l WHERE l.connection = m.connection AND l.crm_module = m.module AND l.crm_id = m.id AND l.entity IN ('customers', 'contact_persons', 'items'))`
	// What the view does not hold, and has no link, is looked at when it enters the view.
	dueInView = ` AND (m.in_view OR EXISTS (SELECT 1 FROM links l WHERE l.connection = m.connection AND l.crm_module = m.module AND l.crm_id = m.id AND l.entity IN ('customers', 'contact_persons', 'items')))`
	// The run's own records are few, and what belongs to them is found by them.
	dueRecords = `
  AND m.id IN (SELECT id FROM run_records WHERE run = ? AND side = 'crm' AND module = ?
               UNION
               SELECT c.id FROM run_records r JOIN mirror c ON c.parent_id = r.id AND c.parent_id <> '' AND c.module = ?
               WHERE r.run = ? AND r.side = 'crm' AND r.module = 'Accounts' AND c.side = 'crm' AND c.connection || '' = ?)`
	dueTargets = `
  AND m.id IN (SELECT id FROM run_records WHERE run = ? AND side = 'billing' AND module = ?
               UNION
               SELECT l.billing_id FROM run_records r JOIN links l ON l.connection = ? AND l.entity IN ('customers', 'contact_persons', 'items')
                   AND l.crm_module = r.module AND l.crm_id = r.id
               WHERE r.run = ? AND r.side = 'crm' AND l.billing_module = ?)`
	dueAttached   = ` AND m.parent_id <> ''`
	dueUnattached = ` AND m.parent_id = ''`
	dueFailed     = `
  AND EXISTS (SELECT 1 FROM operations f WHERE f.run = ? AND f.source_module = m.module AND f.source_id = m.id
              AND f.outcome IN ('failed', 'conflicts'))`
	dueOrder = ` ORDER BY m.id LIMIT ?`
)

func (q Query) side() record.Side {
	if q.Side == "" {
		return record.CRM
	}
	return q.Side
}

// Statement is the statement that lists the due records of the query, with its arguments.
func (q Query) Statement() (string, []any) {
	var b strings.Builder
	b.WriteString(dueBase)
	side := q.side()
	args := []any{q.Connection, q.Module, side, q.After, q.Run}
	switch {
	case q.Scoped && side == record.CRM:
		b.WriteString(dueRecords)
		args = append(args, q.Run, q.Module, q.Module, q.Run, q.Connection)
	case q.Scoped:
		b.WriteString(dueTargets)
		args = append(args, q.Run, q.Module, q.Connection, q.Run, q.Module)
	default:
		b.WriteString(dueChanged)
	}
	if side == record.CRM && !q.Scoped {
		b.WriteString(dueInView)
	}
	if q.Linked {
		b.WriteString(dueLinked)
	}
	if q.Attached != nil && *q.Attached {
		b.WriteString(dueAttached)
	} else if q.Attached != nil {
		b.WriteString(dueUnattached)
	}
	if q.RetryOf != "" {
		b.WriteString(dueFailed)
		args = append(args, q.RetryOf)
	}
	b.WriteString(dueOrder)
	return b.String(), append(args, q.Limit)
}
