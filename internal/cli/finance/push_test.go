package finance_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"causeway/internal/cli"
	"causeway/internal/cli/clitest"
	"causeway/internal/cli/finance"
	"causeway/internal/permission"
	"causeway/internal/report"
	"causeway/internal/store/pushes"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

func done() contract.PushResult {
	return contract.PushResult{Status: contract.PushDone, Sequence: 1, Transaction: &contract.TransactionState{Type: contract.TypeInvoice, Transaction: "i-1",
		ID: "9", Number: "INV-1", Status: "draft", Currency: "USD", Total: "54.30", Balance: "54.30", Allowed: []string{"save", "void"}}}
}

func TestAnInvoiceIsSavedFromFlagsOrAFile(t *testing.T) {
	t.Parallel()
	x := clitest.New(t)
	x.Connection("demo")
	x.Temporal.Pushed = done()
	status, out, errOut := x.Run("invoices", "save", "i-1", "--user", clitest.Seller, "--account", "5820000000100001", "--idempotency-key", "k-1",
		"--line", "product=5820000000190000,quantity=3,rate=18.10,discount=5%", "--line", "name=Freight,, express,rate=5", "--expect", "54.30")
	require.Equal(t, cli.ExitDone, status, errOut)
	require.Contains(t, out, "invoice INV-1 (i-1) is draft: USD 54.30")
	require.Contains(t, errOut, "You can now: save, void.")
	require.Equal(t, contract.PushInput{Connection: "demo", Type: contract.TypeInvoice, Transaction: "i-1"}, x.Temporal.Target)
	require.Equal(t, contract.PushRequest{Key: "k-1", Action: contract.ActionSave, User: clitest.Seller, Document: &contract.Document{
		Account: "5820000000100001", ExpectedTotal: "54.30", Lines: []contract.Line{
			{Product: "5820000000190000", Quantity: "3", Rate: "18.10", Discount: "5%"}, {Name: "Freight, express", Rate: "5", Quantity: "1"}}}}, x.Temporal.Pushes[0])

	file := filepath.Join(t.TempDir(), "doc.json")
	require.NoError(t, os.WriteFile(file, []byte(`{"contact":"5820000000150001","lines":[{"item":"46","quantity":"1"}],"notes":"n"}`), 0o600))
	status, out, errOut = x.Run("quotes", "save", "--user", clitest.Seller, "--file", file, "--notes", "other", "--send", "--to", "a@example.com", "--output=json")
	require.Equal(t, cli.ExitDone, status, errOut)
	got := clitest.AnswerOf[report.Pushed](t, out)
	require.NotEmpty(t, got.Key)
	require.Equal(t, "demo", got.Connection)
	req := x.Temporal.Pushes[1]
	require.Equal(t, "other", req.Document.Notes)
	require.Equal(t, contract.ActionSaveAndSend, req.Action)
	require.Equal(t, []string{"a@example.com"}, req.Email.To)
	require.Contains(t, errOut, x.Temporal.Target.Transaction, "its new id is told")
}

func TestEachActionAsksForWhatItSays(t *testing.T) {
	t.Parallel()
	x := clitest.New(t)
	x.Connection("demo")
	x.Temporal.Pushed = done()
	file := filepath.Join(t.TempDir(), "terms.txt")
	require.NoError(t, os.WriteFile(file, []byte("terms"), 0o600))
	for args, want := range map[string]contract.PushRequest{
		"quotes mark-sent q":           {Action: contract.ActionMarkSent},
		"quotes accept q":              {Action: contract.ActionAccept},
		"quotes decline q":             {Action: contract.ActionDecline},
		"quotes convert q":             {Action: contract.ActionConvert},
		"invoices void q":              {Action: contract.ActionVoid},
		"invoices pay q --amount 5":    {Action: contract.ActionPay, Payment: &contract.Payment{Amount: "5"}},
		"quotes comment q hello":       {Action: contract.ActionComment, Comment: "hello"},
		"quotes email q --to a@b.c":    {Action: contract.ActionEmail, Email: &contract.Email{To: []string{"a@b.c"}}},
		"invoices attach q " + file:    {Action: contract.ActionAttach, File: &contract.FileRef{Name: "terms.txt", Data: []byte("terms")}},
		"quotes convert q --invoice i": {Action: contract.ActionConvert, Invoice: "i"},
	} {
		status, _, errOut := x.Run(append(strings.Fields(args), "--user", clitest.Seller, "--idempotency-key", "k")...)
		require.Equal(t, cli.ExitDone, status, "%s: %s", args, errOut)
		want.User, want.Key = clitest.Seller, "k"
		require.Equal(t, want, x.Temporal.Pushes[len(x.Temporal.Pushes)-1], args)
	}
}

