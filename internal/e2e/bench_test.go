//go:build unix

package e2e_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"causeway/internal/report"
	"causeway/internal/store/pgtest"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"
)

// The benchmark's size, and whether memory is measured too, with ten times as many records, which takes long.
const (
	envBenchRecords = "CAUSEWAY_BENCH_RECORDS"
	envBenchMemory  = "CAUSEWAY_BENCH_MEMORY"
)

// BenchmarkSync measures a first sync, and then one that has nothing to do, with sides, Temporal and worker in processes
// of their own. It compares with a bare loop that does the same and keeps no state:
//
//	go test -run '^$' -bench Sync -benchtime 1x ./internal/e2e
//
// Compare ratios within one run only: the times depend on the machine.
func BenchmarkSync(b *testing.B) {
	for _, latency := range []string{"0ms", "20ms"} {
		for _, on := range []struct {
			name  string
			store func(testing.TB) string
		}{
			{"sqlite", func(testing.TB) string { return "" }},
			{"postgres", pgtest.New},
		} {
			b.Run("latency="+latency+"/store="+on.name, func(b *testing.B) {
				for range b.N {
					measure(b, number(b, envBenchRecords, 20_000), latency, on.store(b))
				}
			})
		}
	}
}

// BenchmarkMemory measures how much the worker's peak of memory grows with ten times the records.
func BenchmarkMemory(b *testing.B) {
	if os.Getenv(envBenchMemory) == "" {
		b.Skip("long: set " + envBenchMemory + "=1")
	}
	for range b.N {
		small := measure(b, number(b, envBenchRecords, 20_000), "0ms", "")
		large := measure(b, 10*number(b, envBenchRecords, 20_000), "0ms", "")
		b.ReportMetric(mib(large-small), "MiB-grown")
	}
}

func mib(bytes int64) float64 { return float64(bytes) / (1 << 20) }

// measure syncs fresh sides of that size, logs what it took, and returns the worker's peak of memory.
func measure(b *testing.B, records int, latency, store string) int64 {
	b.Helper()
	loop, made := loopOnce(b, records, latency)

	d := deployOn(b, store, records, "--fault=latency="+latency)
	w := d.startWorker(b)
	d.connect(b, "accounts")
	run := d.awaitDone(b)
	total := added(run)
	require.Equal(b, made, total, "the loop and the sync do the same work")
	took := time.Duration(run.DurationMS) * time.Millisecond
	ratio := float64(took) / float64(loop)
	longest, largest, steps := d.activities(b, run.WorkflowID)
	peak := w.PeakMemory(b)
	again := d.syncAgain(b)
	b.ReportMetric(ratio, "x-loop")
	b.ReportMetric(float64(run.TemporalEvents)*1000/float64(total), "events/krec")
	b.ReportMetric(float64(run.APICalls["billing"].Write)/float64(total), "writes/rec")
	b.ReportMetric(mib(peak), "MiB-peak")
	b.Logf("%d records, latency %s: loop %s, sync %s: %.2f times; %.1f events per 1,000 records; longest activity %s, largest %d records; "+
		"%.3f writes a record; worker's peak %.0f MiB\nsteps: %v\nsync of nothing: %s, calls %+v",
		total, latency, loop.Round(time.Millisecond), took, ratio, float64(run.TemporalEvents)*1000/float64(total),
		longest.Round(time.Millisecond), largest, float64(run.APICalls["billing"].Write)/float64(total), mib(peak), steps,
		time.Duration(again.DurationMS)*time.Millisecond, again.APICalls)
	require.Zero(b, again.APICalls["billing"].Write, "a sync of nothing writes nothing")
	w.Stop(b)
	d.temporal.Kill()
	d.sandbox.Kill()
	return peak
}

// loopOnce runs the bare loop on fresh sides of its own.
func loopOnce(b *testing.B, records int, latency string) (time.Duration, int) {
	b.Helper()
	d := &deployment{dir: b.TempDir()}
	d.sandboxArgs = []string{"--crm-port=0", "--billing-port=0", "--setting=tokensPerTenMinutes=0", "--seed=1", "--fault=latency=" + latency}
	d.startSandbox(b, fmt.Sprintf("--records=%d", records))
	defer d.sandbox.Kill()
	return bareLoop(b, d.sides)
}

// syncAgain syncs once more, and returns that sync.
func (d *deployment) syncAgain(b *testing.B) report.Run {
	b.Helper()
	var run report.Run
	d.answer(b, &run, "sync", "demo", "--wait")
	return run
}

// activities returns a workflow's longest activity, the most records that one activity handled, and how long the
// activities of each kind took together.
func (d *deployment) activities(b *testing.B, workflowID string) (longest time.Duration, largest int, steps map[string]time.Duration) {
	b.Helper()
	c, conv := d.client(b), d.converter(b)
	started, name := map[int64]time.Time{}, map[int64]string{}
	steps = map[string]time.Duration{}
	for _, e := range readHistory(b.Context(), b, c, workflowID, "").GetEvents() {
		if scheduled := e.GetActivityTaskScheduledEventAttributes(); scheduled != nil {
			name[e.GetEventId()] = scheduled.GetActivityType().GetName()
		}
		if e.GetEventType() == enums.EVENT_TYPE_ACTIVITY_TASK_STARTED {
			started[e.GetEventId()] = e.GetEventTime().AsTime()
		}
		done := e.GetActivityTaskCompletedEventAttributes()
		if done == nil {
			continue
		}
		took := e.GetEventTime().AsTime().Sub(started[done.GetStartedEventId()])
		steps[name[done.GetScheduledEventId()]] += took.Round(time.Millisecond)
		longest = max(longest, took)
		var handled struct{ Read, Planned, Applied int }
		if payloads := done.GetResult().GetPayloads(); len(payloads) > 0 {
			_ = conv.FromPayload(payloads[0], &handled) // some activities return something else
		}
		largest = max(largest, handled.Read, handled.Applied)
	}
	return longest, largest, steps
}
