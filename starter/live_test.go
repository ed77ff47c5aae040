package main

import (
	"context"
	"encoding/json"
	"testing"

	"causeway/internal/record"
	"causeway/internal/store/operations"

	"github.com/stretchr/testify/require"
)

// north is a trial whose connection "north" ties two live sandboxes, one way unless told otherwise.
func north(t *testing.T, more ...string) *trial {
	t.Helper()
	x := newTrial(t)
	x.environment(organisations(t, nil))
	args := append([]string{"connect", "north", "--yes", "--customers-extent", "fetch", "--items-extent", "fetch"}, more...)
	status, _, errOut := x.run(args...)
	require.Equal(t, exitDone, status, errOut)
	return x
}

func (x *trial) preferences() record.Preferences {
	x.t.Helper()
	prefs, err := x.store.Connections.Preferences(context.Background(), "north", 0)
	require.NoError(x.t, err)
	return prefs
}

// link stores a link, as an operation that made it leaves it.
func (x *trial) link(connection, run string, l record.Link, name string) {
	x.t.Helper()
	ctx := context.Background()
	op := record.Operation{
		ID: run + "-link-" + l.CRMID, Connection: connection, Run: run, Entity: l.Entity, Action: record.ActionCreate, SourceModule: l.CRMModule,
		SourceID: l.CRMID, SourceName: name, TargetModule: l.BillingModule, After: record.Values{"display_name": name}, State: record.OpPlanned, PlannedAt: at,
	}
	_, err := x.store.Operations.Insert(ctx, []record.Operation{op})
	require.NoError(x.t, err)
	_, err = x.store.Operations.Claim(ctx, run, l.Entity, "token", 10)
	require.NoError(x.t, err)
	_, err = x.store.Operations.MarkSent(ctx, "token", []string{op.ID}, at)
	require.NoError(x.t, err)
	op.Outcome, op.TargetID = record.Added, l.BillingID
	l.Connection, l.Base = connection, op.After
	done, err := x.store.Operations.Finish(ctx, "token", at, []operations.Outcome{{Operation: op, Link: &l, Mirror: &record.Record{
		Side: record.Billing, Module: l.BillingModule, ID: l.BillingID, Name: name, Modified: at, Whole: true, Values: op.After,
	}}})
	require.NoError(x.t, err)
	require.Len(x.t, done, 1)
}

func customerLink(crm, billing string) record.Link {
	return record.Link{Entity: record.EntityCustomers, CRMModule: record.Accounts, CRMID: crm, BillingModule: record.Customers, BillingID: billing, Born: record.CRM}
}

// answerOf decodes what a command printed.
func answerOf[T any](t *testing.T, out string) T {
	t.Helper()
	var v T
	require.NoError(t, json.Unmarshal([]byte(out), &v), out)
	return v
}
