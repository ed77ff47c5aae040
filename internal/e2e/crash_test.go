//go:build unix

package e2e_test

import (
	"strconv"
	"testing"
	"time"

	"causeway/internal/proctest"
	"causeway/internal/report"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

func TestEverythingKilledAgainAndAgainLosesAndDoublesNothing(t *testing.T) {
	t.Parallel()
	dir, d := t.TempDir(), newDice(t)
	records, rounds := number(t, envRecords, 400), number(t, envRounds, 3)
	at := access{CRMURL: localhost(proctest.FreePort(t)), BillingURL: localhost(proctest.FreePort(t))}
	o := proctest.Options{Args: []string{
		"--once", "--output=json", "--data-dir=" + dir, "--seed=" + strconv.Itoa(number(t, envSeed, 1)),
		"--records=" + strconv.Itoa(records), "--temporal-port=0", "--ui-port=0",
		"--crm-port=" + portOf(at.CRMURL), "--billing-port=" + portOf(at.BillingURL),
	}}
	early := proctest.Start(t, proctest.Dev, o)
	early.EndsWithin(d.within(2 * time.Second)) // while it starts, or fills the CRM
	early.Kill()
	killed := 0
	for range rounds {
		p := proctest.Start(t, proctest.Dev, o)
		p.Says(t, "is running. Watch it")
		moment := d.IntN(2 * records / rounds)
		if p.Reaches(t, func() bool { return at.writes() > moment }) {
			break
		}
		p.EndsWithin(d.within(20 * time.Millisecond))
		p.Kill()
		killed++
	}
	last := proctest.Run(t, proctest.Dev, o)
	require.Zero(t, last.Status(), last.Last())
	t.Logf("killed %d times in mid-sync", killed)

	left := &deployment{dir: dir, temporalPort: "1"} // no Temporal listens there: what follows reads the store alone
	run := left.initialRun(t)
	require.Equal(t, contract.RunCompleted, run.Status)
	sandbox := proctest.Start(t, proctest.Dev, proctest.Options{
		Args: []string{"sandbox", "--data-dir=" + dir, "--crm-port=0", "--billing-port=0"}})
	sandbox.FirstLine(t, &at)
	requireComplete(t, lookFromOutside(t, at), run)
	left.verify(t)
}

// initialRun returns the initial sync, which must be one run in the history, however often it was cut off.
func (d *deployment) initialRun(t testing.TB) report.Run {
	t.Helper()
	var initial []report.Run
	for _, r := range d.history(t) {
		if r.Trigger == contract.TriggerInitial {
			initial = append(initial, r)
		}
	}
	require.Len(t, initial, 1, "the first sync is one run, however often it was cut off")
	return initial[0]
}
