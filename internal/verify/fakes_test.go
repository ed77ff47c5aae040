package verify_test

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"causeway/internal/billing"
	"causeway/internal/crm"
	"causeway/internal/record"
	"causeway/internal/verify"
)

const incarnation = "abc123"

// synced is when the records of a world were written.
var synced = time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)

// world is a connection in memory: a store and two sides.
type world struct {
	crm.Port // nil: a call that a verification has no business to make ends the test
	prefs    record.Preferences
	sources  map[record.Module][]record.Record
	targets  map[record.Module][]record.Record // customers and items
	persons  map[string][]record.Record        // by customer
	links    []record.Link
	ops      map[string]record.Operation // by CRM id

	mu      sync.Mutex
	gets    map[record.Module]int
	listed  map[string]int // contact persons' lists, by customer
	flying  int
	highest int
}

func text(source, target string) record.FieldMap {
	return record.FieldMap{Source: source, Target: target, Kind: record.KindText}
}

func newWorld(mode record.Mode) *world {
	return &world{
		prefs: record.Preferences{
			Version: 1,
			Customers: record.CustomerOptions{
				Mode: mode, Extent: record.Fetch, Duplicates: record.Skip, Unattached: true,
				AccountMap: []record.FieldMap{
					text("Account_Name", "display_name"), text("Phone", "phone"), text("Currency", "currency_code"),
					{Source: "Email", Target: "email", Kind: record.KindEmail},
					text("Billing_City", "billing_address.city"), text("Billing_Street", "billing_address.street"),
				},
				ContactMap: []record.FieldMap{text("Full_Name", "display_name"), text("Phone", "phone")},
				PersonMap: []record.FieldMap{
					text("First_Name", "first_name"), text("Last_Name", "last_name"), text("Phone", "phone"), text("Fax", "fax"),
					{Source: "Email", Target: "email", Kind: record.KindEmail},
				},
			},
			Items: record.ItemOptions{Extent: record.Fetch, Duplicates: record.Skip, Map: []record.FieldMap{
				text("Product_Name", "name"), text("Product_Code", "sku"),
				{Source: "Unit_Price", Target: "rate", Kind: record.KindDecimal},
				{Source: "Product_Active", Target: "status", Kind: record.KindActive},
			}},
		},
		sources: map[record.Module][]record.Record{}, targets: map[record.Module][]record.Record{},
		persons: map[string][]record.Record{}, ops: map[string]record.Operation{},
		gets: map[record.Module]int{}, listed: map[string]int{},
	}
}

// source adds a CRM record and gives its id.
func (w *world) source(module record.Module, id, parent string, values record.Values) {
	name := cmp.Or(values.Text("Account_Name"), values.Text("Full_Name"), values.Text("Product_Name"))
	w.sources[module] = append(w.sources[module], record.Record{
		Side: record.CRM, Module: module, ID: id, ParentID: parent, Name: name, Whole: true, Values: values,
	})
}

// target adds a billing record that was made for a CRM record, or, with no module, one of somebody else's.
func (w *world) target(module record.Module, id string, from record.Module, fromID string, values record.Values) {
	r := record.Record{Side: record.Billing, Module: module, ID: id, Whole: true, Values: values,
		Name: cmp.Or(values.Text("display_name"), values.Text("name")), SKU: values.Text("sku")}
	if from != "" {
		r.Marker = record.Marker(incarnation, from, fromID)
	}
	w.targets[module] = append(w.targets[module], r)
}

func (w *world) person(customer, id string, values record.Values) {
	w.persons[customer] = append(w.persons[customer], record.Record{
		Side: record.Billing, Module: record.ContactPersons, ID: id, ParentID: customer, Email: values.Text("email"), Whole: true,
		Name: values.Text("first_name") + " " + values.Text("last_name"), Values: values,
	})
}

// link links two records whose values were written to billing as they are.
func (w *world) link(entity record.Entity, module record.Module, crmID, billingID, parent string) {
	var base record.Values
	for _, r := range slices.Concat(w.targets[entity.Module()], w.persons[parent]) {
		if r.ID == billingID {
			base = r.Values.Clone()
		}
	}
	w.links = append(w.links, record.Link{Connection: "demo", Entity: entity, CRMModule: module, CRMID: crmID,
		BillingModule: entity.Module(), BillingID: billingID, BillingParentID: parent, Born: record.CRM, Base: base})
	w.ops[crmID] = record.Operation{Outcome: record.Added, After: base, DoneAt: synced}
}

