package activities_test

import (
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"causeway/activities"
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
	w := newWorld(b, options{postgres: postgres}.with(func(r *app.ConnectRequest) { r.Mode = record.ModeAccounts }))
	require.NoError(b, w.box.CRM().Load(b.Context(), sample.Generate(1, n)))
	s := w.stepped(0)
	run := w.mirrored(s).RunID
	rate := func(took time.Duration) float64 { return float64(n) / took.Seconds() }

	took, edited := w.bareUpsert(b, run)
	bare := rate(took)
	decide := rate(w.decideAll(b, run, n))
	planned, first := w.planAll(s, run)
	require.Equal(b, n, planned)
	w.carryOut(b, run)
	w.dueRows(b, run, benchPage, func([]worklist.Due) {}) // a sync of nothing came between: its plan is not measured
	planned, again := w.planAll(s, w.changed(b, s, edited))
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
func (w *world) planAll(s *activities.Sync, run string) (planned int, parts []time.Duration) {
	w.t.Helper()
	in := steps.EntityInput{Connection: demo, RunID: run, Entity: string(record.EntityCustomers)}
	for done := false; !done; {
		from := time.Now()
		out, err := step[steps.PlanResult](w, s, s.PlanPage, in)
		require.NoError(w.t, err)
		parts = append(parts, time.Since(from))
		planned, done, in.From = planned+out.Planned, out.Done, out.Next
	}
	return planned, parts
}

// dueRows calls take with the accounts that are due, page by page, before they are planned.
func (w *world) dueRows(b *testing.B, run string, size int, take func(page []worklist.Due)) {
	b.Helper()
	for after := ""; ; {
		due, err := w.store.Worklist.Due(b.Context(), worklist.Query{
			Connection: demo, Run: run, Entity: record.EntityCustomers, Module: record.Accounts, NoTargets: true, After: after, Limit: size,
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
func (w *world) decideAll(b *testing.B, run string, n int) time.Duration {
	b.Helper()
	conn, err := w.store.Connections.Get(b.Context(), demo)
	require.NoError(b, err)
	prefs, err := w.store.Connections.Preferences(b.Context(), demo, 0)
	require.NoError(b, err)
	planner, maps := reconcile.NewPlanner(reconcile.RulesOf(prefs, conn.Incarnation), record.EntityCustomers), mapping.Of(prefs)
	var took time.Duration
	created := 0
	w.dueRows(b, run, benchPage, func(page []worklist.Due) {
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
func (w *world) carryOut(b *testing.B, run string) {
	b.Helper()
	ctx := b.Context()
	for {
		ops, err := w.store.Operations.Claim(ctx, run, record.EntityCustomers, "bench", benchPage)
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
				Mirror: &record.Record{Side: record.Billing, Module: record.Customers, ID: op.TargetID, Name: op.SourceName, Modified: w.now(), Whole: true, Values: op.After},
				Link: &record.Link{Connection: demo, Entity: op.Entity, CRMModule: op.SourceModule, CRMID: op.SourceID,
					BillingModule: record.Customers, BillingID: op.TargetID, Born: record.CRM, Base: op.After}}
		}
		_, err = w.store.Operations.MarkSent(ctx, "bench", ids, w.now())
		require.NoError(b, err)
		written, err := w.store.Operations.Finish(ctx, "bench", w.now(), outcomes)
		require.NoError(b, err)
		require.Len(b, written, len(ops))
	}
	_, err := w.store.Runs.Finish(ctx, run, record.RunCompleted, "", "", 0, w.now())
	require.NoError(b, err)
}

// changed starts the next run, before which those accounts were edited.
func (w *world) changed(b *testing.B, s *activities.Sync, edited []record.Record) (run string) {
	b.Helper()
	for part := range slices.Chunk(edited, benchPage) {
		for i := range part {
			part[i].Values["Phone"], part[i].Modified = "+49 30 "+strconv.Itoa(i), w.now()
		}
		changed, err := w.store.Mirror.PutPage(b.Context(), mirror.Page{Connection: demo, Side: record.CRM, Module: record.Accounts, Records: part, Done: true})
		require.NoError(b, err)
		require.Equal(b, len(part), changed)
	}
	w.runs++
	in := steps.SyncInput{Connection: demo, RunID: uuid.NewString(), Number: w.runs, Trigger: contract.TriggerManual}
	_, err := step[steps.StartRunResult](w, s, s.StartRun, in)
	require.NoError(b, err)
	return in.RunID
}
