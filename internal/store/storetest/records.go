package storetest

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"causeway/internal/record"
	"causeway/internal/store/db"
	"causeway/internal/store/mirror"
	"causeway/internal/store/operations"
	"causeway/internal/store/worklist"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// crmRecord is a CRM record whose content depends on the text.
func crmRecord(module record.Module, id, text string, modified time.Time) record.Record {
	return record.Record{
		Side: record.CRM, Module: module, ID: id, Name: "Name " + id, Created: now, Modified: modified, Whole: true,
		Values: record.Values{"Name": "Name " + id, "Text": text, "Revenue": json.Number("12.50")},
	}
}

func billingRecord(module record.Module, id, name string) record.Record {
	return record.Record{
		Side: record.Billing, Module: module, ID: id, Name: name, Modified: now, Whole: true,
		Values: record.Values{"display_name": name},
	}
}

// put stores the records as one whole pass.
func put(t testing.TB, s *Store, records ...record.Record) int {
	t.Helper()
	changed, err := s.Mirror.PutPage(context.Background(), mirror.Page{
		Connection: demo, Side: records[0].Side, Module: records[0].Module, Records: records, Done: true,
	})
	require.NoError(t, err)
	return changed
}

func startRun(t testing.TB, s *Store, number int) record.Run {
	t.Helper()
	r, err := s.Runs.Start(context.Background(), record.Run{
		ID: newID(t), Connection: demo, Number: number, Trigger: record.TriggerManual, StartedAt: now, Status: record.RunRunning,
	})
	require.NoError(t, err)
	return r
}

func newID(t testing.TB) string {
	t.Helper()
	id, err := uuid.NewV7()
	require.NoError(t, err)
	return id.String()
}

// planned is an operation that creates a customer from an account of the mirror.
func planned(t testing.TB, s *Store, run, account string) record.Operation {
	t.Helper()
	hash := ""
	if s != nil {
		r, err := s.Mirror.Record(context.Background(), demo, record.CRM, record.Accounts, account)
		require.NoError(t, err)
		hash = r.Values.Hash()
	}
	return record.Operation{
		ID: newID(t), Connection: demo, Run: run, Entity: record.EntityCustomers, Action: record.ActionCreate,
		SourceModule: record.Accounts, SourceID: account, SourceName: "Name " + account, SourceHash: hash,
		TargetModule: record.Customers, NameKey: "name " + account, Marker: "cw-inc1-accounts-" + account,
		After: record.Values{"display_name": "Name " + account}, State: record.OpPlanned, PlannedAt: now,
	}
}

func insert(t testing.TB, s *Store, ops ...record.Operation) {
	t.Helper()
	n, err := s.Operations.Insert(context.Background(), ops)
	require.NoError(t, err)
	require.Equal(t, len(ops), n)
}

// accounts puts n accounts into the mirror and plans a customer for each.
func accounts(t testing.TB, s *Store, run string, n int) []record.Operation {
	t.Helper()
	records := make([]record.Record, n)
	for i := range records {
		records[i] = crmRecord(record.Accounts, fmt.Sprintf("a%03d", i), "x", now)
	}
	put(t, s, records...)
	ops := make([]record.Operation, n)
	for i := range ops {
		ops[i] = planned(t, nil, run, records[i].ID)
		ops[i].SourceHash = records[i].Values.Hash()
	}
	insert(t, s, ops...)
	return ops
}

func idsOf(ops []record.Operation) []string {
	out := make([]string, len(ops))
	for i, op := range ops {
		out[i] = op.ID
	}
	return out
}

func added(op record.Operation, target string) operations.Outcome {
	op.Outcome, op.TargetID = record.Added, target
	mirror := billingRecord(record.Customers, target, "Name "+op.SourceID)
	return operations.Outcome{
		Operation: op, Mirror: &mirror,
		Link: &record.Link{
			Connection: demo, Entity: op.Entity, CRMModule: op.SourceModule, CRMID: op.SourceID,
			BillingModule: record.Customers, BillingID: target, Born: record.CRM, Base: op.After,
		},
	}
}

// finishAll carries planned operations of customers out, in the store's eyes.
func finishAll(t testing.TB, s *Store, run string) {
	t.Helper()
	ops, err := s.Operations.Claim(context.Background(), run, record.EntityCustomers, "finisher", 1000)
	require.NoError(t, err)
	_, err = s.Operations.MarkSent(context.Background(), "finisher", idsOf(ops), now)
	require.NoError(t, err)
	outcomes := make([]operations.Outcome, len(ops))
	for i, op := range ops {
		outcomes[i] = added(op, "c-"+op.SourceID)
	}
	written, err := s.Operations.Finish(context.Background(), "finisher", now, outcomes)
	require.NoError(t, err)
	require.Len(t, written, len(ops))
}

func dueIDs(t testing.TB, s *Store, q worklist.Query) []string {
	t.Helper()
	q.Connection = demo
	if q.Limit == 0 {
		q.Limit = 100
	}
	due, err := s.Worklist.Due(context.Background(), q)
	require.NoError(t, err)
	out := []string{}
	for _, d := range due {
		out = append(out, d.Record.ID)
	}
	return out
}

// versions tells rows of a table that were rewritten: PostgreSQL gives each version of a row its xmin and
// place; SQLite counts the rows that its one writer changed.
func versions(t testing.TB, s *Store, table string) string {
	t.Helper()
	var out string
	if onPostgres(t, s) {
		one(t, s, &out, `SELECT COALESCE(string_agg(xmin::text || ctid::text, ',' ORDER BY ctid), '') FROM `+table)
		return out
	}
	require.NoError(t, s.DB.Write(t.Context(), func(tx db.Session) error {
		_, err := tx.Get(t.Context(), &out, `SELECT total_changes()`)
		return err
	}))
	return out
}