func TestAFileThatIsTooLargeForAPayloadWaitsInTheStore(t *testing.T) {
	t.Parallel()
	x := clitest.New(t)
	x.Connection("demo")
	x.Temporal.Pushed = done()
	file := filepath.Join(t.TempDir(), "large.bin")
	require.NoError(t, os.WriteFile(file, make([]byte, contract.MaxInlineFile+1), 0o600))
	status, _, errOut := x.Run("quotes", "attach", "q", file, "--user", clitest.Seller)
	require.Equal(t, cli.ExitDone, status, errOut)
	ref := x.Temporal.Pushes[0].File
	require.Empty(t, ref.Data)
	kept, err := x.Store.Workspace.Upload(t.Context(), "demo", ref.Upload)
	require.NoError(t, err)
	require.Len(t, kept.Data, contract.MaxInlineFile+1)
	require.NoError(t, os.WriteFile(file, make([]byte, finance.MaxAttachment+1), 0o600))
	status, _, errOut = x.Run("quotes", "attach", "q", file, "--user", clitest.Seller)
	require.Equal(t, cli.ExitCouldNot, status)
	require.Contains(t, errOut, "attach a smaller one")
}

func TestAnAnswerThatIsNotGoodIsSaidWithWhatToDo(t *testing.T) {
	t.Parallel()
	x := clitest.New(t)
	x.Connection("demo")
	ask := func() (int, string, string) {
		return x.Run("quotes", "accept", "q", "--user", clitest.Seller, "--idempotency-key", "k-7", "--wait", "50ms")
	}
	x.Temporal.Pushed = contract.PushResult{Status: contract.PushQueued, Position: 3, State: contract.StatePaused}
	status, out, _ := ask()
	require.Equal(t, cli.ExitDone, status)
	require.Contains(t, out, "number 3")
	require.Contains(t, out, "starter resume demo")
	x.Temporal.Pushed = contract.PushResult{Status: contract.PushRefused, Failure: &contract.Failure{Type: contract.ErrorConflict, Code: "STATUS", Reason: "the quote is expired; save it with a later expiry date first"}}
	status, out, _ = ask()
	require.Equal(t, cli.ExitBad, status)
	require.Contains(t, out, "later expiry date")
	x.Temporal.Late = true
	status, _, errOut := ask()
	require.Equal(t, cli.ExitCouldNot, status)
	require.Contains(t, errOut, "--idempotency-key k-7")
}

func TestAPushThatSaysTooLittleAsksForNothing(t *testing.T) {
	t.Parallel()
	x := clitest.New(t)
	x.Connection("demo")
	for args, what := range map[string]string{
		"quotes save --user 1":                                      "--line",
		"quotes save --user 1 --line quantity:2":                    "key=value",
		"quotes save --user 1 --line color=red":                     "quantity, rate",
		"quotes save --user 1 --line name=x":                        "account or the contact",
		"quotes save --account 1 --line name=x":                     "--user",
		"quotes save --user 1 --file /no/such":                      "no such file",
		"quotes accept ../x --user 1":                               "letters, digits",
		"invoices pay i --user 1":                                   "--amount",
		"quotes save --user 1 --account 1 --line name=x --to a@b.c": "--send",
		"quotes email q --user 1":                                   "error: Give a recipient: --to ADDRESS\n",
		"invoices save --user 1 --account 1 --line name=x --send":   "error: Give a recipient: --to ADDRESS\n",
	} {
		status, _, errOut := x.Run(strings.Fields(args)...)
		require.Equal(t, cli.ExitCouldNot, status, args)
		require.Contains(t, errOut, what, args)
	}
	require.Empty(t, x.Temporal.Pushes)
}

