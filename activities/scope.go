package activities

import (
	"context"
	"fmt"
	"slices"

	"causeway/internal/billing"
	"causeway/internal/crm"
	"causeway/internal/record"
	"causeway/workflows/contract"
)

// mirrorScope reads the records of a scoped run afresh, each with what it hangs on: an account with its
// contacts, a contact with its account. A record that is gone is noted as such.
func (p *part) mirrorScope(ctx context.Context, in contract.MirrorInput) (contract.MirrorResult, error) {
	refs, err := p.Store.Runs.Records(ctx, in.RunID)
	if err != nil {
		return contract.MirrorResult{}, err
	}
	prefs, err := p.preferences(ctx, in.Connection, in.RunID)
	if err != nil {
		return contract.MirrorResult{}, err
	}
	out := contract.MirrorResult{Page: in.Page}
	for _, ref := range refs[min(in.Page, len(refs)):] {
		if p.over(ctx, out.Read) {
			return out, nil
		}
		n, err := p.freshen(ctx, in, prefs, ref)
		if halted(ctx, err) {
			break
		}
		if err != nil {
			return out, fmt.Errorf("read %s %s: %w", ref.Module, ref.ID, err)
		}
		out.Page, out.Read = out.Page+1, out.Read+n
	}
	out.Done = out.Page >= len(refs)
	return out, nil
}

func (p *part) freshen(ctx context.Context, in contract.MirrorInput, prefs record.Preferences, ref record.Ref) (int, error) {
	if ref.Side == record.Billing {
		return p.freshenBilling(ctx, in, prefs, ref)
	}
	port, err := p.Sides.CRM(ctx, in.Connection)
	if err != nil {
		return 0, err
	}
	f := &freshening{part: p, in: in, prefs: prefs, port: port}
	got, err := f.read(ctx, ref.Module, crm.ReadQuery{IDs: []string{ref.ID}})
	if err != nil {
		return 0, err
	}
	if len(got) == 0 {
		_, err = p.Store.Operations.MarkGone(ctx, in.RunID, record.CRM, ref.Module, []string{ref.ID})
		return 1, err
	}
	n := 1
	switch {
	case ref.Module == record.Contacts && got[0].ParentID != "":
		parent := got[0].ParentID
		if got, err = f.read(ctx, record.Accounts, crm.ReadQuery{IDs: []string{parent}}); err == nil && len(got) > 0 {
			// Its customer must be there before its contact person can be.
			err = f.Store.Runs.SetRecords(ctx, in.RunID, []record.Ref{{Side: record.CRM, Module: record.Accounts, ID: parent}})
		}
		n += len(got)
	case ref.Module == record.Accounts && prefs.Customers.Mode == record.ModeAccountsAndContacts:
		got, err = f.read(ctx, record.Contacts, crm.ReadQuery{Parent: ref.ID})
		n += len(got)
	}
	return n, err
}

// freshening reads records of the CRM in the form in which its lists have them, so that the next list finds
// them unchanged.
type freshening struct {
	*part
	in    contract.MirrorInput
	prefs record.Preferences
	port  crm.Port
}

// read brings all records that the query gives into the mirror.
func (f *freshening) read(ctx context.Context, module record.Module, q crm.ReadQuery) ([]record.Record, error) {
	q.Fields = crmFields(f.prefs, module)
	var out []record.Record
	for {
		page, err := readPage(ctx, f.part, f.port, module, q)
		if err != nil {
			return out, err
		}
		if err := f.Store.Mirror.PutDetails(ctx, f.in.Connection, page.Records, true); err != nil {
			return out, err
		}
		out = append(out, page.Records...)
		if q.After = page.Next; !page.More {
			return out, nil
		}
	}
}

func (p *part) freshenBilling(ctx context.Context, in contract.MirrorInput, prefs record.Preferences, ref record.Ref) (int, error) {
	port, err := p.Sides.Billing(ctx, in.Connection)
	if err != nil {
		return 0, err
	}
	if ref.Module == record.ContactPersons {
		return p.freshenPerson(ctx, in, prefs, port, ref)
	}
	got, err := getDetail(ctx, p, port, record.Record{Side: record.Billing, Module: ref.Module, ID: ref.ID})
	if record.IsKind(err, record.NotFound) {
		_, err = p.Store.Operations.MarkGone(ctx, in.RunID, record.Billing, ref.Module, []string{ref.ID})
		return 1, err
	}
	if err != nil {
		return 0, err
	}
	return 1, p.Store.Mirror.PutDetails(ctx, in.Connection, []record.Record{got}, prefs.Extent(record.Entity(ref.Module)) == record.Both)
}

// freshenPerson reads the contact persons of the one's customer: billing gives none by itself.
func (p *part) freshenPerson(ctx context.Context, in contract.MirrorInput, prefs record.Preferences, port billing.Port, ref record.Ref) (int, error) {
	link, err := p.Store.Links.ByTarget(ctx, in.Connection, record.ContactPersons, ref.ID)
	if err != nil || link == nil {
		return 0, err
	}
	persons, err := listPersons(ctx, p, port, link.BillingParentID)
	if record.IsKind(err, record.NotFound) {
		persons, err = nil, nil // its customer is gone, and the person with it
	}
	if err != nil {
		return 0, err
	}
	if !slices.ContainsFunc(persons, func(r record.Record) bool { return r.ID == ref.ID }) {
		if _, err := p.Store.Operations.MarkGone(ctx, in.RunID, record.Billing, record.ContactPersons, []string{ref.ID}); err != nil {
			return 0, err
		}
	}
	return len(persons), p.Store.Mirror.PutDetails(ctx, in.Connection, persons, prefs.Customers.Extent == record.Both)
}
