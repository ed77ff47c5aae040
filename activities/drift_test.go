package activities_test

import (
	"testing"

	"causeway/internal/record"
	"causeway/internal/sandbox/sample"
	"causeway/internal/sandbox/zohobilling"
	"causeway/internal/sandbox/zohocrm"

	"github.com/stretchr/testify/require"
)

func TestAMappedFieldThatIsGoneRestsAndTheOthersGoOn(t *testing.T) {
	t.Parallel()
	w := unconnected(t, options{}, account(1001, "Acme", "Phone", "1"))
	require.NoError(t, w.box.CRM().AddField(t.Context(), zohocrm.CustomField{Module: "Accounts", API: "Branch", Label: "Branch", Type: "text"}))
	w.connect(nil)
	w.prefer(func(p *record.Preferences) {
		p.Customers.AccountMap = append(p.Customers.AccountMap, record.FieldMap{Source: "Branch", Target: "department", Kind: record.KindText})
	})
	w.change("Accounts", "1001", object{"Branch": "North"})
	w.sync()
	require.Equal(t, "North", w.customer("Acme").text("department"))

	require.NoError(t, w.box.CRM().DropField(t.Context(), "Accounts", "Branch"))
	w.change("Accounts", "1001", object{"Phone": "2"})
	run := w.sync()
	require.Empty(t, run.Failures)
	require.Equal(t, "2", w.customer("Acme").text("phone"), "the other fields go on")
	require.Equal(t, "North", w.customer("Acme").text("department"), "nothing is blanked")
	kept, err := w.store.Runs.Get(t.Context(), run.RunID)
	require.NoError(t, err)
	require.Len(t, kept.Drift, 1)
	require.Contains(t, kept.Drift[0].String(), "Branch of Accounts (crm)")
}

func TestAPicklistValueWithoutAPairRestsItsMap(t *testing.T) {
	t.Parallel()
	w := unconnected(t, options{}, account(1001, "Acme", "Phone", "1"))
	field := zohocrm.CustomField{Module: "Accounts", API: "Grade", Label: "Grade", Type: "picklist", Picks: []string{"A", "B"}}
	require.NoError(t, w.box.CRM().AddField(t.Context(), field))
	w.connect(nil)
	w.prefer(func(p *record.Preferences) {
		p.Customers.AccountMap = append(p.Customers.AccountMap, record.FieldMap{Source: "Grade", Target: "department", Kind: record.KindChoice,
			Choices: map[string]string{"A": "first", "B": "second"}})
	})
	w.change("Accounts", "1001", object{"Grade": "B"})
	w.sync()
	require.Equal(t, "second", w.customer("Acme").text("department"))
	field.Picks = append(field.Picks, "C")
	require.NoError(t, w.box.CRM().SetField(t.Context(), field))
	w.change("Accounts", "1001", object{"Grade": "C", "Phone": "2"})
	run := w.sync()
	require.Empty(t, run.Failures)
	require.Equal(t, "2", w.customer("Acme").text("phone"))
	require.Equal(t, "second", w.customer("Acme").text("department"))
	kept, err := w.store.Runs.Get(t.Context(), run.RunID)
	require.NoError(t, err)
	require.Len(t, kept.Drift, 1)
}

