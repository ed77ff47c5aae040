//go:build unix

package e2e_test

import (
	"fmt"
	"net/http"
	"testing"

	"causeway/internal/store/pgtest"

	"github.com/stretchr/testify/require"
)

// faults break one write in ten, in each way that leaves its outcome open, and some reads besides.
var faults = map[string]string{
	"latency": "40ms", "billing.lateWrite": "0.02", "billing.timeoutAfterWrite": "0.01", "billing.resetAfterWrite": "0.03",
	"truncate": "0.03", "serverError": "0.03",
}

// faultsOf are the sandboxes' arguments for so many bad replies of a hundred, of each way in which they can be bad, and
// tokens that expire: what they are from the start they are again when they were killed.
func faultsOf(percent int) []string {
	var out []string
	if percent == 0 {
		return nil
	}
	for fault, share := range map[string]float64{
		"billing.lateWrite": 0.1, "billing.timeoutAfterWrite": 0.1, "billing.resetAfterWrite": 0.2, "truncate": 0.2, "serverError": 0.2,
		"rateLimitRetryAfter": 0.1, "expiredToken": 0.1,
	} {
		out = append(out, fmt.Sprintf("--fault=%s=%g", fault, share*float64(percent)/100))
	}
	return append(out, "--fault=latency=20ms")
}

// A worker that was frozen past its heartbeat time-out goes on beside the one that has taken over: it may
// write nothing but what was on the wire.
func TestAFrozenWorkerThatGoesOnBesideAnotherDoublesNothing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		how   []string
		store func(t testing.TB) string
	}{
		{"where the side keeps the marker single", []string{late, "--setting=uniqueUpsert=on"}, nil},
		{"where it does not", []string{late, "--setting=uniqueUpsert=off"}, nil},
		{"on PostgreSQL", []string{late, "--setting=uniqueUpsert=off"}, pgtest.New},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dsn := "" // SQLite
			if c.store != nil {
				dsn = c.store(t)
			}
			records, dice := number(t, envRecords, 300), roll(t)
			d := deployOn(t, dsn, records, c.how...)
			d.workerArgs = quick
			d.connect(t, "accounts_and_contacts")
			d.misbehave(t, faults)
			frozen := d.startWorker(t)
			moment := dice.IntN(records)
			require.False(t, frozen.Reaches(t, func() bool { return d.sides.writes() > moment }), frozen.Last())
			frozen.Freeze(t)
			asked := d.sides.writes()
			other := d.startWorker(t)
			moment = asked + 2*inFlight + dice.IntN(records/2)
			require.False(t, d.orDone(t, other, func() bool { return d.sides.writes() > moment }), "done before the other worker took over")
			frozen.Thaw(t)
			d.agrees(t, d.finished(t))
			require.False(t, frozen.Ended(), frozen.Last())
		})
	}
}

func TestContactPersonsAreMadeOnceWhereWritesTakeEffectLate(t *testing.T) {
	t.Parallel()
	d := deploy(t, number(t, envRecords, 150), late, "--setting=uniqueUpsert=off")
	d.workerArgs = quick
	d.connect(t, "accounts_and_contacts")
	d.misbehave(t, map[string]string{"billing.lateWrite": "0.1", "billing.resetAfterWrite": "0.05"})
	d.startWorker(t)
	d.agrees(t, d.finished(t))
}

// misbehave sets faults of the two sides, as they run.
func (d *deployment) misbehave(t testing.TB, faults map[string]string) {
	t.Helper()
	o := &outside{access: d.sides, client: http.DefaultClient}
	o.control(t, http.MethodPatch, "faults", faults, nil)
}
