//go:build unix

package e2e_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"causeway/internal/proctest"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

// dice are the seeded moments of a test.
type dice struct{ *rand.Rand }

func roll(t testing.TB) dice {
	t.Helper()
	seed := number(t, envSeed, 1)
	t.Logf("%s=%d", envSeed, seed)
	return dice{rand.New(rand.NewPCG(uint64(seed), 7))}
}

// within is a time from 0 to d.
func (d dice) within(most time.Duration) time.Duration { return time.Duration(d.Int64N(int64(most))) }

func TestEverythingKilledAgainAndAgainLosesAndDoublesNothing(t *testing.T) {
	t.Parallel()
	dir, d := t.TempDir(), roll(t)
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

	run := firstRun(t, "--data-dir="+dir)
	require.Equal(t, contract.RunCompleted, run.Status)
	sandbox := proctest.Start(t, proctest.Dev, proctest.Options{
		Args: []string{"sandbox", "--data-dir=" + dir, "--crm-port=0", "--billing-port=0"}})
	sandbox.FirstLine(t, &at)
	holds(t, lookFromOutside(t, at), run)
	verify(t, "--data-dir="+dir)
}

// holds requires that both sides agree, and that the run tells of all that was added.
func holds(t testing.TB, o *outside, run contract.Run) {
	t.Helper()
	excused := map[string]bool{}
	for _, f := range run.Failures {
		excused[f.RecordID] = true
	}
	c := o.compare(t, excused)
	t.Logf("%d customers, %d contact persons, %d items, %d parked", c.wantCustomers, c.wantPersons, c.wantItems, len(run.Failures))
	for entity, want := range map[string]int{"customers": c.wantCustomers, "contact_persons": c.wantPersons, "items": c.wantItems} {
		require.Equal(t, want, run.Entities[entity].Added, "%s that the run has added", entity)
	}
}

// firstRun is the initial sync as the history tells it.
func firstRun(t testing.TB, args ...string) contract.Run {
	t.Helper()
	p := proctest.Run(t, proctest.Starter, proctest.Options{Args: append([]string{"history", "--output=json"}, args...)})
	require.Zero(t, p.Status(), p.Last())
	var history struct {
		Runs []contract.Run `json:"runs"`
	}
	require.NoError(t, json.Unmarshal(p.Out(), &history))
	var initial []contract.Run
	for _, r := range history.Runs {
		if r.Trigger == contract.TriggerInitial {
			initial = append(initial, r)
		}
	}
	require.Len(t, initial, 1, "the first sync is one run, however often it was cut off")
	return initial[0]
}

// verify requires that `starter verify` finds both sides agreeing.
func verify(t testing.TB, args ...string) {
	t.Helper()
	p := proctest.Run(t, proctest.Starter, proctest.Options{Args: append([]string{"verify", "--output=json"}, args...)})
	require.Zero(t, p.Status(), "%s", fmt.Sprintf("%.2000s\n%s", p.Out(), p.Last()))
}
