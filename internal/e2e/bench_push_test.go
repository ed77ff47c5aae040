//go:build unix

package e2e_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"causeway/workflows/contract"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
	"golang.org/x/sync/errgroup"
)

// envPushes sets how many pushes the benchmark makes in each condition.
const envPushes = "CAUSEWAY_BENCH_PUSHES"

// perSecond is the rate of pushes that the product has to sustain.
const perSecond = 25

// BenchmarkPush measures a push from outside: when nothing else runs, during a first sync at full speed, and during one
// that may make 100 requests a minute. It compares with an empty update-with-start of one activity that does nothing, on
// the same Temporal. It also measures whether 25 pushes a second are sustained:
//
//	go test -run '^$' -bench Push -benchtime 1x -timeout 30m ./internal/e2e
//
// Compare ratios within one run only: the times depend on the machine.
func BenchmarkPush(b *testing.B) {
	for range b.N {
		n := number(b, envPushes, 400)
		s := deploySelling(b, deploy(b, 300))
		s.latencies(b, n/10) // what is made only once
		empty := s.empties(b, n/2)
		idle := s.latencies(b, n)
		empty = sorted(slices.Concat(empty, s.empties(b, n/2))) // before and after: the machine is noisy
		ratio(b, "idle", idle, empty)
		s.sustains(b, perSecond, 20*time.Second)
		slow := s.paced(b, slowPushes, slowPace)
		ratio(b, "full", under(b, n/2, 0), idle)
		// These pushes keep within what a minute allows. They are also compared with idle ones of the same pace, whose
		held := under(b, slowPushes, slowPace, "--billing-calls-per-minute=100")
		ratio(b, "held", held, idle)
		ratio(b, "held-paced", held, slow)
	}
}

// slowPushes are made one each slowPace, which 100 calls a minute allow.
const (
	slowPushes = 15
	slowPace   = 7 * time.Second
)

// paced measures pushes with a pause after each.
func (s *selling) paced(b *testing.B, n int, pause time.Duration) []time.Duration {
	b.Helper()
	took := make([]time.Duration, n)
	for i := range n {
		took[i] = s.latencies(b, 1)[0]
		<-time.After(pause)
	}
	return sorted(took)
}

// under measures pushes, with a pause after each, while the first sync of their connection runs.
func under(b *testing.B, n int, pause time.Duration, bounds ...string) []time.Duration {
	b.Helper()
	d := deploy(b, 20000)
	s := &selling{deployment: d}
	worker := d.startWorker(b)
	defer func() { worker.Kill(); d.temporal.Kill(); d.sandbox.Kill() }()
	d.connect(b, "accounts_and_contacts", bounds...)
	s.dial(b)
	s.turnOnTransactions(b)
	s.accounts, s.products = s.accounts[:10], s.products[:10]
	for i := range 10 { // these import the customers and items
		s.mustPush(b, i)
		<-time.After(pause)
	}
	took := s.paced(b, n, pause)
	status, err := s.admin.Status(b.Context(), "demo")
	require.NoError(b, err)
	require.NotNil(b, status.Running, "it was measured under a sync")
	return took
}

// ratio reports how a condition compares, at the median and at the 99th percentile.
func ratio(b *testing.B, name string, took, against []time.Duration) {
	b.Helper()
	b.ReportMetric(float64(at(took, 50))/float64(at(against, 50)), "x-p50-"+name)
	b.ReportMetric(float64(at(took, 99))/float64(at(against, 99)), "x-p99-"+name)
	b.Logf("%s: median %s against %s, 99th percentile %s against %s, of %d", name, at(took, 50), at(against, 50), at(took, 99), at(against, 99), len(took))
}

func at(sorted []time.Duration, percent int) time.Duration {
	return sorted[min(len(sorted)*percent/100, len(sorted)-1)]
}

func sorted(of []time.Duration) []time.Duration {
	slices.Sort(of)
	return of
}

