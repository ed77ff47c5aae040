//go:build unix

package e2e_test

import (
	"testing"
	"time"

	"causeway/internal/proctest"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

// shortTimeouts keeps the tests short: a call's deadline, and how late a write may still take effect.
var shortTimeouts = []string{"--call-timeout=2s", "--settle-margin=2s"}

// lateWrites makes late writes take effect within the margin of shortTimeouts.
const lateWrites = "--setting=lateWriteDelay=500ms"

func TestWorkersKilledInMidSyncLoseAndDoubleNothing(t *testing.T) {
	t.Parallel()
	d, dice, records := deploy(t, number(t, envRecords, 400), lateWrites), newDice(t), number(t, envRecords, 400)
	d.workerArgs = shortTimeouts
	d.connect(t, "accounts_and_contacts")
	rounds := number(t, envRounds, 2)
	for range rounds {
		w := d.startWorker(t)
		moment := d.sides.writes() + dice.IntN(2*records/rounds)
		done := d.awaitUnlessDone(t, w, func() bool { return d.sides.writes() > moment })
		w.EndsWithin(dice.within(20 * time.Millisecond))
		w.Kill()
		if done {
			break
		}
	}
	d.startWorker(t)
	d.requireAgreement(t, d.awaitDone(t))
}

func TestSidesKilledAndStartedAgainLoseAndDoubleNothing(t *testing.T) {
	t.Parallel()
	d, dice, records := deploy(t, number(t, envRecords, 400), lateWrites), newDice(t), number(t, envRecords, 400)
	d.workerArgs = shortTimeouts
	d.connect(t, "accounts_and_contacts")
	d.startWorker(t)
	rounds := number(t, envRounds, 3)
	d.killUnlessDone(t, dice, rounds, &d.sandbox, d.restartSandbox, func() int { return dice.IntN(2 * records / rounds) }) // it counts from 0 again
	d.requireAgreement(t, d.awaitDone(t))
}

func TestTemporalKilledAndStartedAgainLosesAndDoublesNothing(t *testing.T) {
	t.Parallel()
	d, dice, records := deploy(t, number(t, envRecords, 400), lateWrites), newDice(t), number(t, envRecords, 400)
	d.workerArgs = shortTimeouts
	d.connect(t, "accounts_and_contacts")
	d.startWorker(t)
	rounds := number(t, envRounds, 2)
	d.killUnlessDone(t, dice, rounds, &d.temporal, d.startTemporal, func() int { return d.sides.writes() + dice.IntN(2*records/rounds) })
	d.requireAgreement(t, d.awaitDone(t))
}

// killUnlessDone kills a process and starts it again, in each round a moment after so many writes, until the sync is done.
func (d *deployment) killUnlessDone(t *testing.T, chance dice, rounds int, p **proctest.Process, start func(testing.TB), moment func() int) {
	t.Helper()
	for range rounds {
		at := moment()
		if d.awaitUnlessDone(t, *p, func() bool { return d.sides.writes() > at }) {
			return
		}
		(*p).EndsWithin(chance.within(20 * time.Millisecond))
		(*p).Kill()
		start(t)
	}
}

func (d *deployment) restartSandbox(t testing.TB) { d.startSandbox(t) }

func TestABoundOfCallsSlowsASyncAndNeverFailsIt(t *testing.T) {
	t.Parallel()
	d := deploy(t, 120)
	d.workerArgs = []string{"--call-timeout=1s"} // within a second the bound allows ten calls
	d.connect(t, "accounts", "--billing-calls-per-minute=600")
	d.startWorker(t)
	run := d.awaitDone(t)
	require.Equal(t, 120, run.Entities["customers"].Added)
	require.Less(t, run.TemporalEvents, 150, "not an activity for each few calls")
}

// awaitUnlessDone waits until a condition is met, and reports whether the sync was done before that. It looks at the history
// only now and then: each look starts a process.
func (d *deployment) awaitUnlessDone(t testing.TB, p *proctest.Process, met func() bool) (done bool) {
	t.Helper()
	looked := time.Now()
	ended := p.Reaches(t, func() bool {
		if met() {
			return true
		}
		if time.Since(looked) > lookEvery {
			done = d.firstRun(t).Status == contract.RunCompleted
			looked = time.Now()
		}
		return done
	})
	require.False(t, ended, p.Last())
	return done
}
