package setup_test

import (
	"testing"
	"time"

	"causeway/activities/activitytest"
	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/internal/sandbox/sample"

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

func TestAChangedMapAppliesToWhatChangesFromThenOnOrToAllWhenAskedFor(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, old(activitytest.Account(101, "Alpha", "Account_Site", "1")), old(activitytest.Account(102, "Beta", "Account_Site", "2")), activitytest.Account(103, "New"))
	w.Sync()
	activitytest.AdoptFor(w, false, mobile)
	require.Zero(t, w.Writes(func() { w.Sync() }))
	w.Change("Accounts", "101", activitytest.Object{"Phone": "9"})
	w.Sync()
	require.Equal(t, "9 | 1", activitytest.Fields(w.CustomerWhole(w.Customer("Alpha").Text("customer_id")), "phone", "mobile"))
	require.Empty(t, w.Customer("Beta").Text("mobile"))

	activitytest.AdoptFor(w, true, func(*record.Preferences) {})
	run := w.Sync()
	require.Equal(t, report.Counts{Updated: 1, Unchanged: 2}, run.Entities["customers"])
	require.Equal(t, "2", w.Customer("Beta").Text("mobile"))
	activitytest.AdoptFor(w, false, func(p *record.Preferences) { p.Conflicts = record.NewestWins })
	require.Zero(t, w.Writes(func() { w.Sync() }), "what was asked for once is not done again")
}

func TestAnotherTransformOfTheSameFieldsAppliesToAllWhenAskedFor(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.Account(101, "Alpha", "Phone", "1"))
	w.Sync()
	activitytest.AdoptFor(w, true, func(p *record.Preferences) {
		for i, m := range p.Customers.AccountMap {
			if m.Target == "phone" {
				p.Customers.AccountMap[i].Direction, p.Customers.AccountMap[i].Transform = record.ToBilling, `"+" + Phone`
			}
		}
	})
	w.Sync()
	require.Equal(t, "+1", w.Customer("Alpha").Text("phone"))
}

func TestAFieldThatWasNeverReadIsNotTakenForEmpty(t *testing.T) {
	t.Parallel()
	w := activitytest.TwoWay(t, activitytest.Options{}, old(activitytest.Account(101, "Alpha", "Account_Site", "1")), activitytest.Account(103, "New"))
	w.Sync()
	alpha := w.LinkOf(record.EntityCustomers, record.Accounts, "101")
	w.EditCustomer(alpha.BillingID, activitytest.Object{"mobile": "by hand"})
	w.Sync()
	activitytest.AdoptFor(w, false, mobile)
	w.EditCustomer(alpha.BillingID, activitytest.Object{"phone": "9"})
	w.Sync()
	require.Equal(t, "9 | 1", activitytest.Fields(w.Get("Accounts", "101"), "Phone", "Account_Site"), "the CRM's value must not be overwritten")
	require.Equal(t, "1", w.CustomerWhole(alpha.BillingID).Text("mobile"), "the CRM wins by the rule")
	w.AtRest()
}

func TestAnotherModeTakesUpWhatTheOneBeforeLeftOut(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}.With(activitytest.Mode(record.ModeAccounts, false)), activitytest.TwoCompanies()...)
	require.Equal(t, 2, w.Sync().Entities["customers"].Added)
	activitytest.AdoptFor(w, false, func(p *record.Preferences) { p.Customers.Mode = record.ModeAccountsAndContacts })
	run := w.Sync()
	require.Equal(t, 2, run.Entities["contact_persons"].Added)
	activitytest.AdoptFor(w, false, func(p *record.Preferences) { p.Customers.Unattached = true })
	require.Equal(t, 1, w.Sync().Entities["customers"].Added)
	activitytest.AdoptFor(w, false, func(p *record.Preferences) { p.Customers.Mode = record.ModeAccounts })
	require.Zero(t, w.Writes(func() { w.Sync() }), "what is linked stays")
	require.Len(t, w.Customers(), 3)
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
			for _, r := range activitytest.TwoCompanies() {
				rows = append(rows, old(r))
			}
			w := activitytest.NewWorld(t, activitytest.Options{}.With(activitytest.Mode(c.from, true)), rows...)
			w.Sync()
			activitytest.AdoptFor(w, false, func(p *record.Preferences) { p.Customers.Mode = c.to })
			run := w.Sync()
			require.Equal(t, c.customers, run.Entities["customers"].Added)
			require.Equal(t, c.persons, run.Entities["contact_persons"].Added)
			require.Empty(t, run.Failures)
			w.AtRest()
		})
	}
}

func TestTwoWaysBeginWithWhatBillingHasAlready(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.TwoCompanies()...)
	w.Sync()
	w.AddCustomer(activitytest.Object{"display_name": "By hand", "company_name": "By hand", "customer_sub_type": "business"})
	w.AddItem(activitytest.Object{"name": "Cup", "rate": "3"})
	w.Sync()
	activitytest.AdoptFor(w, false, activitytest.Both)
	run := w.Sync()
	require.Equal(t, 1, run.Entities["customers"].Added)
	require.Equal(t, 1, run.Entities["items"].Added)
	w.AtRest()
	require.Zero(t, w.Writes(func() { w.Sync() }))
}
