package deletion_test

import (
	"fmt"
	"testing"

	"causeway/internal/deletion"
	"causeway/internal/record"

	"github.com/stretchr/testify/require"
)

const (
	customers = string(record.EntityCustomers)
	items     = string(record.EntityItems)
	persons   = string(record.EntityContactPersons)
)

// everyFact visits every combination of what can be known of a record.
func everyFact(visit func(deletion.Facts)) {
	flags := []bool{false, true}
	for _, part := range []string{customers, items, persons, deletion.PartMarkers} {
		for _, side := range []record.Side{record.CRM, record.Billing} {
			for _, born := range []record.Side{record.CRM, record.Billing, ""} {
				for _, gone := range []record.Side{"", record.CRM, record.Billing} {
					for _, marker := range []string{deletion.MarkerOwn, deletion.MarkerNone, deletion.MarkerUnknown} {
						for _, customer := range []string{"", deletion.Deleted, deletion.Converted, deletion.Kept, deletion.Unknown} {
							for bits := range 16 {
								visit(deletion.Facts{
									Part: part, Side: side, Born: born, GoneSide: gone, Marker: marker, Customer: customer,
									CRMMarked: flags[bits&1], Transactions: flags[bits>>1&1], BillingPersons: flags[bits>>2&1], LinkedElsewhere: flags[bits>>3&1],
								})
							}
						}
					}
				}
			}
		}
	}
}

// given are the four sets of sides that can be given up.
var given = [][]record.Side{nil, {record.CRM}, {record.Billing}, {record.Billing, record.CRM}}

func TestEveryRecordHasAPlan(t *testing.T) {
	t.Parallel()
	known := map[string]bool{deletion.Converted: true, deletion.Deleted: true, deletion.Kept: true, deletion.Gone: true, deletion.Unknown: true}
	everyFact(func(f deletion.Facts) {
		for _, givenUp := range given {
			p := deletion.Decide(f, givenUp)
			if !known[p.All] || !known[p.Some] || (p.State == deletion.RowDone) != (p.Outcome == deletion.Gone) {
				t.Fatalf("%+v: %+v", f, p)
			}
		}
	})
}

// Nothing that Causeway did not create, that a transaction uses, or that somebody else needs is ever deleted.
func TestOnlyWhatCausewayCreatedAndNobodyUsesIsDeleted(t *testing.T) {
	t.Parallel()
	deleted := map[string]int{}
	everyFact(func(f deletion.Facts) {
		for _, givenUp := range given {
			p := deletion.Decide(f, givenUp)
			if p.All == deletion.Deleted {
				t.Fatalf("converting all deletes %+v", f)
			}
			if p.Some != deletion.Deleted {
				continue
			}
			deleted[f.Part]++
			ok := f.GoneSide != record.Billing
			switch f.Part {
			case persons:
				ok = ok && f.Customer == deletion.Deleted
			case items:
				ok = ok && f.Born == record.CRM && f.Marker == deletion.MarkerOwn && !f.Transactions && !f.LinkedElsewhere
			case customers:
				ok = ok && f.Born == record.CRM && f.Marker == deletion.MarkerOwn && !f.Transactions && !f.LinkedElsewhere && !f.BillingPersons
			default:
				ok = false
			}
			if !ok {
				t.Fatalf("%+v is deleted: %+v", f, p)
			}
		}
	})
	require.Len(t, deleted, 3, "customers, items and contact persons can be deleted: %v", deleted)
}

func TestWhatIsOfASideThatWasGivenUpIsUnknown(t *testing.T) {
	t.Parallel()
	everyFact(func(f deletion.Facts) {
		without := deletion.Decide(f, nil)
		for _, givenUp := range given[1:] {
			p := deletion.Decide(f, givenUp)
			of := false
			for _, side := range givenUp {
				of = of || side == f.Side
			}
			want := without
			nothingToDo := without.All == deletion.Kept && f.Marker == deletion.MarkerNone
			if of && f.GoneSide != record.Billing && !nothingToDo {
				want.All, want.Some = deletion.Unknown, deletion.Unknown
			}
			if p != want {
				t.Fatalf("%+v, given up %v: %+v", f, givenUp, p)
			}
		}
	})
}

