package verify

import (
	"context"
	"slices"
	"strings"

	"causeway/internal/crm"
	"causeway/internal/mapping"
	"causeway/internal/reconcile"
	"causeway/internal/record"

	"golang.org/x/sync/errgroup"
)

// compareModule pages through one module of the CRM.
func (v *verification) compareModule(ctx context.Context, module record.Module) error {
	q := crm.ReadQuery{Fields: v.fields(module)}
	for read := 0; ; {
		page, err := v.crm.Read(ctx, module, q)
		if err != nil {
			return err
		}
		if err := v.comparePage(ctx, module, page.Records); err != nil {
			return err
		}
		read += len(page.Records)
		v.o.Progress(Progress{Step: "compare " + string(module), Read: read})
		if !page.More {
			return nil
		}
		q.After = page.Next
	}
}

// comparePage compares the records of a page, by the entity that each should be.
func (v *verification) comparePage(ctx context.Context, module record.Module, records []record.Record) error {
	if len(records) == 0 {
		return nil
	}
	links, err := v.linksOf(ctx, module, records)
	if err != nil {
		return err
	}
	groups := map[record.Entity][]record.Record{}
	for _, r := range records {
		if entity, ok := v.entityOf(r); ok {
			groups[entity] = append(groups[entity], r)
		}
	}
	for _, entity := range record.Entities() {
		if len(groups[entity]) == 0 {
			continue
		}
		pairs := make([]pair, 0, len(groups[entity]))
		for _, r := range groups[entity] {
			p := pair{entity: entity, source: r, want: v.expected(entity, r)}
			if link, ok := links[entity][r.ID]; ok {
				p.link = &link
			}
			if reason := v.excludedReason(r, p.link); reason != "" {
				v.report.Explained = append(v.report.Explained, Explained{Entity: entity, CRMID: r.ID, Name: nameOf(r), Outcome: record.Skipped, Reason: reason})
				continue
			}
			pairs = append(pairs, p)
		}
		if err := v.comparePairs(ctx, entity, module, pairs); err != nil {
			return err
		}
	}
	return nil
}

// linksOf returns the page's links by entity and CRM id, and marks their billing records as seen. A contact may be
// linked as an entity that the preferences no longer make of it. That link counts too.
func (v *verification) linksOf(ctx context.Context, module record.Module, records []record.Record) (map[record.Entity]map[string]record.Link, error) {
	entities := map[record.Module][]record.Entity{
		record.Accounts: {record.EntityCustomers},
		record.Contacts: {record.EntityCustomers, record.EntityContactPersons},
		record.Products: {record.EntityItems},
	}[module]
	out := map[record.Entity]map[string]record.Link{}
	for _, entity := range entities {
		links, err := v.store.Links.OfSources(ctx, v.connection.ID, entity, idsOf(records))
		if err != nil {
			return nil, err
		}
		for _, link := range links {
			v.lists[entity].markSeen(link.BillingID)
		}
		out[entity] = links
	}
	return out, nil
}

