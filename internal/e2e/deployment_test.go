//go:build unix

package e2e_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"causeway/internal/proctest"
	"causeway/internal/report"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
)

// deployment is what a company runs, each part in a process of its own: the two sides, Temporal, workers, and the command
// line beside them.
type deployment struct {
	dir          string
	temporalPort string
	sandboxArgs  []string // ports and behaviour, the same at every start
	workerArgs   []string
	env          []string // added for worker and starter
	store        string   // empty: SQLite in dir
	// temporalDatabase is where Temporal keeps its data. Empty: a file in dir.
	temporalDatabase string
	// continueAsNewAt is the number of events after which workflows continue as new. 0: Temporal's own number.
	continueAsNewAt int
	sides           access
	sandbox         *proctest.Process
	temporal        *proctest.Process
	workersStarted  int
}

// deploy starts the two sides with sample data, Temporal, and a migrated store. No worker runs yet.
func deploy(t testing.TB, records int, sandboxArgs ...string) *deployment {
	t.Helper()
	return deployOn(t, "", records, sandboxArgs...)
}

func deployOn(t testing.TB, store string, records int, sandboxArgs ...string) *deployment {
	t.Helper()
	return deployAs(t, &deployment{store: store}, records, sandboxArgs...)
}

// deployAs starts a deployment that was described: where it keeps its data, and how often workflows continue as new.
func deployAs(t testing.TB, d *deployment, records int, sandboxArgs ...string) *deployment {
	t.Helper()
	d.dir, d.temporalPort = t.TempDir(), strconv.Itoa(proctest.FreePort(t))
	d.sandboxArgs = append([]string{
		"--crm-port=" + strconv.Itoa(proctest.FreePort(t)), "--billing-port=" + strconv.Itoa(proctest.FreePort(t)),
		"--seed=" + strconv.Itoa(number(t, envSeed, 1)), "--setting=tokensPerTenMinutes=0",
	}, sandboxArgs...)
	require.NoError(t, os.WriteFile(d.keyFile(), []byte("k1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\n"), 0o600))
	if slices.ContainsFunc(sandboxArgs, func(arg string) bool { return strings.HasPrefix(arg, "--crm-import=") }) {
		d.startSandbox(t)
	} else {
		d.startSandbox(t, "--records="+strconv.Itoa(records))
	}
	d.startTemporal(t)
	migrated := proctest.Run(t, proctest.Worker, d.options("migrate"))
	require.Zero(t, migrated.Status(), migrated.Last())
	return d
}

// keyFile is the key ring of all programs, in the place where they look for it.
func (d *deployment) keyFile() string { return filepath.Join(d.dir, "causeway.key") }

// converter reads and writes payloads as the deployment does.
func (d *deployment) converter(t testing.TB) converter.DataConverter {
	t.Helper()
	keys, err := os.ReadFile(d.keyFile())
	require.NoError(t, err)
	payloads, err := contract.DataConverter(string(keys))
	require.NoError(t, err)
	return payloads
}

