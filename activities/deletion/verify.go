package deletion

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"causeway/activities/attempt"
	"causeway/internal/billing"
	"causeway/internal/crm"
	"causeway/internal/deletion"
	"causeway/internal/record"
	"causeway/internal/steps"
	"causeway/internal/store/deletions"
	"causeway/workflows/contract"
)

// verifyParts are verified in this order.
var verifyParts = []string{contract.StepCustomers, contract.StepPersons, contract.StepItems, contract.StepMarkers}

// crmIDs is how many records of the CRM one call looks at.
const crmIDs = 50

// verifying is one attempt to look at both sides.
type verifying struct {
	*Step
	billing billing.Port
	crm     crm.Port
}

// Verify looks at the next records on both sides: what was deleted must be gone, and what lives must carry no marker of
// ours. A record that is otherwise is opened again, so that resuming the deletion repeats its step; at the end it fails
// the step. It is idempotent, and changes nothing on a side.
func (s *Step) Verify(ctx context.Context, in steps.DeletionPartInput) (out steps.DeletionPartResult, err error) {
	if err := s.load(ctx, in.Connection, in.Plan); err != nil {
		return out, err
	}
	if out.Done = s.d.State == deletions.Done; out.Done {
		return out, nil
	}
	v := &verifying{Step: s}
	if err := v.openSides(ctx); err != nil {
		return out, err
	}
	part, key, _ := strings.Cut(in.After, "/")
	at, after := max(slices.Index(verifyParts, part), 0), placeOf(key)
	for handled := 0; at < len(verifyParts); {
		out.Next = verifyParts[at] + "/" + afterOf(after)
		if s.try.Over(ctx, handled) {
			return out, nil
		}
		rows, err := s.try.Store.Deletions.Page(ctx, s.d.ID, verifyParts[at], after, convertChunk)
		if err != nil {
			return out, err
		}
		if len(rows) == 0 {
			at, after = at+1, deletions.RowPlace{}
			continue
		}
		if err := v.verifyPage(ctx, rows); attempt.Halted(ctx, err) {
			return out, nil
		} else if err != nil {
			return out, err
		}
		last := rows[len(rows)-1]
		handled, after = handled+len(rows), deletions.RowPlace{ID: last.ID, Module: string(last.Module)}
	}
	out.Next, out.Done = "", true
	return out, s.verdict(ctx)
}

// openSides makes the clients of the sides that can be looked at.
func (v *verifying) openSides(ctx context.Context) (err error) {
	if !v.d.GaveUp(record.Billing) {
		if v.billing, err = v.try.Sides.Billing(ctx, v.d.Connection); err != nil {
			return err
		}
	}
	if !v.d.GaveUp(record.CRM) {
		v.crm, err = v.try.Sides.CRM(ctx, v.d.Connection)
	}
	return err
}

// verdict fails the step if a record is not as it should be.
func (s *Step) verdict(ctx context.Context) error {
	n, first, err := s.try.Store.Deletions.Unverified(ctx, s.d.ID)
	if err != nil || n == 0 {
		return err
	}
	message := fmt.Sprintf("%d records are not as they should be", n)
	if first != nil {
		message += fmt.Sprintf("; the first: %s %s %s: %s", first.Side, first.Module, first.ID, wrongWith(*first))
	}
	return notAsPlanned(message, "look at it, then resume the deletion, which repeats the step")
}

func wrongWith(r deletions.Record) string {
	switch {
	case r.Verified != "" && r.Verified != deletion.VerifiedOK:
		return r.Verified
	case r.State != deletion.RowDone:
		return "it was not converted"
	}
	return "it was not verified"
}

// verifyPage looks at records of one part, and stores what it has found.
func (v *verifying) verifyPage(ctx context.Context, rows []deletions.Record) error {
	found := make([]string, len(rows))
	var live, crmSide []int // by index
	for i, r := range rows {
		switch {
		case r.State != deletion.RowDone:
		case r.Outcome == deletion.Unknown:
			found[i] = deletion.VerifiedGivenUp
		case r.Part == contract.StepPersons && !v.d.GaveUp(r.Side), r.Outcome == deletion.Kept && r.Marker == deletion.MarkerNone:
			found[i] = deletion.VerifiedOK // it was not touched
		case v.d.GaveUp(r.Side) && r.Verified == deletion.VerifiedOK:
			// It was looked at before its side was given up.
		case v.d.GaveUp(r.Side):
			found[i] = deletion.VerifiedGivenUp
		case r.Side == record.CRM:
			crmSide = append(crmSide, i)
		default:
			live = append(live, i)
		}
	}
	err := attempt.Each(ctx, v.try.InFlight, len(live), func(ctx context.Context, i int) (err error) {
		found[live[i]], err = v.lookInBilling(ctx, rows[live[i]])
		return err
	})
	if err == nil {
		err = v.lookInCRM(ctx, rows, crmSide, found)
	}
	if err != nil {
		return err
	}
	seen := make([]deletions.Seen, 0, len(rows))
	for i, r := range rows {
		if found[i] != "" {
			seen = append(seen, deletions.Seen{Part: r.Part, Module: r.Module, ID: r.ID, Found: found[i]})
		}
	}
	return v.try.Store.Deletions.KeepSeen(ctx, v.d.ID, seen)
}

// lookInBilling looks at one record.
func (v *verifying) lookInBilling(ctx context.Context, row deletions.Record) (string, error) {
	rec, err := v.try.ReadRecord(ctx, v.billing, row.Module, row.ID)
	gone := record.IsKind(err, record.NotFound)
	switch {
	case err != nil && !gone:
		return "", err
	case gone:
		return deletion.VerifiedOK, nil // deleted as planned, or by somebody since
	case row.Outcome == deletion.Deleted, row.Outcome == deletion.Gone:
		return "it was " + row.Outcome + ", and still exists", nil
	case record.OwnMarker(v.d.Incarnation, rec.Marker):
		return "it carries our marker", nil
	}
	return deletion.VerifiedOK, nil
}

// lookInCRM looks at records of the CRM, many in a call.
func (v *verifying) lookInCRM(ctx context.Context, rows []deletions.Record, which []int, found []string) error {
	byModule := map[record.Module][]int{}
	for _, i := range which {
		byModule[rows[i].Module] = append(byModule[rows[i].Module], i)
	}
	for _, module := range []record.Module{record.Accounts, record.Contacts, record.Products} {
		for some := range slices.Chunk(byModule[module], crmIDs) {
			if err := v.lookAtMany(ctx, module, rows, some, found); err != nil {
				return err
			}
		}
	}
	return nil
}

func (v *verifying) lookAtMany(ctx context.Context, module record.Module, rows []deletions.Record, which []int, found []string) error {
	ids, at := make([]string, len(which)), map[string]int{}
	for n, i := range which {
		ids[n], at[rows[i].ID] = rows[i].ID, i
		found[i] = deletion.VerifiedOK // unless it shows a marker; a record that is gone shows none
	}
	q := crm.ReadQuery{IDs: ids, Fields: []string{crm.MarkerField}}
	for more := true; more; {
		page, err := v.try.ReadPage(ctx, v.crm, module, q)
		if err != nil {
			return err
		}
		for _, rec := range page.Records {
			if i, ok := at[rec.ID]; ok && record.OwnMarker(v.d.Incarnation, rec.Marker) {
				found[i] = "it carries our marker"
			}
		}
		q.After, more = page.Next, page.More
	}
	return nil
}
