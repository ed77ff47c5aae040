package plan_test

import (
	"testing"

	"causeway/activities/activitytest"
	"causeway/internal/record"
	"causeway/internal/sandbox/sample"
	"causeway/internal/sandbox/zohobilling"
	"causeway/internal/sandbox/zohocrm"

	"github.com/stretchr/testify/require"
)

func TestAMappedFieldThatIsGoneRestsAndTheOthersGoOn(t *testing.T) {
	t.Parallel()
	w := activitytest.Unconnected(t, activitytest.Options{}, activitytest.Account(1001, "Acme", "Phone", "1"))
	require.NoError(t, w.Box.CRM().AddField(t.Context(), zohocrm.CustomField{Module: "Accounts", API: "Branch", Label: "Branch", Type: "text"}))
	w.Connect(nil)
	w.Prefer(func(p *record.Preferences) {
		p.Customers.AccountMap = append(p.Customers.AccountMap, record.FieldMap{Source: "Branch", Target: "department", Kind: record.KindText})
	})
	w.Change("Accounts", "1001", activitytest.Object{"Branch": "North"})
	w.Sync()
	require.Equal(t, "North", w.Customer("Acme").Text("department"))

	require.NoError(t, w.Box.CRM().DropField(t.Context(), "Accounts", "Branch"))
	w.Change("Accounts", "1001", activitytest.Object{"Phone": "2"})
	run := w.Sync()
	require.Empty(t, run.Failures)
	require.Equal(t, "2", w.Customer("Acme").Text("phone"), "the other fields go on")
	require.Equal(t, "North", w.Customer("Acme").Text("department"), "nothing is blanked")
	kept, err := w.Store.Runs.Get(t.Context(), run.RunID)
	require.NoError(t, err)
	require.Len(t, kept.Drift, 1)
	require.Contains(t, kept.Drift[0].String(), "Branch of Accounts (crm)")
}

func TestAPicklistValueWithoutAPairRestsItsMap(t *testing.T) {
	t.Parallel()
	w := activitytest.Unconnected(t, activitytest.Options{}, activitytest.Account(1001, "Acme", "Phone", "1"))
	field := zohocrm.CustomField{Module: "Accounts", API: "Grade", Label: "Grade", Type: "picklist", Picks: []string{"A", "B"}}
	require.NoError(t, w.Box.CRM().AddField(t.Context(), field))
	w.Connect(nil)
	w.Prefer(func(p *record.Preferences) {
		p.Customers.AccountMap = append(p.Customers.AccountMap, record.FieldMap{Source: "Grade", Target: "department", Kind: record.KindChoice,
			Choices: map[string]string{"A": "first", "B": "second"}})
	})
	w.Change("Accounts", "1001", activitytest.Object{"Grade": "B"})
	w.Sync()
	require.Equal(t, "second", w.Customer("Acme").Text("department"))
	field.Picks = append(field.Picks, "C")
	require.NoError(t, w.Box.CRM().SetField(t.Context(), field))
	w.Change("Accounts", "1001", activitytest.Object{"Grade": "C", "Phone": "2"})
	run := w.Sync()
	require.Empty(t, run.Failures)
	require.Equal(t, "2", w.Customer("Acme").Text("phone"))
	require.Equal(t, "second", w.Customer("Acme").Text("department"))
	kept, err := w.Store.Runs.Get(t.Context(), run.RunID)
	require.NoError(t, err)
	require.Len(t, kept.Drift, 1)
}

