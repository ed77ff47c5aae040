package clitest

import (
	"context"
	"encoding/json"
	"testing"

	"causeway/internal/cli"
	"causeway/internal/record"
	"causeway/internal/sandbox"
	"causeway/internal/store/operations"

	"github.com/stretchr/testify/require"
)

// Organisations starts the two sandboxes.
func Organisations(t *testing.T, settings map[string]string) sandbox.Info {
	t.Helper()
	sb, err := sandbox.Start(context.Background(), sandbox.Options{
		DataDir: t.TempDir(), Settings: settings, Seed: 1, Sample: &sandbox.SampleOptions{Accounts: 10, Seed: 1},
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, sb.Close(context.Background())) })
	return sb.Info()
}

// Environment gives the credentials of the sandboxes through the environment.
func (x *Trial) Environment(info sandbox.Info) {
	for side, url := range map[string]string{"CRM": info.AccountsURL, "BILLING": info.BillingURL} {
		x.Env["CAUSEWAY_"+side+"_ACCOUNTS_URL"] = url
		x.Env["CAUSEWAY_"+side+"_CLIENT_ID"] = info.ClientID
		x.Env["CAUSEWAY_"+side+"_CLIENT_SECRET"] = info.ClientSecret
		x.Env["CAUSEWAY_"+side+"_REFRESH_TOKEN"] = info.RefreshToken
	}
}

// AsJSON is a value as JSON.
func AsJSON(t *testing.T, v any) string {
	t.Helper()
	data, err := json.Marshal(v)
	require.NoError(t, err)
	return string(data)
}

// North is a trial whose connection "north" ties two live sandboxes, one way unless told otherwise.
func North(t *testing.T, more ...string) *Trial {
	t.Helper()
	x := New(t)
	x.Environment(Organisations(t, nil))
	args := append([]string{"connect", "north", "--yes", "--customers-extent", "fetch", "--items-extent", "fetch"}, more...)
	status, _, errOut := x.Run(args...)
	require.Equal(t, cli.ExitDone, status, errOut)
	return x
}

// Preferences are those of the connection "north".
func (x *Trial) Preferences() record.Preferences {
	x.T.Helper()
	prefs, err := x.Store.Connections.Preferences(context.Background(), "north", 0)
	require.NoError(x.T, err)
	return prefs
}

// Link stores a link, as an operation that made it leaves it.
func (x *Trial) Link(connection, run string, l record.Link, name string) {
	x.T.Helper()
	ctx := context.Background()
	op := record.Operation{
		ID: run + "-link-" + l.CRMID, Connection: connection, Run: run, Entity: l.Entity, Action: record.ActionCreate, SourceModule: l.CRMModule,
		SourceID: l.CRMID, SourceName: name, TargetModule: l.BillingModule, After: record.Values{"display_name": name}, State: record.OpPlanned, PlannedAt: At,
	}
	_, err := x.Store.Operations.Insert(ctx, []record.Operation{op})
	require.NoError(x.T, err)
	_, err = x.Store.Operations.Claim(ctx, run, l.Entity, "token", 10)
	require.NoError(x.T, err)
	_, err = x.Store.Operations.MarkSent(ctx, "token", []string{op.ID}, At)
	require.NoError(x.T, err)
	op.Outcome, op.TargetID = record.Added, l.BillingID
	l.Connection, l.Base = connection, op.After
	done, err := x.Store.Operations.Finish(ctx, "token", At, []operations.Outcome{{Operation: op, Link: &l, Mirror: &record.Record{
		Side: record.Billing, Module: l.BillingModule, ID: l.BillingID, Name: name, Modified: At, Whole: true, Values: op.After,
	}}})
	require.NoError(x.T, err)
	require.Len(x.T, done, 1)
}

// CustomerLink links an account with a customer.
func CustomerLink(crm, billing string) record.Link {
	return record.Link{Entity: record.EntityCustomers, CRMModule: record.Accounts, CRMID: crm, BillingModule: record.Customers, BillingID: billing, Born: record.CRM}
}

// AnswerOf decodes what a command printed.
func AnswerOf[T any](t *testing.T, out string) T {
	t.Helper()
	var v T
	require.NoError(t, json.Unmarshal([]byte(out), &v), out)
	return v
}

// Seller is the id of a CRM user.
const Seller = "5820000000090001"
