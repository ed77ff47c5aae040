package worklist

import (
	"context"
	"fmt"

	"causeway/internal/record"
	"causeway/internal/store/db"
	"causeway/internal/store/links"
	"causeway/internal/store/mirror"
	"causeway/internal/store/operations"
)

// Worklist reads the records that a plan has to decide on. Its methods are safe for concurrent use.
type Worklist struct{ db *db.DB }

// New is for the store's front.
func New(d *db.DB) *Worklist { return &Worklist{db: d} }

// Due is one record that a plan has to decide upon.
type Due struct {
	Record record.Record
	Hash   string
	// Link is the record's link as one of the planned entity, also where that is gone, or else one of another entity.
	Link   *record.Link
	Target *record.Record // the other side's record of the link, as far as the mirror has it
	// OutOfView reports whether the view leaves out the CRM record of the two.
	OutOfView bool
	Parent    *Parent // of a contact that belongs to an account, and of a contact person
}

// Parent is the account of a contact, or the customer of a contact person, and what became of it.
type Parent struct {
	Known   bool // the mirror has it
	Name    string
	Link    *record.Link
	Fresh   bool           // its customer was created by this run
	Outcome record.Outcome // of its newest operation that is done
	Code    string
	Reason  string
}

// planTables are those that a plan looks into by lists of ids, each with its columns that looks go by: to gather
// statistics of the wide ones would take seconds, and tell nothing.
var planTables = []db.Table{
	{Name: "links", Columns: "connection, entity, crm_module, crm_id, billing_module, billing_id, billing_parent_id"},
	{Name: "mirror", Columns: "connection, side, module, id, parent_id, name_key, sku_key, due"},
	{Name: "operations", Columns: "connection, entity, run, source_module, source_id, target_module, target_id, name_key, pending"},
}

// Due lists records that are due and have neither an operation of this run nor one that is open, by id.
// Its memory is bounded by the page.
func (s *Worklist) Due(ctx context.Context, q Query) ([]Due, error) {
	if q.After == "" { // once for all pages
		if err := s.db.GatherStatistics(ctx, planTables); err != nil {
			return nil, err
		}
	}
	out, err := s.duePage(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("read due %s: %w", q.Module, err)
	}
	return out, nil
}

func (s *Worklist) duePage(ctx context.Context, q Query) ([]Due, error) {
	query, args := q.Statement()
	var rows []mirror.Row
	if err := s.db.Reader().All(ctx, &rows, query, args...); err != nil || len(rows) == 0 {
		return nil, err
	}
	out := make([]Due, len(rows))
	ids := make([]string, len(rows))
	for i, row := range rows {
		r, err := row.Record()
		if err != nil {
			return nil, err
		}
		ids[i] = r.ID
		out[i] = Due{Record: r, Hash: row.Hash, OutOfView: q.side() == record.CRM && !row.InView}
	}
	links, err := s.linksOfDue(ctx, q, ids)
	if err != nil {
		return nil, err
	}
	for i := range out {
		out[i].Link = links[ids[i]]
	}
	if err := s.addTargets(ctx, q, out); err != nil {
		return nil, err
	}
	if q.Module == record.Contacts || q.Module == record.ContactPersons {
		err = s.addParents(ctx, q, out)
	}
	return out, err
}

// linksOfDue returns the links of records by their id. It prefers the link of the planned entity.
func (s *Worklist) linksOfDue(ctx context.Context, q Query, ids []string) (map[string]*record.Link, error) {
	id := func(l record.Link) string { return l.CRMID }
	if q.side() == record.Billing {
		id = func(l record.Link) string { return l.BillingID }
	}
	links, err := links.Of(ctx, s.db.Reader(), q.Connection, q.side(), q.Module, ids)
	if err != nil {
		return nil, err
	}
	out := make(map[string]*record.Link, len(links))
	for i, l := range links {
		had := out[id(l)]
		if had == nil || better(q.Entity, l, *had) {
			out[id(l)] = &links[i]
		}
	}
	return out, nil
}

// better reports whether a plan of the entity prefers l to the link that it had: one of the entity, and one that is
// on both sides.
func better(entity record.Entity, l, had record.Link) bool {
	if (l.Entity == entity) != (had.Entity == entity) {
		return l.Entity == entity
	}
	return l.Gone == "" && had.Gone != ""
}

// addTargets fills in the other side's records of the links.
func (s *Worklist) addTargets(ctx context.Context, q Query, due []Due) error {
	if q.NoTargets {
		return nil
	}
	other, ref := record.Billing, func(l *record.Link) (record.Module, string) { return l.BillingModule, l.BillingID }
	if q.side() == record.Billing {
		other, ref = record.CRM, func(l *record.Link) (record.Module, string) { return l.CRMModule, l.CRMID }
	}
	ids := map[record.Module][]string{}
	for _, d := range due {
		if d.Link != nil {
			module, id := ref(d.Link)
			ids[module] = append(ids[module], id)
		}
	}
	for module, list := range ids {
		rows, err := mirror.Rows(ctx, s.db.Reader(), q.Connection, other, module, list)
		if err != nil {
			return err
		}
		found := make(map[string]mirror.Row, len(rows))
		for _, row := range rows {
			found[row.ID] = row
		}
		for i, d := range due {
			if d.Link == nil {
				continue
			}
			of, id := ref(d.Link)
			row, ok := found[id]
			if of != module || !ok {
				continue
			}
			r, err := row.Record()
			if err != nil {
				return err
			}
			due[i].Target = &r
			due[i].OutOfView = due[i].OutOfView || other == record.CRM && !row.InView
		}
	}
	return nil
}

// addParents fills in the accounts of contacts that belong to one, and the customers of contact persons.
func (s *Worklist) addParents(ctx context.Context, q Query, due []Due) error {
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
	module := record.Accounts
	if q.side() == record.Billing {
		module = record.Customers
	}
	parents, err := s.parents(ctx, q, module, ids)
	if err != nil {
		return fmt.Errorf("what they belong to: %w", err)
	}
	for i := range due {
		if id := due[i].Record.ParentID; id != "" {
			p := parents[id]
			due[i].Parent = &p
		}
	}
	return nil
}

func (s *Worklist) parents(ctx context.Context, q Query, module record.Module, ids []string) (map[string]Parent, error) {
	names, err := mirror.Names(ctx, s.db.Reader(), q.Connection, q.side(), module, ids)
	if err != nil {
		return nil, err
	}
	var linked map[string]record.Link
	if module == record.Accounts {
		linked, err = links.OfSources(ctx, s.db.Reader(), q.Connection, record.EntityCustomers, ids)
	} else {
		linked, err = links.OfTargets(ctx, s.db.Reader(), q.Connection, module, ids)
	}
	if err != nil {
		return nil, err
	}
	ops, err := operations.Last(ctx, s.db.Reader(), q.Connection, record.EntityCustomers, module, ids)
	if err != nil {
		return nil, err
	}
	out := make(map[string]Parent, len(ids))
	for _, id := range ids {
		op := ops[id]
		p := Parent{Outcome: op.Outcome, Code: op.Code, Reason: op.Reason, Fresh: op.Run == q.Run && op.Outcome == record.Added}
		p.Name, p.Known = names[id]
		if l, ok := linked[id]; ok && (module == record.Customers || l.CRMModule == record.Accounts) {
			p.Link = &l
		}
		out[id] = p
	}
	return out, nil
}
