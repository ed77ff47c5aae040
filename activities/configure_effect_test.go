package activities_test

import (
	"testing"
	"time"

	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/internal/sandbox/sample"
	"causeway/internal/steps"

	"github.com/stretchr/testify/require"
)

// mobile maps a field of the CRM that no default map reads.
func mobile(p *record.Preferences) {
	p.Customers.AccountMap = append(p.Customers.AccountMap,
		record.FieldMap{Source: "Account_Site", Target: "mobile", Kind: record.KindText, Direction: record.BothWays})
}

// old is a record that was changed last before any overlap of two reads.
func old(r sample.Row) sample.Row {
	r.Age = time.Hour
	return r
}

// adoptFor adopts an edit, for every record where asked.
func (w *world) adoptFor(every bool, edit func(*record.Preferences)) {
	w.t.Helper()
	out, err := w.setup().AdoptDraft(w.t.Context(), steps.AdoptInput{Connection: demo, Draft: w.draft(edit), EveryRecord: every})
	require.NoError(w.t, err)
	require.Empty(w.t, out.Problems)
}

func TestAChangedMapAppliesToWhatChangesFromThenOnOrToAllWhenAskedFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, old(account(101, "Alpha", "Account_Site", "1")), old(account(102, "Beta", "Account_Site", "2")), account(103, "New"))
	w.sync()
	w.adoptFor(false, mobile)
	require.Zero(t, w.writes(func() { w.sync() }))
	w.change("Accounts", "101", object{"Phone": "9"})
	w.sync()
	require.Equal(t, "9 | 1", fields(w.customerWhole(w.customer("Alpha").text("customer_id")), "phone", "mobile"))
	require.Empty(t, w.customer("Beta").text("mobile"))

	w.adoptFor(true, func(*record.Preferences) {})
	run := w.sync()
	require.Equal(t, report.Counts{Updated: 1, Unchanged: 2}, run.Entities["customers"])
	require.Equal(t, "2", w.customer("Beta").text("mobile"))
	w.adoptFor(false, func(p *record.Preferences) { p.Conflicts = record.NewestWins })
	require.Zero(t, w.writes(func() { w.sync() }), "what was asked for once is not done again")
}

func TestAnotherTransformOfTheSameFieldsAppliesToAllWhenAskedFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, account(101, "Alpha", "Phone", "1"))
	w.sync()
	w.adoptFor(true, func(p *record.Preferences) {
		for i, m := range p.Customers.AccountMap {
			if m.Target == "phone" {
				p.Customers.AccountMap[i].Direction, p.Customers.AccountMap[i].Transform = record.ToBilling, `"+" + Phone`
			}
		}
	})
	w.sync()
	require.Equal(t, "+1", w.customer("Alpha").text("phone"))
}

func TestAFieldThatWasNeverReadIsNotTakenForEmpty(t *testing.T) {
	t.Parallel()
	w := twoWay(t, options{}, old(account(101, "Alpha", "Account_Site", "1")), account(103, "New"))
	w.sync()
	alpha := w.linkOf(record.EntityCustomers, record.Accounts, "101")
	w.editCustomer(alpha.BillingID, object{"mobile": "by hand"})
	w.sync()
	w.adoptFor(false, mobile)
	w.editCustomer(alpha.BillingID, object{"phone": "9"})
	w.sync()
	require.Equal(t, "9 | 1", fields(w.get("Accounts", "101"), "Phone", "Account_Site"), "the CRM's value must not be overwritten")
	require.Equal(t, "1", w.customerWhole(alpha.BillingID).text("mobile"), "the CRM wins by the rule")
	w.atRest()
}

func TestAnotherModeTakesUpWhatTheOneBeforeLeftOut(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}.with(mode(record.ModeAccounts, false)), twoCompanies()...)
	require.Equal(t, 2, w.sync().Entities["customers"].Added)
	w.adoptFor(false, func(p *record.Preferences) { p.Customers.Mode = record.ModeAccountsAndContacts })
	run := w.sync()
	require.Equal(t, 2, run.Entities["contact_persons"].Added)
	w.adoptFor(false, func(p *record.Preferences) { p.Customers.Unattached = true })
	require.Equal(t, 1, w.sync().Entities["customers"].Added)
	w.adoptFor(false, func(p *record.Preferences) { p.Customers.Mode = record.ModeAccounts })
	require.Zero(t, w.writes(func() { w.sync() }), "what is linked stays")
	require.Len(t, w.customers(), 3)
}

// What the mode before had settled as something else is nothing that changed: without being marked, nobody would look.
func TestAnotherModeTakesUpWhatTheOneBeforeMadeSomethingElseOf(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from, to           record.Mode
		customers, persons int
	}{
		{record.ModeContacts, record.ModeAccountsAndContacts, 2, 2},
		{record.ModeAccountsAndContacts, record.ModeContacts, 2, 0},
	} {
		t.Run(string(c.from)+" to "+string(c.to), func(t *testing.T) {
			t.Parallel()
			var rows []sample.Row
			for _, r := range twoCompanies() {
				rows = append(rows, old(r))
			}
			w := newWorld(t, options{}.with(mode(c.from, true)), rows...)
			w.sync()
			w.adoptFor(false, func(p *record.Preferences) { p.Customers.Mode = c.to })
			run := w.sync()
			require.Equal(t, c.customers, run.Entities["customers"].Added)
			require.Equal(t, c.persons, run.Entities["contact_persons"].Added)
			require.Empty(t, run.Failures)
			w.atRest()
		})
	}
}

func TestTwoWaysBeginWithWhatBillingHasAlready(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, twoCompanies()...)
	w.sync()
	w.addCustomer(object{"display_name": "By hand", "company_name": "By hand", "customer_sub_type": "business"})
	w.addItem(object{"name": "Cup", "rate": "3"})
	w.sync()
	w.adoptFor(false, both)
	run := w.sync()
	require.Equal(t, 1, run.Entities["customers"].Added)
	require.Equal(t, 1, run.Entities["items"].Added)
	w.atRest()
	require.Zero(t, w.writes(func() { w.sync() }))
}