func TestPlans(t *testing.T) {
	t.Parallel()
	own := deletion.Facts{Part: customers, Side: record.Billing, Born: record.CRM, Marker: deletion.MarkerOwn}
	change := func(of func(*deletion.Facts)) deletion.Facts { f := own; of(&f); return f }
	for name, c := range map[string]struct {
		facts deletion.Facts
		want  deletion.Plan
	}{
		"created by Causeway": {own, deletion.Plan{All: deletion.Converted, Some: deletion.Deleted, State: deletion.RowOpen}},
		"with transactions": {
			change(func(f *deletion.Facts) { f.Transactions = true }),
			deletion.Plan{All: deletion.Converted, Some: deletion.Converted, State: deletion.RowOpen},
		},
		"with contact persons of billing": {
			change(func(f *deletion.Facts) { f.BillingPersons, f.LinkedElsewhere = true, true }),
			deletion.Plan{Held: deletion.HeldPersons, All: deletion.Converted, Some: deletion.Converted, State: deletion.RowOpen},
		},
		"linked by another connection": {
			change(func(f *deletion.Facts) { f.Part, f.BillingPersons, f.LinkedElsewhere = items, true, true }),
			deletion.Plan{Held: deletion.HeldElsewhere, All: deletion.Converted, Some: deletion.Converted, State: deletion.RowOpen},
		},
		"linked as a duplicate": {
			change(func(f *deletion.Facts) { f.Marker = deletion.MarkerNone }),
			deletion.Plan{Duplicate: true, All: deletion.Kept, Some: deletion.Kept, State: deletion.RowOpen},
		},
		"pushed to the CRM": {
			change(func(f *deletion.Facts) { f.Born, f.CRMMarked = record.Billing, true }),
			deletion.Plan{All: deletion.Kept, Some: deletion.Kept, State: deletion.RowOpen},
		},
		"on both sides before": {
			change(func(f *deletion.Facts) { f.Born = record.Billing }),
			deletion.Plan{Duplicate: true, All: deletion.Kept, Some: deletion.Kept, State: deletion.RowOpen},
		},
		"deleted in billing": {
			change(func(f *deletion.Facts) { f.GoneSide = record.Billing }),
			deletion.Plan{All: deletion.Gone, Some: deletion.Gone, State: deletion.RowDone, Outcome: deletion.Gone},
		},
		"deleted in the CRM": {
			change(func(f *deletion.Facts) { f.GoneSide = record.CRM }),
			deletion.Plan{All: deletion.Converted, Some: deletion.Deleted, State: deletion.RowOpen},
		},
		"a contact person of a customer that is deleted": {
			deletion.Facts{Part: persons, Side: record.Billing, Born: record.CRM, Marker: deletion.MarkerNone, Customer: deletion.Deleted},
			deletion.Plan{All: deletion.Converted, Some: deletion.Deleted, State: deletion.RowOpen},
		},
		"a contact person of a customer that stays": {
			deletion.Facts{Part: persons, Side: record.Billing, Born: record.Billing, Marker: deletion.MarkerNone, CRMMarked: true, Customer: deletion.Converted},
			deletion.Plan{All: deletion.Kept, Some: deletion.Kept, State: deletion.RowOpen},
		},
		"a marker in the CRM": {
			deletion.Facts{Part: deletion.PartMarkers, Side: record.CRM, Marker: deletion.MarkerOwn},
			deletion.Plan{All: deletion.Converted, Some: deletion.Converted, State: deletion.RowOpen},
		},
	} {
		require.Equal(t, c.want, deletion.Decide(c.facts, nil), name)
	}
}

func TestAShortFormProvesNothingAboutItsMarker(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		marker string
		whole  bool
		want   string
	}{
		{"cw-inc1-accounts-1", true, deletion.MarkerOwn},
		{"cw-inc1-accounts-1", false, deletion.MarkerOwn},
		{"cw-other-accounts-1", true, deletion.MarkerNone},
		{"cw-other-accounts-1", false, deletion.MarkerNone},
		{"", true, deletion.MarkerNone},
		{"", false, deletion.MarkerUnknown},
	} {
		require.Equal(t, c.want, deletion.KnownMarker("inc1", c.marker, c.whole), fmt.Sprint(c))
	}
}
