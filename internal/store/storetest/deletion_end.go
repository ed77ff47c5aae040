package storetest

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"causeway/internal/deletion"
	"causeway/internal/record"
	"causeway/internal/store/connections"
	"causeway/internal/store/db"
	"causeway/internal/store/deletions"
	"causeway/internal/store/pushes"

	"github.com/stretchr/testify/require"
)

func finished(t testing.TB, s *Store, d deletions.Deletion) {
	t.Helper()
	ctx := context.Background()
	var seen []deletions.Seen
	for _, part := range []string{"contact_persons", "customers", "items", deletion.PartMarkers} {
		rows, _, err := s.Deletions.Claim(ctx, d, part, "one", deletions.RowPlace{}, 100)
		require.NoError(t, err)
		for i := range rows {
			rows[i].State, rows[i].Outcome = deletion.RowDone, rows[i].Planned(d.Choice)
		}
		_, _, err = s.Deletions.Finish(ctx, d.ID, "one", now, rows)
		require.NoError(t, err)
	}
	for _, r := range rowsOf(t, s, d.ID) {
		seen = append(seen, deletions.Seen{Part: r.Part, Module: r.Module, ID: r.ID, Found: deletion.VerifiedOK})
	}
	require.NoError(t, s.Deletions.KeepSeen(ctx, d.ID, seen))
}

func testWhatIsNotAsItShouldBeIsDoneAgainAndKeepsTheConnection(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		ctx := t.Context()
		scene(t, s)
		d := confirmed(t, s, "p1")
		_, err := s.Deletions.RemovePart(ctx, d, "sum", now, 100)
		require.Equal(t, deletion.CodeNotAsPlanned, code(t, err))
		finished(t, s, d)
		require.NoError(t, s.Deletions.KeepSeen(ctx, d.ID, []deletions.Seen{{Part: "customers", Module: record.Customers, ID: "c2", Found: "it carries a marker"}}))
		n, first, err := s.Deletions.Unverified(ctx, d.ID)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		require.Equal(t, "c2", first.ID)
		require.Equal(t, deletion.RowOpen, first.State)
		_, err = s.Deletions.RemovePart(ctx, d, "sum", now, 100)
		require.Equal(t, deletion.CodeNotAsPlanned, code(t, err))
		finished(t, s, d)
		require.NoError(t, s.Deletions.KeepApp(ctx, d.ID, deletions.App{App: "x", Name: "X", Outcome: "failed"}))
		_, err = s.Deletions.RemovePart(ctx, d, "sum", now, 100)
		require.Equal(t, deletion.CodeNotAsPlanned, code(t, err))
		_, err = s.Connections.Get(ctx, demo)
		require.NoError(t, err)
	})
}

// tables counts the rows of every table that the schema has.
func tables(t testing.TB, s *Store) map[string]int {
	t.Helper()
	query := `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'`
	if onPostgres(t, s) {
		query = `SELECT tablename FROM pg_tables WHERE schemaname = current_schema()`
	}
	var names []string
	require.NoError(t, s.DB.Reader().All(t.Context(), &names, query))
	out := map[string]int{}
	for _, name := range names {
		var n int
		one(t, s, &n, `SELECT COUNT(*) FROM `+name)
		if n > 0 && name != "causeway_schema" {
			out[name] = n
		}
	}
	return out
}

func testNothingIsLeftOfADeletedConnectionButItsDeletion(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		ctx := t.Context()
		scene(t, s)
		run := startRun(t, s, 1)
		accounts(t, s, run.ID, 5)
		require.NoError(t, s.Connections.Establish(ctx, record.Connection{ID: demo, Incarnation: "inc1", CreatedAt: now},
			map[record.Side]record.Credential{record.CRM: {ClientID: "x"}}, record.Preferences{}))
		require.NoError(t, s.Connections.PutToken(ctx, record.Credential{ClientID: "x"}.TokenID(), []byte("access")))
		require.NoError(t, s.Workspace.Put(ctx, pushes.WorkspaceObject{Connection: demo, Kind: pushes.WorkspaceReport, ID: "1", CreatedAt: now}))
		require.NoError(t, s.Runs.SetRecords(ctx, run.ID, []record.Ref{{Side: record.CRM, Module: record.Accounts, ID: "a1"}}))
		planOf(t, s, "p0", now.Add(time.Minute))
		d := planOf(t, s, "p1", now.Add(2*time.Minute))
		require.NoError(t, s.Deletions.Confirm(ctx, confirmation(t, s, "p1")))
		d, err := s.Deletions.Get(ctx, demo, d.ID)
		require.NoError(t, err)
		finished(t, s, d)
		parts := 0
		for done := false; !done; parts++ {
			done, err = s.Deletions.RemovePart(ctx, d, "sum", now, 3)
			require.NoError(t, err)
		}
		require.Greater(t, parts, 5, "in parts")
		require.Equal(t, map[string]int{"deletions": 1, "deletion_records": 15, "tokens": 1}, tables(t, s), "that token confirms plans of deletions")
		after, err := s.Deletions.List(ctx, demo)
		require.NoError(t, err)
		require.Len(t, after, 1)
		require.Equal(t, deletions.Done, after[0].State)
		require.Equal(t, "sum", after[0].Final)
		require.NoError(t, s.Connections.Create(ctx, record.Connection{ID: demo, Incarnation: "inc9", CreatedAt: now}))
		pairOf(t, s, "1", record.CRM, "cw-inc9-accounts-a1")
		done, err := s.Deletions.RemovePart(ctx, d, "sum", now, 100)
		require.NoError(t, err)
		require.True(t, done)
		require.Equal(t, 1, tables(t, s)["links"], "a later connection of that name is left alone")
	})
}

