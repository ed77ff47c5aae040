package reconcile_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"causeway/internal/record"
)

// TestNobodysWorkIsLost checks the values after a sync. What only one side edited is on both sides, and what both
// edited is as the rule decides. A sync that forgets edits would end in step as well.
func TestNobodysWorkIsLost(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := bothRules(rapid.SampledFrom(conflictRules[:3]).Draw(t, "conflicts"))
		r.Customers.Unattached, r.Customers.Duplicates, r.Items.Duplicates = false, record.Overwrite, record.Clone
		w := newWorld(t, r)
		for range 8 {
			w.make(record.CRM)
			w.make(record.Billing)
		}
		w.comesToRest()
		for range 20 {
			edits := map[string]map[record.Side]record.Values{}
			for range rapid.IntRange(1, 4).Draw(t, "edits") {
				w.work(edits)
			}
			worked := map[string]map[record.Side]record.Values{}
			for k := range edits {
				worked[k] = w.both(w.links[k])
			}
			w.comesToRest()
			w.stands(edits, worked)
		}
	})
}

// work edits a two-way field of a linked record on one side. It leaves names and SKUs alone, which a side may
// refuse.
func (w *world) work(edits map[string]map[record.Side]record.Values) {
	var linked []string
	for _, k := range ids(w.links) {
		if w.links[k].Gone == "" && kindOf(w.links[k].Entity, w.links[k].CRMModule) != individuals && w.parked[k+" to_crm"]+w.parked[k+" to_billing"] == "" {
			linked = append(linked, k)
		}
	}
	if len(linked) == 0 {
		return
	}
	k := rapid.SampledFrom(linked).Draw(w.t, "record")
	l := w.links[k]
	side, id, fields := record.CRM, l.CRMID, map[record.Entity][]string{record.EntityCustomers: {"Phone", "City", "Tier"},
		record.EntityContactPersons: {"Email", "Phone"}, record.EntityItems: {"Unit_Price", "Description"}}
	if rapid.Bool().Draw(w.t, "in billing") {
		side, id, fields = record.Billing, l.BillingID, map[record.Entity][]string{record.EntityCustomers: {"phone", "billing_address", "cf_tier"},
			record.EntityContactPersons: {"email", "phone"}, record.EntityItems: {"rate", "description"}}
	}
	field := rapid.SampledFrom(fields[l.Entity]).Draw(w.t, "field")
	if edits[k] == nil {
		edits[k] = w.both(l)
	}
	w.put(side, w.live[side][id], record.Values{field: w.value(w.live[side][id].Module, field)})
}

// both returns the values of the two sides, by billing's fields.
func (w *world) both(l *record.Link) map[record.Side]record.Values {
	return map[record.Side]record.Values{
		record.CRM:     mapped(kindOf(l.Entity, l.CRMModule), w.live[record.CRM][l.CRMID].Values),
		record.Billing: held(kindOf(l.Entity, l.CRMModule), w.live[record.Billing][l.BillingID].Values),
	}
}

// stands compares the edits made since the sides last agreed with what the sides hold now.
func (w *world) stands(edited map[string]map[record.Side]record.Values, worked map[string]map[record.Side]record.Values) {
	for _, k := range ids(edited) {
		l := w.links[k]
		was, did, now := edited[k], worked[k], w.both(l)
		for unit, d := range directions(kindOf(l.Entity, l.CRMModule)) {
			byCRM := !record.EqualValues(was[record.CRM][unit], did[record.CRM][unit])
			byBilling := !record.EqualValues(was[record.Billing][unit], did[record.Billing][unit])
			want := did[record.CRM][unit]
			switch {
			case d != both || !byCRM && !byBilling:
				continue
			case byCRM && byBilling && w.rules.Conflicts == record.NewestWins:
				continue // the record's time tells, which a write of another field moves
			case !byCRM, byBilling && w.rules.Conflicts == record.BillingWins:
				want = did[record.Billing][unit]
			}
			require.True(w.t, record.EqualValues(want, now[record.CRM][unit]) && record.EqualValues(want, now[record.Billing][unit]),
				"%s of %s by %s: wanted %v, in the CRM %v, in billing %v", unit, k, w.rules.Conflicts, want, now[record.CRM][unit], now[record.Billing][unit])
		}
	}
}
