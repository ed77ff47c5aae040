package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"causeway/internal/record"
)

// Due is one CRM record that a plan has to decide upon.
type Due struct {
	Record record.Record
	Hash   string
	Link   *record.Link
	Parent *Parent // of a contact that belongs to an account
}

// Parent is the account of a contact, and what became of it.
type Parent struct {
	Known   bool // the mirror has it
	Name    string
	Link    *record.Link
	Fresh   bool           // its customer was created by this run
	Outcome record.Outcome // of its newest operation that is done
	Code    string
	Reason  string
}

// DueQuery asks for one page of due records.
type DueQuery struct {
	Connection string
	Run        string
	Module     record.Module
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
SELECT ` + mirrorColumns + ` FROM mirror m
WHERE m.connection = ? AND m.module = ? AND m.side = 'crm' AND m.due AND m.id > ?
  AND NOT EXISTS (SELECT 1 FROM operations o WHERE o.connection = m.connection AND o.source_module = m.module
                  AND o.source_id = m.id AND (o.run = ? OR o.state <> 'done'))`
	dueAttached   = ` AND m.parent_id <> ''`
	dueUnattached = ` AND m.parent_id = ''`
	dueFailed     = `
  AND EXISTS (SELECT 1 FROM operations f WHERE f.run = ? AND f.source_module = m.module AND f.source_id = m.id
              AND f.outcome IN ('failed', 'conflicts'))`
	dueOrder = ` ORDER BY m.id LIMIT ?`
)

func (q DueQuery) statement() (string, []any) {
	var b strings.Builder
	b.WriteString(dueBase)
	args := []any{q.Connection, q.Module, q.After, q.Run}
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

// DuePage lists CRM records that are due and have neither an operation of this run nor one that is open,
// by id. Its memory is bounded by the page.
func (s *Store) DuePage(ctx context.Context, q DueQuery) ([]Due, error) {
	query, args := q.statement()
	var rows []mirrorRow
	if err := s.reader().all(ctx, &rows, query, args...); err != nil {
		return nil, fmt.Errorf("read due %s: %w", q.Module, err)
	}
	if len(rows) == 0 {
		return nil, nil
	}
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	// Whatever the record became: a contact that lost its account still has its contact person's link.
	links, err := linksIn(ctx, s.reader(), linksOfModule, q.Connection, q.Module, s.dialect.list(ids))
	if err != nil {
		return nil, fmt.Errorf("read due %s: %w", q.Module, err)
	}
	out := make([]Due, len(rows))
	for i, row := range rows {
		r, err := row.record()
		if err != nil {
			return nil, fmt.Errorf("read due %s: %w", q.Module, err)
		}
		out[i] = Due{Record: r, Hash: row.Hash}
	}
	byID := make(map[string]*record.Link, len(links))
	for i := range links {
		byID[links[i].CRMID] = &links[i]
	}
	for i := range out {
		out[i].Link = byID[out[i].Record.ID]
	}
	if q.Module == record.Contacts {
		if err := s.addParents(ctx, q, out); err != nil {
			return nil, fmt.Errorf("read the accounts of due contacts: %w", err)
		}
	}
	return out, nil
}

// addParents fills in the accounts of contacts that belong to one.
func (s *Store) addParents(ctx context.Context, q DueQuery, due []Due) error {
	connection := q.Connection
	var ids []string
	seen := map[string]bool{}
	for _, d := range due {
		if id := d.Record.ParentID; id != "" && !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	names, err := s.Names(ctx, connection, record.CRM, record.Accounts, ids)
	if err != nil {
		return err
	}
	links, err := s.LinksBySource(ctx, connection, record.EntityCustomers, ids)
	if err != nil {
		return err
	}
	ops, err := s.LastOperations(ctx, connection, record.EntityCustomers, record.Accounts, ids)
	if err != nil {
		return err
	}
	for i := range due {
		id := due[i].Record.ParentID
		if id == "" {
			continue
		}
		p := &Parent{Outcome: ops[id].Outcome, Code: ops[id].Code, Reason: ops[id].Reason}
		p.Name, p.Known = names[id]
		p.Fresh = ops[id].Run == q.Run && ops[id].Outcome == record.Added
		if l, ok := links[id]; ok && l.CRMModule == record.Accounts {
			p.Link = &l
		}
		due[i].Parent = p
	}
	return nil
}

// The condition that a billing record is free, and two ways to find it. They are two statements since one
// with OR would scan all records of the module.
const (
	candidateFree = `
  AND NOT EXISTS (SELECT 1 FROM links l WHERE l.connection = m.connection AND l.billing_module = m.module AND l.billing_id = m.id)
  AND NOT EXISTS (SELECT 1 FROM operations o WHERE o.connection = m.connection AND o.target_module = m.module AND o.target_id = m.id
                  AND o.target_id <> '' AND o.state <> 'done')`
	candidatesByName = `
SELECT ` + mirrorColumns + ` FROM mirror m
WHERE m.connection = ? AND m.side = 'billing' AND m.module = ? AND m.name_key {in}` + candidateFree
	candidatesBySKU = `
SELECT ` + mirrorColumns + ` FROM mirror m
WHERE m.connection = ? AND m.side = 'billing' AND m.module = ? AND m.sku_key <> '' AND m.sku_key {in}` + candidateFree
)

// Candidates lists billing records that sources of these name keys and SKUs may be, by id: of such a name
// or SKU, without a link, and not the target of an operation that is not done.
func (s *Store) Candidates(ctx context.Context, connection string, module record.Module, nameKeys, skus []string) ([]record.Record, error) {
	var names, skuKeys []string
	for _, k := range nameKeys {
		names = append(names, indexKey(k))
	}
	for _, k := range skus {
		skuKeys = append(skuKeys, indexKey(record.NameKey(k)))
	}
	found := map[string]mirrorRow{}
	for query, keys := range map[string][]string{candidatesByName: names, candidatesBySKU: skuKeys} {
		if len(keys) == 0 {
			continue
		}
		var rows []mirrorRow
		if err := s.reader().all(ctx, &rows, query, connection, module, s.dialect.list(keys)); err != nil {
			return nil, fmt.Errorf("look for duplicates among %s: %w", module, err)
		}
		for _, r := range rows {
			found[r.ID] = r
		}
	}
	out := make([]record.Record, 0, len(found))
	for _, id := range slices.Sorted(maps.Keys(found)) {
		r, err := found[id].record()
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}