func testATokenThatAnotherConnectionUsesStaysWithIt(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		ctx := t.Context()
		shared, own := record.Credential{AccountsURL: "https://a.example/", ClientID: "x"}, record.Credential{ClientID: "y"}
		require.NoError(t, s.Connections.Create(ctx, record.Connection{ID: demo, Incarnation: "inc1", CreatedAt: now}))
		require.NoError(t, s.Connections.Create(ctx, record.Connection{ID: "other", Incarnation: "inc2", CreatedAt: now}))
		require.NoError(t, s.Connections.PutCredential(ctx, demo, record.CRM, shared))
		require.NoError(t, s.Connections.PutCredential(ctx, demo, record.Billing, own))
		require.NoError(t, s.Connections.PutCredential(ctx, "other", record.CRM, record.Credential{AccountsURL: "https://a.example", ClientID: "x"}))
		for _, c := range []record.Credential{shared, own} {
			require.NoError(t, s.Connections.PutToken(ctx, c.TokenID(), []byte("access")))
		}
		require.NoError(t, s.DB.Write(ctx, func(tx db.Session) error { return connections.ForgetTokens(ctx, s.DB, tx, demo) }))
		kept, err := s.Connections.Token(ctx, shared.TokenID())
		require.NoError(t, err)
		require.Equal(t, "access", string(kept))
		gone, err := s.Connections.Token(ctx, own.TokenID())
		require.NoError(t, err)
		require.Nil(t, gone)
	})
}

func testAnExportIsSteadyAndSummed(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		ctx := t.Context()
		scene(t, s)
		d := confirmed(t, s, "p1")
		var planned, again, done bytes.Buffer
		sum, err := s.Deletions.CSV(ctx, d.ID, true, &planned)
		require.NoError(t, err)
		finished(t, s, d)
		same, err := s.Deletions.CSV(ctx, d.ID, true, &again)
		require.NoError(t, err)
		require.Equal(t, sum, same)
		require.Equal(t, planned.String(), again.String())
		other, err := s.Deletions.CSV(ctx, d.ID, false, &done)
		require.NoError(t, err)
		require.NotEqual(t, sum, other)
		require.Len(t, strings.Split(strings.TrimSpace(done.String()), "\n"), 16)
		require.Contains(t, done.String(), "customers,billing,customers,c1,,Accounts,a1,Name 1,crm,false,,false,,converted,deleted,deleted,,,")
		require.NoError(t, s.Deletions.KeepChecksum(ctx, d.ID, sum))
		require.NoError(t, s.Deletions.KeepChecksum(ctx, d.ID, "another"))
		d, err = s.Deletions.Get(ctx, demo, d.ID)
		require.NoError(t, err)
		require.Equal(t, sum, d.Checksum)
	})
}

var deletionEndTests = []Test{
	{"WhatIsNotAsItShouldBeIsDoneAgainAndKeepsTheConnection", testWhatIsNotAsItShouldBeIsDoneAgainAndKeepsTheConnection},
	{"NothingIsLeftOfADeletedConnectionButItsDeletion", testNothingIsLeftOfADeletedConnectionButItsDeletion},
	{"ATokenThatAnotherConnectionUsesStaysWithIt", testATokenThatAnotherConnectionUsesStaysWithIt},
	{"AnExportIsSteadyAndSummed", testAnExportIsSteadyAndSummed},
}
