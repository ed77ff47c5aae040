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

// kills is how many of blows kill or freeze: the first ones.
const kills = 6

// The times of a storm. The work of a killed worker is given to another only after a heartbeat was missed, so without
// pauses between the blows nothing would ever be done.
const (
	betweenBlows = 8 * time.Second
	stormWithin  = 3 * time.Hour
)

// The large form takes a quarter to half an hour for each store:
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
			f.requireCalm(t, "the first sync")
		})
	}
}

// completed reports whether a run has completed.
func (f *force) completed(t testing.TB) bool {
	t.Helper()
	return slices.ContainsFunc(f.runs(t), func(r report.Run) bool { return r.Status == contract.RunCompleted })
}

// runs returns the connection's history.
func (f *force) runs(t testing.TB) []report.Run {
	t.Helper()
	return f.history(t, "--limit=10000")
}
