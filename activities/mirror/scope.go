package mirror

import (
	"context"
	"fmt"
	"slices"

	"causeway/activities/attempt"
	"causeway/internal/billing"
	"causeway/internal/crm"
	"causeway/internal/record"
	"causeway/internal/steps"
)

// Scope reads the chosen records of a run, each with the records that belong to it: an account with its contacts, a
// contact with its account. A record that is gone is marked so.
func Scope(ctx context.Context, try *attempt.Attempt, in steps.MirrorInput) (steps.MirrorResult, error) {
	refs, err := try.Store.Runs.Records(ctx, in.RunID)
	if err != nil {
		return steps.MirrorResult{}, err
	}
	prefs, err := try.Preferences(ctx, in.Connection, in.RunID)
	if err != nil {
		return steps.MirrorResult{}, err
	}
	out := steps.MirrorResult{Page: in.Page}
	for _, ref := range refs[min(in.Page, len(refs)):] {
		if try.Over(ctx, out.Read) {
			return out, nil
		}
		n, err := freshen(ctx, try, in, prefs, ref)
		if attempt.Halted(ctx, err) {
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

func freshen(ctx context.Context, try *attempt.Attempt, in steps.MirrorInput, prefs record.Preferences, ref record.Ref) (int, error) {
	if ref.Side == record.Billing {
		return freshenBilling(ctx, try, in, prefs, ref)
	}
	port, err := try.Sides.CRM(ctx, in.Connection)
	if err != nil {
		return 0, err
	}
	f := &freshening{try: try, in: in, prefs: prefs, port: port}
	got, err := f.read(ctx, ref.Module, crm.ReadQuery{IDs: []string{ref.ID}})
	if err != nil {
		return 0, err
	}
	if len(got) == 0 {
		_, err = try.Store.Operations.MarkGone(ctx, in.RunID, record.CRM, ref.Module, []string{ref.ID})
		return 1, err
	}
	n := 1
	switch {
	case ref.Module == record.Contacts && got[0].ParentID != "":
		parent := got[0].ParentID
		if got, err = f.read(ctx, record.Accounts, crm.ReadQuery{IDs: []string{parent}}); err == nil && len(got) > 0 {
			// Its customer must exist before its contact person can.
			err = f.try.Store.Runs.SetRecords(ctx, in.RunID, []record.Ref{{Side: record.CRM, Module: record.Accounts, ID: parent}})
		}
		n += len(got)
	case ref.Module == record.Accounts && prefs.Customers.Mode == record.ModeAccountsAndContacts:
		got, err = f.read(ctx, record.Contacts, crm.ReadQuery{Parent: ref.ID})
		n += len(got)
	}
	return n, err
}

// freshening reads records of the CRM with the fields that its lists have, so that the next list finds them unchanged.
type freshening struct {
	try   *attempt.Attempt
	in    steps.MirrorInput
	prefs record.Preferences
	port  crm.Port
}

// read brings all records that the query returns into the mirror.
func (f *freshening) read(ctx context.Context, module record.Module, q crm.ReadQuery) ([]record.Record, error) {
	q.Fields = attempt.CRMFields(f.prefs, module)
	var out []record.Record
	for {
		page, err := f.try.ReadPage(ctx, f.port, module, q)
		if err != nil {
			return out, err
		}
		if err := f.try.Store.Mirror.PutDetails(ctx, f.in.Connection, page.Records, true); err != nil {
			return out, err
		}
		out = append(out, page.Records...)
		if q.After = page.Next; !page.More {
			return out, nil
		}
	}
}

func freshenBilling(ctx context.Context, try *attempt.Attempt, in steps.MirrorInput, prefs record.Preferences, ref record.Ref) (int, error) {
	port, err := try.Sides.Billing(ctx, in.Connection)
	if err != nil {
		return 0, err
	}
	if ref.Module == record.ContactPersons {
		return freshenPerson(ctx, try, in, prefs, port, ref)
	}
	got, err := try.ReadRecord(ctx, port, ref.Module, ref.ID)
	if record.IsKind(err, record.NotFound) {
		_, err = try.Store.Operations.MarkGone(ctx, in.RunID, record.Billing, ref.Module, []string{ref.ID})
		return 1, err
	}
	if err != nil {
		return 0, err
	}
	return 1, try.Store.Mirror.PutDetails(ctx, in.Connection, []record.Record{got}, prefs.Extent(record.Entity(ref.Module)) == record.Both)
}

// freshenPerson reads all contact persons of the person's customer: billing returns none by itself.
func freshenPerson(ctx context.Context, try *attempt.Attempt, in steps.MirrorInput, prefs record.Preferences, port billing.Port, ref record.Ref) (int, error) {
	link, err := try.Store.Links.ByTarget(ctx, in.Connection, record.ContactPersons, ref.ID)
	if err != nil || link == nil {
		return 0, err
	}
	persons, err := try.ListPersons(ctx, port, link.BillingParentID)
	if record.IsKind(err, record.NotFound) {
		persons, err = nil, nil // its customer is gone, and so is the person
	}
	if err != nil {
		return 0, err
	}
	if !slices.ContainsFunc(persons, func(r record.Record) bool { return r.ID == ref.ID }) {
		if _, err := try.Store.Operations.MarkGone(ctx, in.RunID, record.Billing, record.ContactPersons, []string{ref.ID}); err != nil {
			return 0, err
		}
	}
	return len(persons), try.Store.Mirror.PutDetails(ctx, in.Connection, persons, prefs.Customers.Extent == record.Both)
}
