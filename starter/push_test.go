package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"causeway/internal/permission"
	"causeway/internal/store/pushes"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

const seller = "5820000000090001"

func done() contract.PushResult {
	return contract.PushResult{Status: contract.PushDone, Sequence: 1, Transaction: &contract.TransactionState{Type: contract.TypeInvoice, Transaction: "i-1",
		ID: "9", Number: "INV-1", Status: "draft", Currency: "USD", Total: "54.30", Balance: "54.30", Allowed: []string{"save", "void"}}}
}

func TestAnInvoiceIsSavedFromFlagsOrAFile(t *testing.T) {
	t.Parallel()
	x := newTrial(t)
	x.connection("demo")
	x.temporal.pushed = done()
	status, out, errOut := x.run("invoices", "save", "i-1", "--user", seller, "--account", "5820000000100001", "--idempotency-key", "k-1",
		"--line", "product=5820000000190000,quantity=3,rate=18.10,discount=5%", "--line", "name=Freight,, express,rate=5", "--expect", "54.30")
	require.Equal(t, exitDone, status, errOut)
	require.Contains(t, out, "invoice INV-1 (i-1) is draft: USD 54.30")
	require.Contains(t, errOut, "it takes: save, void")
	require.Equal(t, contract.PushInput{Connection: "demo", Type: contract.TypeInvoice, Transaction: "i-1"}, x.temporal.target)
	require.Equal(t, contract.PushRequest{Key: "k-1", Action: contract.ActionSave, User: seller, Document: &contract.Document{
		Account: "5820000000100001", ExpectedTotal: "54.30", Lines: []contract.Line{
			{Product: "5820000000190000", Quantity: "3", Rate: "18.10", Discount: "5%"}, {Name: "Freight, express", Rate: "5", Quantity: "1"}}}}, x.temporal.pushes[0])

	file := filepath.Join(t.TempDir(), "doc.json")
	require.NoError(t, os.WriteFile(file, []byte(`{"contact":"5820000000150001","lines":[{"item":"46","quantity":"1"}],"notes":"n"}`), 0o600))
	status, out, errOut = x.run("quotes", "save", "--user", seller, "--file", file, "--notes", "other", "--send", "--to", "a@example.com", "--output=json")
	require.Equal(t, exitDone, status, errOut)
	got := answerOf[pushed](t, out)
	require.NotEmpty(t, got.Key)
	require.Equal(t, "demo", got.Connection)
	req := x.temporal.pushes[1]
	require.Equal(t, "other", req.Document.Notes)
	require.Equal(t, contract.ActionSaveAndSend, req.Action)
	require.Equal(t, []string{"a@example.com"}, req.Email.To)
	require.Contains(t, errOut, x.temporal.target.Transaction, "its new id is told")
}

func TestEachActionAsksForWhatItSays(t *testing.T) {
	t.Parallel()
	x := newTrial(t)
	x.connection("demo")
	x.temporal.pushed = done()
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
		status, _, errOut := x.run(append(strings.Fields(args), "--user", seller, "--idempotency-key", "k")...)
		require.Equal(t, exitDone, status, "%s: %s", args, errOut)
		want.User, want.Key = seller, "k"
		require.Equal(t, want, x.temporal.pushes[len(x.temporal.pushes)-1], args)
	}
}

func TestAFileThatIsTooLargeForAPayloadWaitsInTheStore(t *testing.T) {
	t.Parallel()
	x := newTrial(t)
	x.connection("demo")
	x.temporal.pushed = done()
	file := filepath.Join(t.TempDir(), "large.bin")
	require.NoError(t, os.WriteFile(file, make([]byte, contract.MaxInlineFile+1), 0o600))
	status, _, errOut := x.run("quotes", "attach", "q", file, "--user", seller)
	require.Equal(t, exitDone, status, errOut)
	ref := x.temporal.pushes[0].File
	require.Empty(t, ref.Data)
	kept, err := x.store.Workspace.Upload(t.Context(), "demo", ref.Upload)
	require.NoError(t, err)
	require.Len(t, kept.Data, contract.MaxInlineFile+1)
	require.NoError(t, os.WriteFile(file, make([]byte, maxAttachment+1), 0o600))
	status, _, errOut = x.run("quotes", "attach", "q", file, "--user", seller)
	require.Equal(t, exitCouldNot, status)
	require.Contains(t, errOut, "attach a smaller one")
}

func TestAnAnswerThatIsNotGoodIsSaidWithWhatToDo(t *testing.T) {
	t.Parallel()
	x := newTrial(t)
	x.connection("demo")
	ask := func() (int, string, string) {
		return x.run("quotes", "accept", "q", "--user", seller, "--idempotency-key", "k-7", "--wait", "50ms")
	}
	x.temporal.pushed = contract.PushResult{Status: contract.PushQueued, Position: 3, State: contract.StatePaused}
	status, out, _ := ask()
	require.Equal(t, exitDone, status)
	require.Contains(t, out, "number 3")
	require.Contains(t, out, "starter resume demo")
	x.temporal.pushed = contract.PushResult{Status: contract.PushRefused, Failure: &contract.Failure{Type: contract.ErrorConflict, Code: "STATUS", Reason: "the quote is expired; save it with a later expiry date first"}}
	status, out, _ = ask()
	require.Equal(t, exitBad, status)
	require.Contains(t, out, "later expiry date")
	x.temporal.late = true
	status, _, errOut := ask()
	require.Equal(t, exitCouldNot, status)
	require.Contains(t, errOut, "--idempotency-key k-7")
}

