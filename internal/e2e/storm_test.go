//go:build unix

package e2e_test

import (
	"slices"
	"testing"
	"time"

	"causeway/internal/report"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

// kills are the blows that kill and freeze: the first of blows.
const kills = 6

// The moments of a storm. What a killed worker had in its hands comes back when its heartbeat is missed, so that
// blows without any pause would let nothing be done.
const (
	betweenBlows = 8 * time.Second
	stormWithin  = 3 * time.Hour
)

// The large form takes a quarter of an hour or two for each store:
//
//	CAUSEWAY_FORCE_RECORDS=20000 CAUSEWAY_FORCE_FAULTS=20 go test -run TestAFirstSyncThatIsHit -timeout 6h ./internal/e2e
func TestAFirstSyncThatIsHitUntilItIsDoneLosesAndDoublesNothing(t *testing.T) {
	t.Parallel()
	for _, on := range forceStores {
		t.Run(on.name, func(t *testing.T) {
			t.Parallel()
			f := newForce(t, on.database(t))
			f.blows = blows[:kills]
			if f.database != nil {
				f.blows = slices.Concat(f.blows, databaseBlows)
			}
			began := time.Now()
			for !f.completed(t) {
				require.Less(t, time.Since(began), stormWithin)
				f.pause(min(betweenBlows, time.Duration(number(t, envRecords, 120))*4*time.Millisecond))
				f.blow(t)
			}
			t.Logf("done after %s and %d blows, in %d runs", time.Since(began).Round(time.Second), f.hits, len(f.runs(t)))
			f.calm(t, "the first sync")
		})
	}
}

// completed says that a run has come to its end.
func (f *force) completed(t testing.TB) bool {
	t.Helper()
	return slices.ContainsFunc(f.runs(t), func(r report.Run) bool { return r.Status == contract.RunCompleted })
}

// runs is the connection's history.
func (f *force) runs(t testing.TB) []report.Run {
	t.Helper()
	return f.history(t, "--limit=10000")
}
