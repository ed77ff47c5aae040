package store

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"causeway/internal/record"
	"causeway/internal/store/connections"
	"causeway/internal/store/db"
	"causeway/internal/store/deletions"
	"causeway/internal/store/pushes"

	"github.com/stretchr/testify/require"
)

func TestAPlanDeletesOnlyWhatWasCreatedHereAndHasNoTransactions(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		scene(t, s)
		planOf(t, s, "p1", now)
		rows := rowsOf(t, s, "p1")
		got := map[string][2]string{}
		for id, r := range rows {
			got[id] = [2]string{r.PlanAll, r.PlanSome}
		}
		require.Equal(t, map[string][2]string{
			"c1": {deletions.Converted, deletions.DeletedOut}, "c2": {deletions.Converted, deletions.Converted}, "c3": {deletions.Kept, deletions.Kept}, "c4": {deletions.Kept, deletions.Kept}, "c5": {deletions.Kept, deletions.Kept},
			"c6": {deletions.Converted, deletions.Converted}, "c7": {deletions.Kept, deletions.Kept}, "c8": {deletions.Kept, deletions.Kept}, "c9": {deletions.GoneByHand, deletions.GoneByHand},
			"p1": {deletions.Converted, deletions.DeletedOut}, "p2": {deletions.Converted, deletions.Converted}, "p6": {deletions.Kept, deletions.Kept},
			"a3": {deletions.Converted, deletions.Converted}, "a8": {deletions.Converted, deletions.Converted}, "i1": {deletions.Converted, deletions.Converted},
		}, got)
		require.Equal(t, deletions.HeldPersons, rows["c6"].Held)
		require.True(t, rows["c4"].Transactions)
		require.Equal(t, deletions.RowDone, rows["c9"].State)
		counts, err := s.Deletions.CountPlan(t.Context(), "p1")
		require.NoError(t, err)
		require.Equal(t, deletions.PlanCounts{Linked: 8, BornCRM: 3, BornBilling: 2, Duplicates: 3, Transactions: 2,
			All: map[string]int{deletions.Converted: 3, deletions.Kept: 5}, Some: map[string]int{deletions.Converted: 2, deletions.DeletedOut: 1, deletions.Kept: 5}}, counts["customers"])
		require.Equal(t, 2, counts[deletions.PartMarkers].CRM)
	})
}

func TestWhatAnotherConnectionHasLinkedIsNotDeleted(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		pairOf(t, s, "1", record.CRM, inc+"accounts-a1")
		require.NoError(t, s.Connections.Create(t.Context(), record.Connection{ID: "other", Incarnation: "inc2", CRMOrg: "crm-2", BillingOrg: "bill-1", CreatedAt: now}))
		linked(t, s, record.Link{Connection: "other", Entity: record.EntityCustomers, CRMModule: record.Accounts, CRMID: "z1",
			BillingModule: record.Customers, BillingID: "c1", Born: record.Billing})
		planOf(t, s, "p1", now)
		row := rowsOf(t, s, "p1")["c1"]
		require.Equal(t, deletions.Converted, row.PlanSome)
		require.Equal(t, deletions.HeldElsewhere, row.Held)
	})
}

func TestAPlanMadeTwiceIsOnePlanWithOneToken(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		scene(t, s)
		d := planOf(t, s, "p1", now)
		before := rowsOf(t, s, "p1")
		late := d
		late.Place = deletions.Place{}
		next, _, err := s.Deletions.PlanPart(t.Context(), late, 100)
		require.NoError(t, err)
		require.True(t, next.Planned(), "an attempt that comes late learns where the plan stands")
		late.Place = deletions.Place{Stage: deletions.StageTransactions}
		_, err = s.Deletions.MarkTransactions(t.Context(), late, 1, deletions.Transactions{Customers: []string{"c1"}})
		require.NoError(t, err)
		require.Equal(t, before, rowsOf(t, s, "p1"))
		require.NoError(t, s.Deletions.FinishPlan(t.Context(), d, "{}", "another"))
		require.NoError(t, s.Deletions.Confirm(t.Context(), confirmation(t, s, "p1")))
	})
}

func code(t testing.TB, err error) string {
	t.Helper()
	require.True(t, record.IsKind(err, record.Conflict), "%v", err)
	var e *record.Error
	require.ErrorAs(t, err, &e)
	return e.Code
}