func TestACustomFieldThatIsGoneFromBillingRestsAndBlanksNothing(t *testing.T) {
	t.Parallel()
	w := unconnected(t, options{}, product(3001, "Bolt", "B", "5"), product(3002, "Nut", "N", "6"))
	require.NoError(t, w.box.CRM().AddField(t.Context(), zohocrm.CustomField{Module: "Products", API: "Shelf", Label: "Shelf", Type: "text"}))
	shelf := zohobilling.CustomField{Module: "items", APIName: "cf_shelf"}
	require.NoError(t, w.box.Billing().SetField(t.Context(), shelf))
	w.connect(nil)
	w.prefer(both)
	w.prefer(func(p *record.Preferences) {
		p.Items.Map = append(p.Items.Map, record.FieldMap{Source: "Shelf", Target: "cf_shelf", Kind: record.KindText, Direction: record.BothWays})
	})
	for _, id := range []string{"3001", "3002"} {
		w.change("Products", id, object{"Shelf": "A" + id})
	}
	w.sync()
	w.atRest()
	require.Equal(t, "A3001", w.get("Products", "3001").text("Shelf"))

	require.NoError(t, w.box.Billing().DropField(t.Context(), "items", "cf_shelf"))
	w.change("Products", "3001", object{"Unit_Price": 7})
	for range 2 {
		run := w.sync()
		require.Empty(t, run.Failures)
		require.Equal(t, "A3001", w.get("Products", "3001").text("Shelf"), "nothing is blanked")
		require.Equal(t, "A3002", w.get("Products", "3002").text("Shelf"))
		kept, err := w.store.Runs.Get(t.Context(), run.RunID)
		require.NoError(t, err)
		require.Len(t, kept.Drift, 1, "as long as it is gone")
		require.Contains(t, kept.Drift[0].String(), "cf_shelf of items (billing) disappeared")
	}
}

func withBranch(t *testing.T, rows ...sample.Row) *world {
	w := unconnected(t, options{}, rows...)
	require.NoError(t, w.box.CRM().AddField(t.Context(), zohocrm.CustomField{Module: "Accounts", API: "Branch", Label: "Branch", Type: "text"}))
	require.NoError(t, w.box.Billing().SetField(t.Context(), zohobilling.CustomField{Module: "customers", APIName: "cf_branch"}))
	w.connect(nil)
	w.prefer(both)
	w.prefer(func(p *record.Preferences) {
		p.Customers.AccountMap = append(p.Customers.AccountMap,
			record.FieldMap{Source: "Branch", Target: "cf_branch", Kind: record.KindText, Direction: record.BothWays})
	})
	for _, id := range []string{"1001", "1002", "1003"} {
		w.change("Accounts", id, object{"Branch": "B" + id})
	}
	w.sync()
	w.atRest()
	return w
}

func TestACustomFieldOfCustomersThatIsGoneBlanksNothingWhateverChanges(t *testing.T) {
	t.Parallel()
	for side, edit := range map[string]func(*world){
		"crm":     func(w *world) { w.change("Accounts", "1001", object{"Phone": "7"}) },
		"billing": func(w *world) { w.editCustomer(w.customer("Acme").text("customer_id"), object{"phone": "7"}) },
	} {
		t.Run(side, func(t *testing.T) {
			t.Parallel()
			w := withBranch(t, account(1001, "Acme"), account(1002, "Borg"), account(1003, "Core"))
			require.NoError(t, w.box.Billing().DropField(t.Context(), "customers", "cf_branch"))
			edit(w)
			run := w.sync()
			require.Empty(t, run.Failures)
			require.Equal(t, "B1001", w.get("Accounts", "1001").text("Branch"), "nothing is blanked")
			require.Equal(t, "7", w.get("Accounts", "1001").text("Phone"), "the other fields go on")
			require.Equal(t, "7", w.customer("Acme").text("phone"))
			kept, err := w.store.Runs.Get(t.Context(), run.RunID)
			require.NoError(t, err)
			require.Len(t, kept.Drift, 1)
			require.Contains(t, kept.Drift[0].String(), "cf_branch of customers (billing) disappeared")
		})
	}
}

func TestACustomFieldThatIsClearedOnOneCustomerIsClearedInTheCRM(t *testing.T) {
	t.Parallel()
	w := withBranch(t, account(1001, "Acme"), account(1002, "Borg"), account(1003, "Core"))
	w.editCustomer(w.customer("Acme").text("customer_id"), object{"custom_fields": []any{object{"api_name": "cf_branch", "value": ""}}})
	run := w.sync()
	require.Empty(t, run.Failures)
	require.Empty(t, w.get("Accounts", "1001").text("Branch"))
	require.Equal(t, "B1002", w.get("Accounts", "1002").text("Branch"))
	kept, err := w.store.Runs.Get(t.Context(), run.RunID)
	require.NoError(t, err)
	require.Empty(t, kept.Drift)
	w.atRest()
}