func TestAPushThatSaysTooLittleAsksForNothing(t *testing.T) {
	t.Parallel()
	x := newTrial(t)
	x.connection("demo")
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
	} {
		status, _, errOut := x.run(strings.Fields(args)...)
		require.Equal(t, exitCouldNot, status, args)
		require.Contains(t, errOut, what, args)
	}
	require.Empty(t, x.temporal.pushes)
}

func TestTransactionsAreListedAsFarAsAProfileSeesThem(t *testing.T) {
	t.Parallel()
	x := newTrial(t)
	x.connection("demo")
	row := pushes.Transaction{Connection: "demo", Type: contract.TypeInvoice, BillingID: "9", Transaction: "i-1", Number: "INV-1", Status: "sent",
		CRMModule: "Accounts", CRMID: "11", CustomerID: "7", Currency: "USD", Date: "2026-03-01", Total: "54.30", Balance: "4.30", Modified: at, Seen: at, Body: []byte("{}")}
	made := row
	made.BillingID, made.Transaction, made.CRMModule, made.CRMID, made.Number = "10", "", "", "", "INV-2"
	require.NoError(t, x.store.Transactions.Put(t.Context(), []pushes.Transaction{row, made}))
	status, out, errOut := x.run("invoices")
	require.Equal(t, exitDone, status, errOut)
	require.Contains(t, out, "Accounts/11")
	require.Contains(t, out, "made in billing")
	_, out, _ = x.run("invoices", "list", "--account", "11", "--output=json")
	got := answerOf[struct {
		Invoices []listed `json:"invoices"`
	}](t, out)
	require.Len(t, got.Invoices, 1)
	require.Equal(t, "4.30", got.Invoices[0].Balance)
	_, out, _ = x.run("quotes")
	require.Contains(t, out, "no such quote")
	for _, command := range []string{"invoices list", "invoices show i-1", "invoices print i-1", "timeline --invoice i-1", "figures --account 11"} {
		status, _, errOut = x.run(append(strings.Fields(command), "--user", "u-none")...)
		require.Equal(t, exitCouldNot, status, command)
		require.Contains(t, errOut, "no active user", command)
	}
}

func TestPermissionsAreSetByProfile(t *testing.T) {
	t.Parallel()
	x := north(t)
	status, out, errOut := x.run("permissions")
	require.Equal(t, exitDone, status, errOut)
	require.Contains(t, out, "Administrator", "what nobody has read yet is read")
	_, out, _ = x.run("permissions", "refresh")
	require.Contains(t, out, "Sales")
	_, out, _ = x.run("permissions", "users")
	require.Contains(t, out, "Standard")
	require.Contains(t, out, "5820000000090002")
	status, out, errOut = x.run("permissions", "set", "--profile", "standard", "--quotes", "view,edit", "--receivables", "on")
	require.Equal(t, exitDone, status, errOut)
	require.Contains(t, out, "access,view,edit")
	_, out, _ = x.run("permissions", "--output=json")
	got := answerOf[struct {
		Profiles []profileRights `json:"profiles"`
	}](t, out)
	for _, p := range got.Profiles {
		if p.Profile == "Standard" {
			require.Equal(t, permission.Permission{Quotes: permission.Rights{Access: true, View: true, Edit: true}, Receivables: true}, p.Permission)
		}
	}
	for args, what := range map[string]string{"--profile nobody --quotes all": "has no profile", "--profile Standard --quotes write": "is no right"} {
		status, _, errOut = x.run(append([]string{"permissions", "set"}, strings.Fields(args)...)...)
		require.Equal(t, exitCouldNot, status)
		require.Contains(t, errOut, what)
	}
}

func TestATokenIsShownOnceAndRevoked(t *testing.T) {
	t.Parallel()
	x := newTrial(t)
	x.connection("demo")
	status, out, errOut := x.run("tokens", "create", "shop", "--connection", "demo", "--user", seller)
	require.Equal(t, exitDone, status, errOut)
	token := strings.TrimSpace(out)
	require.True(t, strings.HasPrefix(token, "cw_"))
	_, out, _ = x.run("tokens")
	require.Contains(t, out, "shop")
	require.NotContains(t, out, token)
	status, _, _ = x.run("tokens", "revoke", "shop")
	require.Equal(t, exitDone, status)
	status, _, errOut = x.run("tokens", "revoke", "shop")
	require.Equal(t, exitCouldNot, status)
	require.Contains(t, errOut, "no token has this id or name")
	status, _, errOut = x.run("tokens", "create", "shop", "--connection", "nowhere")
	require.Equal(t, exitCouldNot, status)
	require.Contains(t, errOut, "nowhere")
}
