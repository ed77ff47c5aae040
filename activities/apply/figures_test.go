package apply_test

import (
	"net/http"
	"testing"
	"time"

	"causeway/activities"
	"causeway/activities/activitytest"
	"causeway/internal/record"
	"causeway/internal/sandbox/platform"
	"causeway/internal/sandbox/zohocrm"
	"causeway/internal/steps"
	"causeway/internal/store/history"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

// keepingFigures is a world that sells, whose accounts hold figures.
func keepingFigures(t *testing.T, o activitytest.Options) *activitytest.World {
	t.Helper()
	w := activitytest.Selling(t, o, activitytest.Account(1, "Alpha Ltd"), activitytest.Account(2, "Beta Ltd"), activitytest.Product(7, "Widget", "W-1", "12.50"))
	for name, kind := range map[string]string{"Outstanding": "currency", "Last_Paid": "date", "Their_Currency": "text"} {
		require.NoError(t, w.Box.CRM().AddField(t.Context(), zohocrm.CustomField{Module: "Accounts", API: name, Label: name, Type: kind}))
	}
	out := w.Adopt(func(p *record.Preferences) { p.Figures = figureFields() })
	require.Empty(t, out.Problems)
	return w
}

// byAdmin asks on behalf of a user whom the CRM knows: syncs read its users.
func byAdmin(req contract.PushRequest) contract.PushRequest {
	req.User = platform.DefaultUserID
	return req
}

func figureFields() []record.FigureField {
	return []record.FigureField{
		{Module: record.Accounts, Figure: "outstanding", Field: "Outstanding"},
		{Module: record.Accounts, Figure: "sales", Field: "Annual_Revenue"},
		{Module: record.Accounts, Figure: "last_payment_date", Field: "Last_Paid"},
		{Module: record.Accounts, Figure: "currency", Field: "Their_Currency"},
	}
}

func TestFiguresAreKeptInFieldsOfTheCRM(t *testing.T) {
	t.Parallel()
	for _, extent := range []record.Extent{record.Fetch, record.Both} {
		t.Run(string(extent), func(t *testing.T) {
			t.Parallel()
			w := keepingFigures(t, activitytest.Options{})
			w.Prefer(func(p *record.Preferences) { p.Customers.Extent = extent })
			pushed := w.Did(activitytest.Invoice("i-1"), byAdmin(activitytest.Save("1", activitytest.LineOf("7", "4"))))
			w.Billing.Call(http.MethodPost, "/invoices/"+pushed.Transaction.ID+"/converttoopen", nil)
			run := w.Sync()
			require.Empty(t, run.Failures)
			require.Equal(t, "50.00 | 50.00 | USD", activitytest.Fields(w.Get("Accounts", "1"), "Outstanding", "Annual_Revenue", "Their_Currency"))
			require.Nil(t, w.Get("Accounts", "2")["Outstanding"], "who has no invoice has no figures")
			explained, err := w.Store.History.Explain(t.Context(), activitytest.Demo, record.Ref{Side: record.CRM, Module: record.Accounts, ID: "1"})
			require.NoError(t, err)
			last := explained.Operations[len(explained.Operations)-1].Operation
			require.Equal(t, "figures", last.Rule)
			require.Equal(t, "50.00", last.After.Text("Outstanding"))
			require.Equal(t, record.ToCRM, last.Direction())

			require.Zero(t, w.Writes(func() { w.Sync() }), "they are written when they have changed")
			pay := activitytest.Does(contract.ActionPay)
			pay.Payment = &contract.Payment{Amount: "20", Mode: "cash", Date: "2026-03-02"}
			w.Did(activitytest.Invoice("i-1"), byAdmin(pay))
			w.Sync()
			require.Equal(t, "30.00 | 50.00 | 2026-03-02", activitytest.Fields(w.Get("Accounts", "1"), "Outstanding", "Annual_Revenue", "Last_Paid"))
			require.Zero(t, w.Writes(func() { w.Sync() }))

			w.Billing.Call(http.MethodPost, "/payments", activitytest.Object{"customer_id": w.Customer("Alpha Ltd").Text("customer_id"), "payment_mode": "cash", "amount": 30,
				"date": "2026-03-09", "invoices": []any{activitytest.Object{"invoice_id": pushed.Transaction.ID, "amount_applied": 30}}})
			w.Sync()
			require.Equal(t, "0.00 | 2026-03-09", activitytest.Fields(w.Get("Accounts", "1"), "Outstanding", "Last_Paid"), "what finance records in billing counts too")
		})
	}
}

func TestAFieldThatCannotHoldAFigureIsRefusedWithTheReason(t *testing.T) {
	t.Parallel()
	w := keepingFigures(t, activitytest.Options{})
	for says, f := range map[string]record.FigureField{
		"is not a field of the CRM's module Accounts":                                {Module: record.Accounts, Figure: "sales", Field: "Nothing"},
		"is of the type text in Accounts, and overdue needs one of currency, double": {Module: record.Accounts, Figure: "overdue", Field: "Account_Number"},
		"cannot hold two figures":                                                    {Module: record.Accounts, Figure: "overdue", Field: "Outstanding"},
		`cannot hold "profit", which is not a figure`:                                {Module: record.Accounts, Figure: "profit", Field: "Annual_Revenue"},
		"is in Products, whose records do not become customers":                      {Module: record.Products, Figure: "sales", Field: "Unit_Price"},
		"is in a field map of Accounts, so the figure would go back to billing":      {Module: record.Accounts, Figure: "currency", Field: "Account_Name"},
	} {
		out := w.Adopt(func(p *record.Preferences) { p.Figures = append(figureFields(), f) })
		require.NotEmpty(t, out.Problems, says)
		require.Contains(t, out.Problems[len(out.Problems)-1].Reason, says)
		require.Zero(t, out.Version, says)
	}
	out := w.Adopt(func(p *record.Preferences) {
		p.Transactions, p.Figures = record.PushQuotes, append(figureFields(), record.FigureField{Module: record.Accounts, Figure: "overdue", Field: "x"})
	})
	require.NotEmpty(t, out.Problems)
	require.Contains(t, out.Problems[0].Reason, "starter configure --transactions invoices")
}

func TestAFigureThatTheCRMRefusesIsToldAndTriedAgain(t *testing.T) {
	t.Parallel()
	w := keepingFigures(t, activitytest.Options{})
	require.NoError(t, w.Box.CRM().AddField(t.Context(), zohocrm.CustomField{Module: "Accounts", API: "Only", Label: "Only", Type: "text", Unique: true}))
	only := append(figureFields(), record.FigureField{Module: record.Accounts, Figure: "currency", Field: "Only"})
	require.Empty(t, w.Adopt(func(p *record.Preferences) { p.Figures = only }).Problems)
	for n, id := range []string{"i-1", "i-2"} {
		made := w.Did(activitytest.Invoice(id), byAdmin(activitytest.Save([]string{"1", "2"}[n], activitytest.LineOf("7", "4"))))
		w.Billing.Call(http.MethodPost, "/invoices/"+made.Transaction.ID+"/converttoopen", nil)
	}
	for range 2 {
		run := w.Sync()
		require.Len(t, run.Failures, 1)
		require.Equal(t, "DUPLICATE_DATA", run.Failures[0].Code)
		require.Contains(t, run.Failures[0].Reason, "its figures were not written")
		setup := &activities.Setup{Env: w.Environment(time.Now)}
		_, err := setup.SetScope(t.Context(), steps.ScopeInput{Connection: activitytest.Demo, RunID: "r", Retry: &contract.RetryRequest{Run: run.RunID, Code: "DUPLICATE_DATA"}})
		require.ErrorContains(t, err, "nothing was started", "the next sync tries it again")
		require.Len(t, w.Retry(run).Failures, 1, "and so does a retry of all")
	}
	standing, err := w.Store.History.Standing(t.Context(), activitytest.Demo, history.StandingQuery{List: history.Failing, Entity: record.EntityCustomers, Limit: 10})
	require.NoError(t, err)
	require.Empty(t, standing, "the record itself is in sync")
	require.Empty(t, w.Adopt(func(p *record.Preferences) { p.Figures = figureFields() }).Problems)
	run := w.Sync()
	require.Empty(t, run.Failures)
	require.Equal(t, "50.00", activitytest.Fields(w.Get("Accounts", "1"), "Outstanding"))
	require.Equal(t, "50.00", activitytest.Fields(w.Get("Accounts", "2"), "Outstanding"))
}

func TestFiguresOfWhatIsGoneRest(t *testing.T) {
	t.Parallel()
	w := keepingFigures(t, activitytest.Options{})
	pushed := w.Did(activitytest.Invoice("i-1"), byAdmin(activitytest.Save("1", activitytest.LineOf("7", "4"))))
	w.Billing.Call(http.MethodPost, "/invoices/"+pushed.Transaction.ID+"/converttoopen", nil)
	w.Sync()
	w.CRM.Call(http.MethodDelete, "/Accounts?ids=1", nil)
	w.Billing.Call(http.MethodPost, "/invoices/"+w.Did(activitytest.Invoice("i-2"), byAdmin(activitytest.Save("2", activitytest.LineOf("7", "1")))).Transaction.ID+"/converttoopen", nil)
	require.Empty(t, w.Sync().Failures, "a record that was deleted in the CRM holds nothing any more")
	require.Equal(t, "12.50", activitytest.Fields(w.Get("Accounts", "2"), "Outstanding"))

	require.NoError(t, w.Box.CRM().DropField(t.Context(), "Accounts", "Outstanding"))
	w.Billing.Call(http.MethodPost, "/invoices/"+w.Did(activitytest.Invoice("i-3"), byAdmin(activitytest.Save("2", activitytest.LineOf("7", "1")))).Transaction.ID+"/converttoopen", nil)
	run := w.Sync()
	require.Empty(t, run.Failures)
	require.Equal(t, "25.00", activitytest.Fields(w.Get("Accounts", "2"), "Annual_Revenue"), "the others go on")
	stored, err := w.Store.Runs.Get(t.Context(), run.RunID)
	require.NoError(t, err)
	require.Len(t, stored.Drift, 1)
	require.Equal(t, "Outstanding", stored.Drift[0].Field)
	require.Contains(t, stored.Drift[0].Remedy, "starter figures unmap")
}