func TestTransactionsAreListedAsFarAsAProfileSeesThem(t *testing.T) {
	t.Parallel()
	x := clitest.New(t)
	x.Connection("demo")
	row := pushes.Transaction{Connection: "demo", Type: contract.TypeInvoice, BillingID: "9", Transaction: "i-1", Number: "INV-1", Status: "sent",
		CRMModule: "Accounts", CRMID: "11", CustomerID: "7", Currency: "USD", Date: "2026-03-01", Total: "54.30", Balance: "4.30", Modified: clitest.At, Seen: clitest.At, Body: []byte("{}")}
	made := row
	made.BillingID, made.Transaction, made.CRMModule, made.CRMID, made.Number = "10", "", "", "", "INV-2"
	require.NoError(t, x.Store.Transactions.Put(t.Context(), []pushes.Transaction{row, made}))
	status, out, errOut := x.Run("invoices")
	require.Equal(t, cli.ExitDone, status, errOut)
	require.Contains(t, out, "Accounts/11")
	require.Contains(t, out, "made in billing")
	_, out, _ = x.Run("invoices", "list", "--account", "11", "--output=json")
	got := clitest.AnswerOf[struct {
		Invoices []report.Transaction `json:"invoices"`
	}](t, out)
	require.Len(t, got.Invoices, 1)
	require.Equal(t, "4.30", got.Invoices[0].Balance)
	_, out, _ = x.Run("quotes")
	require.Contains(t, out, "no such quote")
	for _, command := range []string{"invoices list", "invoices show i-1", "invoices print i-1", "timeline --invoice i-1", "figures --account 11"} {
		status, _, errOut = x.Run(append(strings.Fields(command), "--user", "u-none")...)
		require.Equal(t, cli.ExitCouldNot, status, command)
		require.Contains(t, errOut, "no active user", command)
	}
}

func TestPermissionsAreSetByProfile(t *testing.T) {
	t.Parallel()
	x := clitest.North(t)
	status, out, errOut := x.Run("permissions")
	require.Equal(t, cli.ExitDone, status, errOut)
	require.Contains(t, out, "Administrator", "what nobody has read yet is read")
	_, out, _ = x.Run("permissions", "refresh")
	require.Contains(t, out, "Sales")
	_, out, _ = x.Run("permissions", "users")
	require.Contains(t, out, "Standard")
	require.Contains(t, out, "5820000000090002")
	status, out, errOut = x.Run("permissions", "set", "--profile", "standard", "--quotes", "view,edit", "--receivables", "on")
	require.Equal(t, cli.ExitDone, status, errOut)
	require.Contains(t, out, "access,view,edit")
	_, out, _ = x.Run("permissions", "--output=json")
	got := clitest.AnswerOf[struct {
		Profiles []report.ProfileRights `json:"profiles"`
	}](t, out)
	for _, p := range got.Profiles {
		if p.Profile == "Standard" {
			require.Equal(t, permission.Permission{Quotes: permission.Rights{Access: true, View: true, Edit: true}, Receivables: true}, p.Permission)
		}
	}
	for args, what := range map[string]string{"--profile nobody --quotes all": "has no profile", "--profile Standard --quotes write": "is no right"} {
		status, _, errOut = x.Run(append([]string{"permissions", "set"}, strings.Fields(args)...)...)
		require.Equal(t, cli.ExitCouldNot, status)
		require.Contains(t, errOut, what)
	}
}

func TestARequestTellsTheKeyThatRepeatsItSafely(t *testing.T) {
	t.Parallel()
	x := clitest.New(t)
	x.Connection("demo")
	x.Temporal.Pushed = done()
	x.Temporal.Pushed.Transaction.Allowed = []string{"save", "save_and_send", "email", "mark_sent"}
	_, _, errOut := x.Run("invoices", "void", "i-1", "--user", clitest.Seller)
	require.Contains(t, errOut, "To repeat this request safely: --idempotency-key "+x.Temporal.Pushes[0].Key+"\n")
	require.Contains(t, errOut, "You can now: save, save --send, email, mark-sent.\n")
}