// latencies measures pushes of new invoices, one after the other.
func (s *selling) latencies(b *testing.B, n int) []time.Duration {
	b.Helper()
	out := make([]time.Duration, n)
	for i := range n {
		begun := time.Now()
		s.mustPush(b, i)
		out[i] = time.Since(begun)
	}
	return sorted(out)
}

func (s *selling) mustPush(b *testing.B, n int) {
	b.Helper()
	got, err := s.push(b.Context(), contract.TypeInvoice, uuid.NewString(), uuid.NewString(), contract.ActionSave, s.document(n))
	require.NoError(b, err)
	require.Equal(b, contract.PushDone, got.Status, "%+v", got.Failure)
}

func nothing(context.Context) error { return nil }

// idler is a workflow with an update of one activity that does nothing.
func idler(ctx workflow.Context) error {
	done := false
	err := workflow.SetUpdateHandler(ctx, "do", func(ctx workflow.Context) error {
		ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute})
		err := workflow.ExecuteActivity(ctx, nothing).Get(ctx, nil)
		done = true
		return err
	})
	if err != nil {
		return err
	}
	return workflow.Await(ctx, func() bool { return done && workflow.AllHandlersFinished(ctx) })
}

// empties measures idler's update, started with its workflow, on a worker of its own.
func (s *selling) empties(b *testing.B, n int) []time.Duration {
	b.Helper()
	c := s.client(b)
	w := worker.New(c, "empty", worker.Options{})
	w.RegisterWorkflowWithOptions(idler, workflow.RegisterOptions{Name: "idler"})
	w.RegisterActivityWithOptions(nothing, activity.RegisterOptions{Name: "nothing"})
	require.NoError(b, w.Start())
	defer w.Stop()
	out := make([]time.Duration, n)
	for i := range n {
		begun := time.Now()
		handle, err := c.UpdateWithStartWorkflow(b.Context(), client.UpdateWithStartWorkflowOptions{
			StartWorkflowOperation: c.NewWithStartWorkflowOperation(client.StartWorkflowOptions{
				ID: uuid.NewString(), TaskQueue: "empty", WorkflowIDConflictPolicy: enums.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
			}, "idler"),
			UpdateOptions: client.UpdateWorkflowOptions{UpdateName: "do", WaitForStage: client.WorkflowUpdateStageCompleted},
		})
		require.NoError(b, err)
		require.NoError(b, handle.Get(b.Context(), nil))
		out[i] = time.Since(begun)
	}
	return sorted(out)
}

// sustains pushes at a rate, and requires that no queue grows: the last quarter takes about as long as the first.
func (s *selling) sustains(b *testing.B, rate int, during time.Duration) {
	b.Helper()
	n := rate * int(during/time.Second)
	took := make([]time.Duration, n)
	var g errgroup.Group
	tick := time.NewTicker(time.Second / time.Duration(rate))
	defer tick.Stop()
	begun := time.Now()
	for i := range n {
		<-tick.C
		g.Go(func() error {
			from := time.Now()
			got, err := s.push(b.Context(), contract.TypeInvoice, uuid.NewString(), uuid.NewString(), contract.ActionSave, s.document(i))
			took[i] = time.Since(from)
			if err == nil && got.Status != contract.PushDone {
				err = fmt.Errorf("%s: %+v", got.Status, got.Failure)
			}
			return err
		})
	}
	require.NoError(b, g.Wait())
	done := float64(n) / time.Since(begun).Seconds()
	first, last := sorted(slices.Clone(took[:n/4])), sorted(slices.Clone(took[3*n/4:]))
	b.ReportMetric(done, "pushes/s")
	b.Logf("%.1f pushes a second: median %s in the first quarter, %s in the last", done, at(first, 50), at(last, 50))
	require.Less(b, at(last, 50), 3*at(first, 50), "a queue grows")
}