func TestATokenConfirmsItsOwnPlanOnce(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		scene(t, s)
		planOf(t, s, "p0", now)
		planOf(t, s, "p1", now.Add(time.Minute))
		require.Equal(t, deletions.CodeTokenOld, code(t, s.Deletions.Confirm(ctx, confirmation(t, s, "p0"))), "a newer plan")
		c := confirmation(t, s, "p1")
		other := c
		other.Token = confirmation(t, s, "p0").Token
		require.Equal(t, deletions.CodeTokenOtherPlan, code(t, s.Deletions.Confirm(ctx, other)))
		unknown := c
		unknown.Plan = "p9"
		require.Equal(t, deletions.CodePlanUnknown, code(t, s.Deletions.Confirm(ctx, unknown)))
		old := c
		old.At = now.Add(deletions.PlanLives + 2*time.Minute)
		require.Equal(t, deletions.CodeTokenOld, code(t, s.Deletions.Confirm(ctx, old)))
		require.NoError(t, s.Deletions.Confirm(ctx, c))
		require.NoError(t, s.Deletions.Confirm(ctx, c), "the same request, delivered twice")
		second := c
		second.Request = "r2"
		require.Equal(t, deletions.CodeTokenUsed, code(t, s.Deletions.Confirm(ctx, second)))
	})
}

func TestAPlanIsOldOnceTheConnectionWasSynced(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		scene(t, s)
		planOf(t, s, "p1", now)
		pairOf(t, s, "99", record.CRM, "")
		require.Equal(t, deletions.CodeTokenOld, code(t, s.Deletions.Confirm(t.Context(), confirmation(t, s, "p1"))))
		planOf(t, s, "p2", now.Add(-time.Minute))
		planOf(t, s, "p3", now.Add(time.Minute))
		require.NoError(t, s.Deletions.Confirm(t.Context(), confirmation(t, s, "p3")))
		planOf(t, s, "p4", now.Add(-time.Minute))
		startRun(t, s, 1)
		require.Equal(t, deletions.CodeTokenOld, code(t, s.Deletions.Confirm(t.Context(), confirmation(t, s, "p4"))))
	})
}

func TestARecordIsDoneUnderItsClaimAlone(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		scene(t, s)
		d := confirmed(t, s, "p1")
		first, last, err := s.Deletions.Claim(ctx, d, "customers", "one", deletions.RowPlace{}, 2)
		require.NoError(t, err)
		require.Len(t, first, 2)
		require.Equal(t, deletions.RowPlace{ID: "c2", Module: "customers"}, *last)
		granted, err := s.Deletions.MarkSent(ctx, d.ID, "customers", record.Customers, "one", []string{"c1", "c2", "c3"}, now)
		require.NoError(t, err)
		require.Equal(t, []string{"c1", "c2"}, granted, "c3 is not its own")
		_, _, err = s.Deletions.Claim(ctx, d, "customers", "two", deletions.RowPlace{}, 1)
		require.NoError(t, err)
		for i := range first {
			first[i].State, first[i].Outcome = deletions.RowDone, deletions.DeletedOut
		}
		written, _, err := s.Deletions.Finish(ctx, d.ID, "one", now, first)
		require.NoError(t, err)
		require.Equal(t, []string{"c2"}, written, "c1 was taken over")
		again, _, err := s.Deletions.Finish(ctx, d.ID, "one", now, first)
		require.NoError(t, err)
		require.Empty(t, again)
		granted, err = s.Deletions.MarkSent(ctx, d.ID, "customers", record.Customers, "one", []string{"c1", "c2"}, now)
		require.NoError(t, err)
		require.Empty(t, granted)
		rows, _, err := s.Deletions.Claim(ctx, d, "customers", "three", deletions.RowPlace{}, 100)
		require.NoError(t, err)
		require.Len(t, rows, 7, "what is done, or gone, is claimed no more")
	})
}