func TestACustomFieldThatIsGoneFromBillingRestsAndBlanksNothing(t *testing.T) {
	t.Parallel()
	w := activitytest.Unconnected(t, activitytest.Options{}, activitytest.Product(3001, "Bolt", "B", "5"), activitytest.Product(3002, "Nut", "N", "6"))
	require.NoError(t, w.Box.CRM().AddField(t.Context(), zohocrm.CustomField{Module: "Products", API: "Shelf", Label: "Shelf", Type: "text"}))
	shelf := zohobilling.CustomField{Module: "items", APIName: "cf_shelf"}
	require.NoError(t, w.Box.Billing().SetField(t.Context(), shelf))
	w.Connect(nil)
	w.Prefer(activitytest.Both)
	w.Prefer(func(p *record.Preferences) {
		p.Items.Map = append(p.Items.Map, record.FieldMap{Source: "Shelf", Target: "cf_shelf", Kind: record.KindText, Direction: record.BothWays})
	})
	for _, id := range []string{"3001", "3002"} {
		w.Change("Products", id, activitytest.Object{"Shelf": "A" + id})
	}
	w.Sync()
	w.AtRest()
	require.Equal(t, "A3001", w.Get("Products", "3001").Text("Shelf"))

	require.NoError(t, w.Box.Billing().DropField(t.Context(), "items", "cf_shelf"))
	w.Change("Products", "3001", activitytest.Object{"Unit_Price": 7})
	for range 2 {
		run := w.Sync()
		require.Empty(t, run.Failures)
		require.Equal(t, "A3001", w.Get("Products", "3001").Text("Shelf"), "nothing is blanked")
		require.Equal(t, "A3002", w.Get("Products", "3002").Text("Shelf"))
		kept, err := w.Store.Runs.Get(t.Context(), run.RunID)
		require.NoError(t, err)
		require.Len(t, kept.Drift, 1, "as long as it is gone")
		require.Contains(t, kept.Drift[0].String(), "cf_shelf of items (billing) disappeared")
	}
}

func withBranch(t *testing.T, rows ...sample.Row) *activitytest.World {
	w := activitytest.Unconnected(t, activitytest.Options{}, rows...)
	require.NoError(t, w.Box.CRM().AddField(t.Context(), zohocrm.CustomField{Module: "Accounts", API: "Branch", Label: "Branch", Type: "text"}))
	require.NoError(t, w.Box.Billing().SetField(t.Context(), zohobilling.CustomField{Module: "customers", APIName: "cf_branch"}))
	w.Connect(nil)
	w.Prefer(activitytest.Both)
	w.Prefer(func(p *record.Preferences) {
		p.Customers.AccountMap = append(p.Customers.AccountMap,
			record.FieldMap{Source: "Branch", Target: "cf_branch", Kind: record.KindText, Direction: record.BothWays})
	})
	for _, id := range []string{"1001", "1002", "1003"} {
		w.Change("Accounts", id, activitytest.Object{"Branch": "B" + id})
	}
	w.Sync()
	w.AtRest()
	return w
}

func TestACustomFieldOfCustomersThatIsGoneBlanksNothingWhateverChanges(t *testing.T) {
	t.Parallel()
	for side, edit := range map[string]func(*activitytest.World){
		"crm": func(w *activitytest.World) { w.Change("Accounts", "1001", activitytest.Object{"Phone": "7"}) },
		"billing": func(w *activitytest.World) {
			w.EditCustomer(w.Customer("Acme").Text("customer_id"), activitytest.Object{"phone": "7"})
		},
	} {
		t.Run(side, func(t *testing.T) {
			t.Parallel()
			w := withBranch(t, activitytest.Account(1001, "Acme"), activitytest.Account(1002, "Borg"), activitytest.Account(1003, "Core"))
			require.NoError(t, w.Box.Billing().DropField(t.Context(), "customers", "cf_branch"))
			edit(w)
			run := w.Sync()
			require.Empty(t, run.Failures)
			require.Equal(t, "B1001", w.Get("Accounts", "1001").Text("Branch"), "nothing is blanked")
			require.Equal(t, "7", w.Get("Accounts", "1001").Text("Phone"), "the other fields go on")
			require.Equal(t, "7", w.Customer("Acme").Text("phone"))
			kept, err := w.Store.Runs.Get(t.Context(), run.RunID)
			require.NoError(t, err)
			require.Len(t, kept.Drift, 1)
			require.Contains(t, kept.Drift[0].String(), "cf_branch of customers (billing) disappeared")
		})
	}
}

func TestACustomFieldThatIsClearedOnOneCustomerIsClearedInTheCRM(t *testing.T) {
	t.Parallel()
	w := withBranch(t, activitytest.Account(1001, "Acme"), activitytest.Account(1002, "Borg"), activitytest.Account(1003, "Core"))
	w.EditCustomer(w.Customer("Acme").Text("customer_id"), activitytest.Object{"custom_fields": []any{activitytest.Object{"api_name": "cf_branch", "value": ""}}})
	run := w.Sync()
	require.Empty(t, run.Failures)
	require.Empty(t, w.Get("Accounts", "1001").Text("Branch"))
	require.Equal(t, "B1002", w.Get("Accounts", "1002").Text("Branch"))
	kept, err := w.Store.Runs.Get(t.Context(), run.RunID)
	require.NoError(t, err)
	require.Empty(t, kept.Drift)
	w.AtRest()
}