// client connects to Temporal as a backend service does.
func (d *deployment) client(t testing.TB) client.Client {
	t.Helper()
	c, err := client.DialContext(t.Context(), client.Options{HostPort: "127.0.0.1:" + d.temporalPort, DataConverter: d.converter(t)})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

// startSandbox starts the two sides. A second start uses the same data and ports.
func (d *deployment) startSandbox(t testing.TB, more ...string) {
	t.Helper()
	args := append([]string{"sandbox", "--data-dir=" + filepath.Join(d.dir, "sides")}, d.sandboxArgs...)
	d.sandbox = proctest.Start(t, proctest.Dev, proctest.Options{Args: append(args, more...)})
	d.sandbox.FirstLine(t, &d.sides)
}

// startTemporal starts Temporal. A second start uses the same data and port.
func (d *deployment) startTemporal(t testing.TB) {
	t.Helper()
	args := []string{"temporal", "--data-dir=" + filepath.Join(d.dir, "temporal"), "--temporal-port=" + d.temporalPort, "--ui-port=0", "--key=" + d.keyFile()}
	if d.continueAsNewAt > 0 {
		args = append(args, "--continue-as-new-at="+strconv.Itoa(d.continueAsNewAt))
	}
	if d.temporalDatabase != "" {
		args = append(args, "--database="+d.temporalDatabase)
	}
	d.temporal = proctest.Start(t, proctest.Dev, proctest.Options{Args: args})
	var ready struct {
		Address string `json:"address"`
	}
	d.temporal.FirstLine(t, &ready)
	require.Equal(t, "127.0.0.1:"+d.temporalPort, ready.Address)
}

// options are those of a worker or starter that works on the deployment's store and Temporal.
func (d *deployment) options(args ...string) proctest.Options {
	o := proctest.Options{
		Args: append(args, "--data-dir="+d.dir),
		Env:  append([]string{"TEMPORAL_ADDRESS=127.0.0.1:" + d.temporalPort}, d.env...),
	}
	if d.store != "" {
		o.Env = append(o.Env, "CAUSEWAY_STORE="+d.store)
	}
	return o
}

// startWorker starts one more worker, and waits until it polls.
func (d *deployment) startWorker(t testing.TB) *proctest.Process {
	t.Helper()
	d.workersStarted++
	w := proctest.Start(t, proctest.Worker, d.options(append([]string{"run"}, d.workerArgs...)...))
	w.Says(t, "worker started")
	return w
}

// connect makes the connection. Unless told otherwise, it syncs from the CRM to billing only. Its workflow begins the
// first sync as soon as a worker polls.
func (d *deployment) connect(t testing.TB, mode string, more ...string) {
	t.Helper()
	credentials, err := json.Marshal(d.sides)
	require.NoError(t, err)
	o := d.options("connect", "demo", "--credentials=-", "--yes", "--output=json", "--mode="+mode,
		"--customers-extent=fetch", "--items-extent=fetch")
	o.Args = append(o.Args, more...)
	o.In = string(credentials)
	starter(t, o)
}

// firstRun returns the first sync as the history has it now. It is empty before that sync has begun.
func (d *deployment) firstRun(t testing.TB) report.Run {
	t.Helper()
	runs := d.history(t)
	require.LessOrEqual(t, len(runs), 1, "one first sync, however often it was cut off")
	if len(runs) == 0 {
		return report.Run{}
	}
	return runs[0]
}

// Bounds of a sync in the tests with force. Most of the time is waiting for the time-outs of frozen or killed workers.
const (
	syncWithin = 4 * time.Minute
	lookEvery  = 500 * time.Millisecond
)

// await waits until the first sync meets the condition, and returns it.
func (d *deployment) await(t testing.TB, what string, met func(report.Run) bool) report.Run {
	t.Helper()
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	late := time.After(syncWithin)
	for {
		run := d.firstRun(t)
		if met(run) {
			return run
		}
		select {
		case <-tick.C:
		case <-late:
			require.FailNow(t, "the sync is not "+what+" within "+syncWithin.String(), "%+v", run)
		}
	}
}

// awaitDone waits until the sync has ended, and requires that it completed. A sync that was resumed stays paused in the
// store until it runs.
func (d *deployment) awaitDone(t testing.TB) report.Run {
	t.Helper()
	run := d.await(t, "finished", func(r report.Run) bool {
		return r.Status != "" && r.Status != contract.RunRunning && r.Status != contract.RunPaused
	})
	require.Equal(t, contract.RunCompleted, run.Status, "%+v", run.Failure)
	return run
}

// requireAgreement requires that nothing is lost and nothing doubled, seen from outside and by `starter verify`.
func (d *deployment) requireAgreement(t testing.TB, run report.Run) {
	t.Helper()
	requireComplete(t, lookFromOutside(t, d.sides), run)
	d.verify(t)
}

// added returns how many records the run has added so far.
func added(r report.Run) int {
	n := 0
	for _, c := range r.Entities {
		n += c.Added
	}
	return n
}
