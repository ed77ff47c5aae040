package finance_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"causeway/internal/app"
	"causeway/internal/billing"
	"causeway/internal/cli"
	"causeway/internal/cli/clitest"
	"causeway/internal/crm"
	"causeway/internal/record"
	"causeway/internal/store/pushes"
	"causeway/internal/transaction"
	"causeway/workflows/contract"

	"github.com/govalues/decimal"
	"github.com/stretchr/testify/require"
)

const (
	admin    = "5540230000000235011" // of the profile Administrator
	standard = "5820000000090002"    // of the profile Standard
)

// sold is a connection with a quote q-1 and an invoice i-1 of one account, as pushes leave them.
func sold(t *testing.T) (x *clitest.Trial, account string) {
	t.Helper()
	x = clitest.North(t)
	ctx := t.Context()
	sides := app.NewSides(x.Store)
	port, err := sides.Billing(ctx, "north")
	require.NoError(t, err)
	customer, err := port.Create(ctx, record.Customers, billing.Write{Marker: "c-1", Values: record.Values{"display_name": "Foodstuffs"}}, false)
	require.NoError(t, err)
	item, err := port.Create(ctx, record.Items, billing.Write{Marker: "p-1", Values: record.Values{"name": "Chai", "rate": "18.10"}}, false)
	require.NoError(t, err)
	crmPort, err := sides.CRM(ctx, "north")
	require.NoError(t, err)
	page, err := crmPort.Read(ctx, record.Accounts, crm.ReadQuery{Fields: []string{"Account_Name"}})
	require.NoError(t, err)
	account = page.Records[0].ID
	x.Finished("north", "r1", 1)
	x.Link("north", "r1", record.Link{Entity: record.EntityCustomers, CRMModule: record.Accounts, CRMID: account,
		BillingModule: record.Customers, BillingID: customer.ID}, "Foodstuffs")
	transactions, err := sides.Transactions(ctx, "north")
	require.NoError(t, err)
	for kind, id := range map[record.TransactionType]string{record.Quote: "q-1", record.Invoice: "i-1"} {
		made, err := transactions.CreateTransaction(ctx, record.Transaction{Type: kind, Marker: "cw-" + id, CustomerID: customer.ID, Date: "2026-03-01",
			Due: "2099-04-01", Notes: "by road", Lines: []record.Line{{ItemID: item.ID, Name: "Chai", Rate: decimal.MustParse("18.10"), Quantity: decimal.MustParse("3"),
				Discount: record.Discount{Share: decimal.MustParse("0.05")}}}}, false)
		require.NoError(t, err)
		require.NoError(t, transactions.SetTransactionStatus(ctx, kind, made.ID, record.StatusSent))
		_, err = transactions.AddComment(ctx, kind, made.ID, "call before noon")
		require.NoError(t, err)
		body, err := json.Marshal(made)
		require.NoError(t, err)
		require.NoError(t, x.Store.Transactions.Put(ctx, []pushes.Transaction{{Connection: "north", Type: string(kind), BillingID: made.ID, Transaction: id,
			Number: made.Number, Status: "sent", CRMModule: string(record.Accounts), CRMID: account, CustomerID: customer.ID, Currency: made.Currency,
			Date: made.Date, Due: made.Due, Total: made.Totals.Total.String(), Balance: made.Totals.Balance.String(), Modified: made.Modified, Seen: clitest.At, Body: body}}))
	}
	status, _, errOut := x.Run("permissions", "refresh")
	require.Equal(t, cli.ExitDone, status, errOut)
	return x, account
}

func TestATransactionIsShownPrintedAndToldAsBillingHasIt(t *testing.T) {
	t.Parallel()
	x, account := sold(t)
	status, out, errOut := x.Run("quotes", "show", "q-1")
	require.Equal(t, cli.ExitDone, status, errOut)
	for _, want := range []string{"is sent", "date 2026-03-01, due 2099-04-01", "Chai", "5%", "total USD 51.59", "notes: by road"} {
		require.Contains(t, out, want)
	}
	require.NotContains(t, out, "owed", "a quote owes nothing")
	_, out, _ = x.Run("invoices", "show", "i-1")
	require.Contains(t, out, "owed  USD 51.59")

	file := filepath.Join(t.TempDir(), "i.pdf")
	status, out, errOut = x.Run("invoices", "print", "i-1", "--to", file)
	require.Equal(t, cli.ExitDone, status, errOut)
	require.Equal(t, file, strings.TrimSpace(out))
	printed, err := os.ReadFile(file)
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(string(printed), "%PDF-"))

	status, out, errOut = x.Run("timeline", "--quote", "q-1")
	require.Equal(t, cli.ExitDone, status, errOut)
	require.Contains(t, out, "call before noon")
	status, out, errOut = x.Run("figures", "--account", account, "--output=json")
	require.Equal(t, cli.ExitDone, status, errOut)
	got := clitest.AnswerOf[struct {
		Figures []transaction.Figures `json:"figures"`
	}](t, out)
	require.Len(t, got.Figures, 1)
	require.Equal(t, "51.59", got.Figures[0].Outstanding)

	status, _, errOut = x.Run("quotes", "show", "i-1")
	require.Equal(t, cli.ExitCouldNot, status)
	require.Contains(t, errOut, "starter quotes list")
}