// kept is the world's store.
type kept struct{ w *world }

func (w *world) store() verify.Store {
	return verify.Store{Connections: kept{w}, Links: kept{w}, Operations: kept{w}}
}

func (k kept) Get(context.Context, string) (record.Connection, error) {
	return record.Connection{ID: "demo", Incarnation: incarnation}, nil
}

func (k kept) Preferences(context.Context, string, int) (record.Preferences, error) {
	return k.w.prefs, nil
}

func (k kept) Count(context.Context, string) (map[record.Entity]int, error) {
	out := map[record.Entity]int{}
	for _, l := range k.w.links {
		out[l.Entity]++
	}
	return out, nil
}

func (k kept) Page(_ context.Context, _ string, entity record.Entity, after string, limit int) ([]record.Link, error) {
	var out []record.Link
	for _, l := range k.w.links {
		if l.Entity == entity && l.CRMID > after {
			out = append(out, l)
		}
	}
	slices.SortFunc(out, func(a, b record.Link) int { return cmp.Compare(a.CRMID, b.CRMID) })
	return out[:min(limit, len(out))], nil
}

func (k kept) OfSources(_ context.Context, _ string, entity record.Entity, ids []string) (map[string]record.Link, error) {
	out := map[string]record.Link{}
	for _, l := range k.w.links {
		if l.Entity == entity && slices.Contains(ids, l.CRMID) {
			out[l.CRMID] = l
		}
	}
	return out, nil
}

func (k kept) Last(_ context.Context, _ string, entity record.Entity, module record.Module, ids []string) (map[string]record.Operation, error) {
	out := maps.Clone(k.w.ops)
	maps.DeleteFunc(out, func(id string, op record.Operation) bool { return !slices.Contains(ids, id) })
	return out, nil
}

// The CRM, in pages of two.

func (w *world) Read(_ context.Context, module record.Module, q crm.ReadQuery) (crm.Page, error) {
	from, _ := strconv.Atoi(q.After.ID)
	all := w.sources[module]
	to := min(from+2, len(all))
	return crm.Page{Records: all[from:to], Next: record.Cursor{ID: strconv.Itoa(to)}, More: to < len(all)}, nil
}

func (w *world) Get(_ context.Context, module record.Module, id string) (record.Record, error) {
	return find(w.sources[module], id)
}

func find(records []record.Record, id string) (record.Record, error) {
	for _, r := range records {
		if r.ID == id {
			return r, nil
		}
	}
	return record.Record{}, &record.Error{Kind: record.NotFound, Message: "no such record"}
}

// billingSide is the same world seen as billing: its methods have other types.
type billingSide struct {
	billing.Port
	w *world
}

func (b billingSide) List(_ context.Context, module record.Module, q billing.ListQuery) (billing.Page, error) {
	all := b.w.targets[module]
	from := 2 * (q.Page - 1)
	to := min(from+2, len(all))
	page := billing.Page{More: to < len(all)}
	for _, r := range all[from:to] {
		if module == record.Customers {
			r.Whole, r.Marker, r.Values = false, "", record.Values{"display_name": r.Name}
		}
		page.Records = append(page.Records, r)
	}
	return page, nil
}

func (b billingSide) Get(_ context.Context, module record.Module, id string) (record.Record, error) {
	b.w.mu.Lock()
	b.w.gets[module]++
	b.w.flying++
	b.w.highest = max(b.w.highest, b.w.flying)
	b.w.mu.Unlock()
	defer func() {
		b.w.mu.Lock()
		b.w.flying--
		b.w.mu.Unlock()
	}()
	return find(b.w.targets[module], id)
}

func (b billingSide) ContactPersons(_ context.Context, customer string) ([]record.Record, error) {
	b.w.mu.Lock()
	b.w.listed[customer]++
	b.w.mu.Unlock()
	return b.w.persons[customer], nil
}