func TestContactPersonsGoWithTheirCustomers(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		scene(t, s)
		d := confirmed(t, s, "p1")
		rows, _, err := s.Deletions.Claim(ctx, d, "contact_persons", "one", deletions.RowPlace{}, 100)
		require.NoError(t, err)
		require.Len(t, rows, 2, "p1 goes with its customer")
		open, err := s.Deletions.CountOpen(ctx, d, "contact_persons")
		require.NoError(t, err)
		require.Equal(t, deletions.OpenRows{Open: 2}, open)
		for _, outcome := range []string{deletions.DeletedOut, deletions.Converted} {
			require.NoError(t, s.db.Write(ctx, func(tx db.Session) error {
				_, err := tx.Exec(ctx, `UPDATE deletion_records SET state = 'open' WHERE id = 'c1'`) // found alive, say
				return err
			}))
			customers, _, err := s.Deletions.Claim(ctx, d, "customers", "one", deletions.RowPlace{}, 1)
			require.NoError(t, err)
			customers[0].State, customers[0].Outcome = deletions.RowDone, outcome
			_, persons, err := s.Deletions.Finish(ctx, d.ID, "one", now, customers)
			require.NoError(t, err)
			require.Equal(t, []string{outcome}, persons)
			require.Equal(t, outcome, rowsOf(t, s, "p1")["p1"].Outcome)
		}
	})
}

// finished brings all records of a deletion to their planned outcomes.
func finished(t testing.TB, s *Store, d deletions.Deletion) {
	t.Helper()
	ctx := context.Background()
	var seen []deletions.Seen
	for _, part := range []string{"contact_persons", "customers", "items", deletions.PartMarkers} {
		rows, _, err := s.Deletions.Claim(ctx, d, part, "one", deletions.RowPlace{}, 100)
		require.NoError(t, err)
		for i := range rows {
			rows[i].State, rows[i].Outcome = deletions.RowDone, rows[i].Planned(d.Choice)
		}
		_, _, err = s.Deletions.Finish(ctx, d.ID, "one", now, rows)
		require.NoError(t, err)
	}
	for _, r := range rowsOf(t, s, d.ID) {
		seen = append(seen, deletions.Seen{Part: r.Part, Module: r.Module, ID: r.ID, Found: deletions.VerifiedOK})
	}
	require.NoError(t, s.Deletions.KeepSeen(ctx, d.ID, seen))
}

func TestWhatIsNotAsItShouldBeIsDoneAgainAndKeepsTheConnection(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		scene(t, s)
		d := confirmed(t, s, "p1")
		_, err := s.Deletions.RemovePart(ctx, d, "sum", now, 100)
		require.Equal(t, deletions.CodeNotAsPlanned, code(t, err))
		finished(t, s, d)
		require.NoError(t, s.Deletions.KeepSeen(ctx, d.ID, []deletions.Seen{{Part: "customers", Module: record.Customers, ID: "c2", Found: "it carries a marker"}}))
		n, first, err := s.Deletions.Unverified(ctx, d.ID)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		require.Equal(t, "c2", first.ID)
		require.Equal(t, deletions.RowOpen, first.State)
		_, err = s.Deletions.RemovePart(ctx, d, "sum", now, 100)
		require.Equal(t, deletions.CodeNotAsPlanned, code(t, err))
		finished(t, s, d)
		require.NoError(t, s.Deletions.KeepApp(ctx, d.ID, deletions.App{App: "x", Name: "X", Outcome: "failed"}))
		_, err = s.Deletions.RemovePart(ctx, d, "sum", now, 100)
		require.Equal(t, deletions.CodeNotAsPlanned, code(t, err))
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
	require.NoError(t, s.db.Reader().All(t.Context(), &names, query))
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

func TestNothingIsLeftOfADeletedConnectionButItsDeletion(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
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

func TestATokenThatAnotherConnectionUsesStaysWithIt(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
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
		require.NoError(t, s.db.Write(ctx, func(tx db.Session) error { return connections.ForgetTokens(ctx, s.db, tx, demo) }))
		kept, err := s.Connections.Token(ctx, shared.TokenID())
		require.NoError(t, err)
		require.Equal(t, "access", string(kept))
		gone, err := s.Connections.Token(ctx, own.TokenID())
		require.NoError(t, err)
		require.Nil(t, gone)
	})
}

func TestAnExportIsSteadyAndSummed(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
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

func TestEveryTableOfAConnectionIsRemovedOrKeptOnPurpose(t *testing.T) {
	t.Parallel()
	s := fresh(t, databases["sqlite"](t))
	var names []string
	require.NoError(t, s.db.Reader().All(t.Context(), &names, `
SELECT DISTINCT m.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name IN ('connection', 'run') ORDER BY 1`))
	// A webhook serves until the last notices were delivered, and goes a day after its connection.
	known := map[string]bool{"deletions": true, "notices": true, "webhooks": true}
	for _, table := range deletions.RemovedTables() {
		known[table] = true
	}
	for _, name := range names {
		require.True(t, known[name], "what becomes of %s when its connection is deleted? say it in removals", name)
	}
}
