package verify

import (
	"context"
	"slices"
	"strings"
	"time"

	"causeway/internal/crm"
	"causeway/internal/mapping"
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

// comparePage compares the records of a page by what they should be.
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
			p := pair{entity: entity, source: r, want: v.wanted(entity, r)}
			if link, ok := links[entity][r.ID]; ok {
				p.link = &link
			}
			if reason := v.leftAlone(r, p.link); reason != "" {
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

// linksOf gives the page's links by entity and CRM id, and notes which billing records are accounted for.
// A contact may be linked as what the preferences no longer make of it: it accounts for that all the same.
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
			v.lists[entity].see(link.BillingID)
		}
		out[entity] = links
	}
	return out, nil
}

// pair is a CRM record with its billing record, if it is known to have one.
type pair struct {
	entity record.Entity
	source record.Record
	want   mapping.Result
	link   *record.Link

	compared    bool
	gone        bool // the link's billing record does not exist
	differences []Difference
	carried     []string  // fields that differ, go to billing only, and were carried over
	modified    time.Time // when billing's record was changed
}

func (v *verification) comparePairs(ctx context.Context, entity record.Entity, module record.Module, pairs []pair) error {
	look, err := v.prepare(ctx, entity, pairs)
	if err != nil {
		return err
	}
	group, gctx := errgroup.WithContext(ctx)
	group.SetLimit(v.o.InFlight)
	for i := range pairs {
		if pairs[i].link != nil {
			group.Go(func() error { return look(gctx, &pairs[i]) })
		}
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return v.settle(ctx, entity, module, pairs)
}

// prepare does what the comparison of a page needs before its records can be looked at side by side, and
// gives how one is looked at.
func (v *verification) prepare(ctx context.Context, entity record.Entity, pairs []pair) (func(context.Context, *pair) error, error) {
	switch entity {
	case record.EntityCustomers:
		picked := v.pickCustomers(pairs)
		return func(ctx context.Context, p *pair) error { return v.lookAtCustomer(ctx, p, picked[p.source.ID]) }, nil
	case record.EntityContactPersons:
		return v.lookAtPerson, v.listPersons(ctx, pairs)
	case record.EntityItems:
	}
	return v.lookAtItem, nil
}

// pickCustomers says which of the page's linked customers are fetched whole.
func (v *verification) pickCustomers(pairs []pair) map[string]bool {
	list := v.lists[record.EntityCustomers]
	picked := map[string]bool{}
	for _, p := range pairs {
		if p.link != nil && v.sample.next() {
			picked[p.source.ID] = true
			v.fetched++
			list.pick(p.link.BillingID)
		}
	}
	return picked
}

func (v *verification) lookAtCustomer(ctx context.Context, p *pair, picked bool) error {
	if !picked {
		_, listed := v.lists[record.EntityCustomers][p.link.BillingID]
		p.gone = !listed
		return nil
	}
	return v.fetch(ctx, p)
}

// lookAtItem is content with the list where the checksums say that all values are equal.
func (v *verification) lookAtItem(ctx context.Context, p *pair) error {
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

// settle puts what was found into the report, with the recorded reasons where there are some.
func (v *verification) settle(ctx context.Context, entity record.Entity, module record.Module, pairs []pair) error {
	var open []string
	for _, p := range pairs {
		if p.compared {
			v.report.Compared++
		}
		if p.link == nil || p.gone || len(p.differences) > 0 {
			open = append(open, p.source.ID)
		}
	}
	if len(open) == 0 {
		return nil
	}
	ops, err := v.store.Operations.Last(ctx, v.connection.ID, entity, module, open)
	if err != nil {
		return err
	}
	for _, p := range pairs {
		v.put(p, ops[p.source.ID])
	}
	return nil
}

func (v *verification) put(p pair, last record.Operation) {
	switch {
	case (p.link == nil || p.gone) && parked(last):
		v.report.Explained = append(v.report.Explained, explained(p.entity, p.source, last))
	case p.gone && p.link.Gone == record.Billing:
		v.report.Explained = append(v.report.Explained, Explained{Entity: p.entity, CRMID: p.source.ID, Name: nameOf(p.source), Outcome: record.Deleted,
			Reason: deletedIn(record.Billing, *p.link)})
	case p.link == nil || p.gone:
		v.report.Missing = append(v.report.Missing, Missing{Entity: p.entity, CRMID: p.source.ID, Name: nameOf(p.source)})
	default:
		kept := slices.DeleteFunc(p.carried, func(field string) bool { return !v.edited(p, field, last) })
		if len(kept) > 0 {
			v.report.Explained = append(v.report.Explained, Explained{Entity: p.entity, CRMID: p.source.ID, Name: nameOf(p.source), Outcome: record.Unchanged,
				Reason: "edited in billing, and carried to billing only: " + strings.Join(kept, ", ")})
		}
		told := false
		for _, d := range p.differences {
			head, _, _ := strings.Cut(d.Field, ".")
			if slices.Contains(kept, head) {
				continue
			}
			if !explains(last, d) {
				v.report.Differences = append(v.report.Differences, d)
			} else if !told {
				told = true
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