func TestWhatWasMadeInBillingIsShownByBillingsID(t *testing.T) {
	t.Parallel()
	x, account := sold(t)
	ours, err := x.Store.Transactions.Get(t.Context(), "north", contract.TypeInvoice, "i-1")
	require.NoError(t, err)
	port, err := app.NewSides(x.Store).Transactions(t.Context(), "north")
	require.NoError(t, err)
	whole, err := port.Transaction(t.Context(), record.Invoice, ours.BillingID)
	require.NoError(t, err)
	made, err := port.CreateTransaction(t.Context(), record.Transaction{Type: record.Invoice, CustomerID: ours.CustomerID, Date: "2026-03-05", Due: "2026-04-05", Lines: whole.Lines}, false)
	require.NoError(t, err)
	_, err = port.AddComment(t.Context(), record.Invoice, made.ID, "by finance")
	require.NoError(t, err)
	row := *ours
	row.BillingID, row.Transaction, row.Number, row.Marker = made.ID, "", made.Number, ""
	require.NoError(t, x.Store.Transactions.Put(t.Context(), []pushes.Transaction{row}))
	_, out, _ := x.Run("invoices", "list", "--account", account)
	require.Contains(t, out, made.ID+" (made in billing)")
	status, out, errOut := x.Run("invoices", "show", made.ID)
	require.Equal(t, cli.ExitDone, status, errOut)
	require.Contains(t, out, "date 2026-03-05")
	status, out, errOut = x.Run("timeline", "--invoice", made.ID)
	require.Equal(t, cli.ExitDone, status, errOut)
	require.Contains(t, out, "by finance")
	status, _, errOut = x.Run("timeline", "--invoice", "404")
	require.Equal(t, cli.ExitCouldNot, status)
	require.Contains(t, errOut, "starter invoices list")
}

func TestATimelineHoldsTheNotesOfTheCRMAndFiguresAreThoseOfAContactsCustomer(t *testing.T) {
	t.Parallel()
	x, account := sold(t)
	note(x, account, "Call back", "in May")
	status, out, errOut := x.Run("timeline", "--account", account)
	require.Equal(t, cli.ExitDone, status, errOut)
	require.Contains(t, out, "Call back")
	require.Contains(t, out, "Ada Wellington", "with its author")

	customer, err := x.Store.Links.BySource(t.Context(), "north", record.EntityCustomers, record.Accounts, account)
	require.NoError(t, err)
	x.Link("north", "r1", record.Link{Entity: record.EntityContactPersons, CRMModule: record.Contacts, CRMID: "77",
		BillingModule: record.ContactPersons, BillingID: "p77", BillingParentID: customer.BillingID}, "Ana")
	status, out, errOut = x.Run("figures", "--contact", "77")
	require.Equal(t, cli.ExitDone, status, errOut)
	require.Contains(t, out, "51.59")
	for _, args := range [][]string{{"figures", "--contact", "78"}, {"figures"}, {"figures", "--contact", "77", "--account", account}} {
		status, out, errOut = x.Run(args...)
		require.Equal(t, cli.ExitCouldNot, status, out)
		require.NotEmpty(t, errOut)
	}
}

