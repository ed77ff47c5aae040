package activities_test

import (
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"causeway/activities"
	"causeway/activities/activitytest"
	"causeway/internal/app"
	"causeway/internal/mapping"
	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/internal/sandbox/sample"
	"causeway/internal/steps"
	"causeway/internal/store/mirror"
	"causeway/internal/store/operations"
	"causeway/internal/store/worklist"
	"causeway/workflows/contract"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

const (
	// envBenchRecords is the number of accounts, as worker/dev's benchmarks have it.
	envBenchRecords = "CAUSEWAY_BENCH_RECORDS"
	// changedOf is how many rows there are for each one that changed: 1,000 among 200,000.
	changedOf = 200
	// benchPage is how many rows are read and stored at once, as pages of a side come.
	benchPage = 200
)

func benchRecords(b *testing.B) int {
	b.Helper()
	text := os.Getenv(envBenchRecords)
	if text == "" {
		return 20_000
	}
	n, err := strconv.Atoi(text)
	require.NoError(b, err)
	return n
}

// BenchmarkPlan measures planning, in rows a second, and how many times as fast it is as the bare upsert of the
// same rows into the same store (goal: 10):
//
//		go test -run '^$' -bench Plan -benchtime 1x ./activities
//
//	  - decide: the planner alone, on rows that are read and mapped, each of which becomes an operation;
//	  - changes: the plan of a sync in which one row of 200 changed, from and into the store, by all rows that it
//	    answers for. It begins with what it reads, so what did not change costs it nothing;
//	  - first: the plan of a first sync, in which each row becomes an operation in the store, with what it was and
//	    what it will be: that is an upsert of its own, of more columns, with indexes.
func BenchmarkPlan(b *testing.B) {
	for _, on := range []string{"sqlite", "postgres"} {
		b.Run("store="+on, func(b *testing.B) {
			for range b.N {
				benchPlan(b, on == "postgres")
			}
		})
	}
}

func benchPlan(b *testing.B, postgres bool) {
	b.Helper()
	n := benchRecords(b)
	w := activitytest.NewWorld(b, activitytest.Options{Postgres: postgres}.With(func(r *app.ConnectRequest) { r.Mode = record.ModeAccounts }))
	require.NoError(b, w.Box.CRM().Load(b.Context(), sample.Generate(1, n)))
	s := activitytest.Stepped(w, 0)
	run := activitytest.Mirrored(w, s).RunID
	rate := func(took time.Duration) float64 { return float64(n) / took.Seconds() }

	took, edited := bareUpsert(w, b, run)
	bare := rate(took)
	decide := rate(decideAll(w, b, run, n))
	planned, first := planAll(w, s, run)
	require.Equal(b, n, planned)
	carryOut(w, b, run)
	dueRows(w, b, run, benchPage, func([]worklist.Due) {}) // a sync of nothing came between: its plan is not measured
	planned, again := planAll(w, s, changed(w, b, s, edited))
	require.Equal(b, n/changedOf, planned)

	b.ReportMetric(bare, "bare-rows/s")
	tell := func(what string, r float64) {
		b.ReportMetric(r/bare, what+"/bare")
		b.Logf("%s: %.0f rows/s, %.2f times the bare upsert's %.0f", what, r, r/bare, bare)
	}
	tell("decide", decide)
	tell("changes", rate(total(again)))
	tell("first", rate(total(first)))
	full := first[:max(1, len(first)-1)]
	ms := func(i int) time.Duration { return full[i].Round(time.Millisecond) }
	b.Logf("changes: %d decisions in %s; first: %s, of which its part at the beginning %s, in the middle %s, at the end %s",
		planned, total(again).Round(time.Millisecond), total(first).Round(time.Millisecond), ms(0), ms(len(full)/2), ms(len(full)-1))
}

func total(parts []time.Duration) (sum time.Duration) {
	for _, d := range parts {
		sum += d
	}
	return sum
}

// planAll plans the customers of a run, activity after activity, and gives how long each took.
func planAll(w *activitytest.World, s *activities.Sync, run string) (planned int, parts []time.Duration) {
	w.T.Helper()
	in := steps.EntityInput{Connection: activitytest.Demo, RunID: run, Entity: string(record.EntityCustomers)}
	for done := false; !done; {
		from := time.Now()
		out, err := activitytest.Step[steps.PlanResult](w, s, s.PlanPage, in)
		require.NoError(w.T, err)
		parts = append(parts, time.Since(from))
		planned, done, in.From = planned+out.Planned, out.Done, out.Next
	}
	return planned, parts
}

// dueRows calls take with the accounts that are due, page by page, before they are planned.
func dueRows(w *activitytest.World, b *testing.B, run string, size int, take func(page []worklist.Due)) {
	b.Helper()
	for after := ""; ; {
		due, err := w.Store.Worklist.Due(b.Context(), worklist.Query{
			Connection: activitytest.Demo, Run: run, Entity: record.EntityCustomers, Module: record.Accounts, NoTargets: true, After: after, Limit: size,
		})
		require.NoError(b, err)
		if len(due) > 0 {
			take(due)
		}
		if len(due) < size {
			return
		}
		after = due[len(due)-1].Record.ID
	}
}

// decideAll is how long the planner alone takes for all that is due.
func decideAll(w *activitytest.World, b *testing.B, run string, n int) time.Duration {
	b.Helper()
	conn, err := w.Store.Connections.Get(b.Context(), activitytest.Demo)
	require.NoError(b, err)
	prefs, err := w.Store.Connections.Preferences(b.Context(), activitytest.Demo, 0)
	require.NoError(b, err)
	planner, maps := reconcile.NewPlanner(reconcile.RulesOf(prefs, conn.Incarnation), record.EntityCustomers), mapping.Of(prefs)
	var took time.Duration
	created := 0
	dueRows(w, b, run, benchPage, func(page []worklist.Due) {
		sources := make([]reconcile.Source, len(page))
		for i, d := range page {
			mapped := maps.Map(record.EntityCustomers, d.Record)
			sources[i] = reconcile.Source{Record: d.Record, Hash: d.Hash, Values: mapped.Values, Defaults: mapped.Defaults}
		}
		from := time.Now()
		pool := reconcile.NewPool(nil)
		for _, src := range sources {
			if planner.Decide(src, pool.For(planner.Keys(src))).Action == record.ActionCreate {
				created++
			}
		}
		took += time.Since(from)
	})
	require.Equal(b, n, created)
	return took
}

// carryOut has all operations of a run done, in the store's eyes.
func carryOut(w *activitytest.World, b *testing.B, run string) {
	b.Helper()
	ctx := b.Context()
	for {
		ops, err := w.Store.Operations.Claim(ctx, run, record.EntityCustomers, "bench", benchPage)
		require.NoError(b, err)
		if len(ops) == 0 {
			break
		}
		outcomes := make([]operations.Outcome, len(ops))
		ids := make([]string, len(ops))
		for i, op := range ops {
			op.Outcome, op.TargetID = record.Added, "9"+op.SourceID
			ids[i] = op.ID
			outcomes[i] = operations.Outcome{Operation: op,
				Mirror: &record.Record{Side: record.Billing, Module: record.Customers, ID: op.TargetID, Name: op.SourceName, Modified: w.Now(), Whole: true, Values: op.After},
				Link: &record.Link{Connection: activitytest.Demo, Entity: op.Entity, CRMModule: op.SourceModule, CRMID: op.SourceID,
					BillingModule: record.Customers, BillingID: op.TargetID, Born: record.CRM, Base: op.After}}
		}
		_, err = w.Store.Operations.MarkSent(ctx, "bench", ids, w.Now())
		require.NoError(b, err)
		written, err := w.Store.Operations.Finish(ctx, "bench", w.Now(), outcomes)
		require.NoError(b, err)
		require.Len(b, written, len(ops))
	}
	_, err := w.Store.Runs.Finish(ctx, run, record.RunCompleted, "", "", 0, w.Now())
	require.NoError(b, err)
}

// changed starts the next run, before which those accounts were edited.
func changed(w *activitytest.World, b *testing.B, s *activities.Sync, edited []record.Record) (run string) {
	b.Helper()
	for part := range slices.Chunk(edited, benchPage) {
		for i := range part {
			part[i].Values["Phone"], part[i].Modified = "+49 30 "+strconv.Itoa(i), w.Now()
		}
		changed, err := w.Store.Mirror.PutPage(b.Context(), mirror.Page{Connection: activitytest.Demo, Side: record.CRM, Module: record.Accounts, Records: part, Done: true})
		require.NoError(b, err)
		require.Equal(b, len(part), changed)
	}
	w.Runs++
	in := steps.SyncInput{Connection: activitytest.Demo, RunID: uuid.NewString(), Number: w.Runs, Trigger: contract.TriggerManual}
	_, err := activitytest.Step[steps.StartRunResult](w, s, s.StartRun, in)
	require.NoError(b, err)
	return in.RunID
}