func (v *verification) comparePairs(ctx context.Context, entity record.Entity, module record.Module, pairs []pair) error {
	compare, err := v.comparer(ctx, entity, pairs)
	if err != nil {
		return err
	}
	group, gctx := errgroup.WithContext(ctx)
	group.SetLimit(v.o.InFlight)
	for i := range pairs {
		if pairs[i].link != nil {
			group.Go(func() error { return compare(gctx, &pairs[i]) })
		}
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return v.reportPage(ctx, entity, module, pairs)
}

// comparer prepares the comparison of a page and returns the function that compares one pair. That function is
// called concurrently.
func (v *verification) comparer(ctx context.Context, entity record.Entity, pairs []pair) (func(context.Context, *pair) error, error) {
	switch entity {
	case record.EntityCustomers:
		picked := v.pickCustomers(pairs)
		return func(ctx context.Context, p *pair) error { return v.compareCustomer(ctx, p, picked[p.source.ID]) }, nil
	case record.EntityContactPersons:
		return v.comparePerson, v.listPersons(ctx, pairs)
	case record.EntityItems:
	}
	return v.compareItem, nil
}

// pickCustomers chooses which of the page's linked customers are fetched whole.
func (v *verification) pickCustomers(pairs []pair) map[string]bool {
	list := v.lists[record.EntityCustomers]
	picked := map[string]bool{}
	for _, p := range pairs {
		if p.link != nil && v.sample.next() {
			picked[p.source.ID] = true
			v.fetched++
			list.markPicked(p.link.BillingID)
		}
	}
	return picked
}

func (v *verification) compareCustomer(ctx context.Context, p *pair, picked bool) error {
	if !picked {
		_, listed := v.lists[record.EntityCustomers][p.link.BillingID]
		p.gone = !listed
		return nil
	}
	return v.fetch(ctx, p)
}

// compareItem fetches the item only where the checksums of the list do not prove that all values are equal.
func (v *verification) compareItem(ctx context.Context, p *pair) error {
	x, listed := v.lists[record.EntityItems][p.link.BillingID]
	if listed && x.whole && len(p.want.Problems) == 0 && x.sum == v.sumOf(record.EntityItems, p.want.Values) {
		p.compared = true
		return nil
	}
	return v.fetch(ctx, p)
}

// fetch reads a linked customer or item whole and compares it.
func (v *verification) fetch(ctx context.Context, p *pair) error {
	target, err := v.billing.Get(ctx, p.entity.Module(), p.link.BillingID)
	if record.IsKind(err, record.NotFound) {
		p.gone = true
		return nil
	}
	if err != nil {
		return err
	}
	p.compared = true
	p.differences = v.differences(p, target)
	return nil
}

// reportPage adds the page's findings to the report, with the recorded reasons where there are some.
func (v *verification) reportPage(ctx context.Context, entity record.Entity, module record.Module, pairs []pair) error {
	var ids []string
	for _, p := range pairs {
		if p.compared {
			v.report.Compared++
		}
		if p.link == nil || p.gone || len(p.differences) > 0 {
			ids = append(ids, p.source.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	ops, err := v.store.Operations.Last(ctx, v.connection.ID, entity, module, ids)
	if err != nil {
		return err
	}
	for _, p := range pairs {
		v.reportPair(p, ops[p.source.ID])
	}
	return nil
}

func (v *verification) reportPair(p pair, last record.Operation) {
	switch {
	case (p.link == nil || p.gone) && last.Outcome.Parked():
		v.report.Explained = append(v.report.Explained, explained(p.entity, p.source, last))
	case p.gone && p.link.Gone == record.Billing:
		v.report.Explained = append(v.report.Explained, Explained{Entity: p.entity, CRMID: p.source.ID, Name: nameOf(p.source), Outcome: record.Deleted,
			Reason: deletedIn(record.Billing, *p.link)})
	case p.link == nil || p.gone:
		v.report.Missing = append(v.report.Missing, Missing{Entity: p.entity, CRMID: p.source.ID, Name: nameOf(p.source)})
	default:
		kept := slices.DeleteFunc(p.sent, func(field string) bool { return !v.edited(p, field, last) })
		if len(kept) > 0 {
			v.report.Explained = append(v.report.Explained, Explained{Entity: p.entity, CRMID: p.source.ID, Name: nameOf(p.source), Outcome: record.Unchanged,
				Reason: "edited in billing, and these fields go to billing only: " + strings.Join(kept, ", ")})
		}
		reported := false
		for _, d := range p.differences {
			head, _, _ := strings.Cut(d.Field, ".")
			if slices.Contains(kept, head) {
				continue
			}
			if !explains(last, d) {
				v.report.Differences = append(v.report.Differences, d)
			} else if !reported {
				reported = true
				v.report.Explained = append(v.report.Explained, explained(p.entity, p.source, last))
			}
		}
	}
}

func idsOf(records []record.Record) []string {
	ids := make([]string, len(records))
	for i, r := range records {
		ids[i] = r.ID
	}
	return ids
}

// fields returns the CRM fields that the comparison of a module needs.
func (v *verification) fields(module record.Module) []string {
	var maps [][]record.FieldMap
	for _, entity := range reconcile.Entities(v.prefs.Customers.Mode) {
		maps = append(maps, v.maps.For(entity, module))
	}
	return mapping.Sources(maps...)
}

// entityOf returns what a CRM record should be by the preferences.
func (v *verification) entityOf(r record.Record) (record.Entity, bool) {
	for _, entity := range reconcile.Entities(v.prefs.Customers.Mode) {
		for _, feed := range reconcile.SourcesOf(entity, v.prefs.Customers) {
			if feed.Module == r.Module && (feed.Attached == nil || *feed.Attached == (r.ParentID != "")) {
				return entity, true
			}
		}
	}
	return "", false
}