// note adds a note to an account, as a user of the CRM does.
func note(x *clitest.Trial, account, title, text string) {
	x.T.Helper()
	form := url.Values{"grant_type": {"refresh_token"}, "client_id": {x.Env["CAUSEWAY_CRM_CLIENT_ID"]},
		"client_secret": {x.Env["CAUSEWAY_CRM_CLIENT_SECRET"]}, "refresh_token": {x.Env["CAUSEWAY_CRM_REFRESH_TOKEN"]}}
	at := x.Env["CAUSEWAY_CRM_ACCOUNTS_URL"]
	resp, err := http.PostForm(at+"/oauth/v2/token", form)
	require.NoError(x.T, err)
	defer func() { _ = resp.Body.Close() }()
	var token struct {
		AccessToken string `json:"access_token"`
		APIDomain   string `json:"api_domain"`
	}
	require.NoError(x.T, json.NewDecoder(resp.Body).Decode(&token))
	body := clitest.AsJSON(x.T, map[string]any{"data": []any{map[string]any{"Note_Title": title, "Note_Content": text,
		"Parent_Id": map[string]any{"module": map[string]any{"api_name": "Accounts"}, "id": account}}}})
	req, err := http.NewRequestWithContext(x.T.Context(), http.MethodPost, token.APIDomain+"/crm/v8/Notes", strings.NewReader(body))
	require.NoError(x.T, err)
	req.Header.Set("Authorization", "Zoho-oauthtoken "+token.AccessToken)
	made, err := http.DefaultClient.Do(req)
	require.NoError(x.T, err)
	defer func() { _ = made.Body.Close() }()
	require.Equal(x.T, http.StatusCreated, made.StatusCode)
}

func TestFiguresAreMappedIntoFieldsOfTheCRM(t *testing.T) {
	t.Parallel()
	x := clitest.North(t)
	status, _, errOut := x.Run("figures", "map", "outstanding", "Owed", "--output", "json")
	require.Equal(t, cli.ExitDone, status, errOut)
	status, _, errOut = x.Run("figures", "map", "overdue", "Late", "--module", "Contacts")
	require.Equal(t, cli.ExitDone, status, errOut)
	require.Contains(t, errOut, "outstanding in Accounts.Owed → outstanding in Accounts.Owed, overdue in Contacts.Late")
	_, out, _ := x.Run("configure")
	require.Contains(t, out, "outstanding in Owed of Accounts")
	require.Equal(t, []record.FigureField{{Module: record.Accounts, Figure: "outstanding", Field: "Owed"}, {Module: record.Contacts, Figure: "overdue", Field: "Late"}},
		x.Preferences().Figures)
	status, _, errOut = x.Run("figures", "unmap", "outstanding")
	require.Equal(t, cli.ExitDone, status, errOut)
	require.Len(t, x.Preferences().Figures, 1)
	for says, args := range map[string][]string{
		`"profit" is no figure`:                  {"figures", "map", "profit", "Owed"},
		"no field keeps outstanding of Accounts": {"figures", "unmap", "outstanding"},
	} {
		status, _, errOut = x.Run(args...)
		require.Equal(t, cli.ExitCouldNot, status)
		require.Contains(t, errOut, says)
	}
}

func TestAUserIsShownWhatTheProfileMaySee(t *testing.T) {
	t.Parallel()
	x, account := sold(t)
	file := filepath.Join(t.TempDir(), "t.pdf")
	commands := map[string]string{
		"quotes list": contract.TypeQuote, "quotes show q-1": contract.TypeQuote, "quotes print q-1 --to " + file: contract.TypeQuote,
		"timeline --quote q-1": contract.TypeQuote, "invoices list": contract.TypeInvoice, "invoices show i-1": contract.TypeInvoice,
		"invoices print i-1 --to " + file: contract.TypeInvoice, "timeline --invoice i-1": contract.TypeInvoice,
		"timeline --account " + account: "either", "figures --account " + account: "receivables",
	}
	for set, may := range map[string][]string{
		"--quotes none --invoices none --receivables off":           nil,
		"--quotes edit,send --invoices edit,send --receivables off": nil,
		"--quotes view --invoices none --receivables off":           {contract.TypeQuote, "either"},
		"--quotes none --invoices view --receivables off":           {contract.TypeInvoice, "either"},
		"--quotes none --invoices none --receivables on":            {"receivables"},
		"--quotes all --invoices all --receivables on":              {contract.TypeQuote, contract.TypeInvoice, "either", "receivables"},
	} {
		status, _, errOut := x.Run(append(strings.Fields("permissions set --profile Standard"), strings.Fields(set)...)...)
		require.Equal(t, cli.ExitDone, status, errOut)
		for command, needs := range commands {
			want := cli.ExitCouldNot
			if slices.Contains(may, needs) {
				want = cli.ExitDone
			}
			status, out, errOut := x.Run(append(strings.Fields(command), "--user", standard)...)
			require.Equal(t, want, status, "%s with %s: %s", command, set, errOut)
			if want == cli.ExitCouldNot {
				require.Empty(t, out, command)
				require.Contains(t, errOut, "starter permissions set north", command)
			}
			status, _, errOut = x.Run(append(strings.Fields(command), "--user", admin)...)
			require.Equal(t, cli.ExitDone, status, "%s: %s", command, errOut)
		}
	}
}
