//go:build unix

package e2e_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"causeway/internal/proctest"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

// oldKey is the key ring before a new key was added. One worker was forgotten, and has only this one.
const oldKey = "k1:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="

func TestAWorkerThatLacksTheNewKeyEndsNothingAndLosesNothing(t *testing.T) {
	t.Parallel()
	d := deploy(t, 200, "--fault=latency=30ms")
	require.NoError(t, os.WriteFile(d.keyFile(), []byte("k2:YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWY=\n"+oldKey+"\n"), 0o600))
	w := d.startWorker(t)
	d.connect(t, "accounts_and_contacts")
	require.False(t, w.Reaches(t, func() bool { return d.sides.writes() > 50 }), "the sync was over before the worker could be killed")
	w.Kill()

	forgotten := d.options("run")
	forgotten.Env = append(forgotten.Env, "CAUSEWAY_KEY="+oldKey)
	old := proctest.Start(t, proctest.Worker, forgotten)
	old.Says(t, "worker started")
	before := d.sides.writes()
	<-time.After(12 * time.Second) // the heartbeat's time-out and more
	require.Equal(t, before, d.sides.writes(), "it can read neither the task nor the credentials")
	run := d.firstRun(t)
	require.Contains(t, []string{"", contract.RunRunning}, run.Status, "and ends no workflow for it: %+v", run.Failure)
	require.False(t, old.Ended())
	require.True(t, strings.Contains(old.Err(), "k2") || strings.Contains(old.Err(), "CAUSEWAY_KEY"), "it says what it lacks: %s", old.Last())

	old.Kill()
	d.startWorker(t)
	d.requireAgreement(t, d.awaitDone(t))
}
