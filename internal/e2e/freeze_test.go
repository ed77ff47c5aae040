//go:build unix

package e2e_test

import (
	"fmt"
	"net/http"
	"testing"

	"causeway/internal/store/pgtest"

	"github.com/stretchr/testify/require"
)

// faults break one write in ten, in each way that leaves the outcome unknown, and some reads.
var faults = map[string]string{
	"latency": "40ms", "billing.lateWrite": "0.02", "billing.timeoutAfterWrite": "0.01", "billing.resetAfterWrite": "0.03",
	"truncate": "0.03", "serverError": "0.03",
}

// faultsOf returns the sandboxes' arguments for this percentage of bad replies, of all kinds, expired tokens included. As
// arguments, and not set later, they hold again after the sandboxes were killed.
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

// A worker that was frozen past its heartbeat time-out continues beside the one that has taken over. It may write nothing
// but what was already on the wire.
func TestAFrozenWorkerThatGoesOnBesideAnotherDoublesNothing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		how   []string
		store func(t testing.TB) string
	}{
		{"where the side keeps the marker single", []string{lateWrites, "--setting=uniqueUpsert=on"}, nil},
		{"where it does not", []string{lateWrites, "--setting=uniqueUpsert=off"}, nil},
		{"on PostgreSQL", []string{lateWrites, "--setting=uniqueUpsert=off"}, pgtest.New},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dsn := "" // empty: SQLite
			if c.store != nil {
				dsn = c.store(t)
			}
			records, dice := number(t, envRecords, 300), newDice(t)
			d := deployOn(t, dsn, records, c.how...)
			d.workerArgs = shortTimeouts
			d.connect(t, "accounts_and_contacts")
			d.misbehave(t, faults)
			frozen := d.startWorker(t)
			moment := dice.IntN(records)
			require.False(t, frozen.Reaches(t, func() bool { return d.sides.writes() > moment }), frozen.Last())
			frozen.Freeze(t)
			asked := d.sides.writes()
			other := d.startWorker(t)
			moment = asked + 2*inFlight + dice.IntN(records/2)
			require.False(t, d.awaitUnlessDone(t, other, func() bool { return d.sides.writes() > moment }), "done before the other worker took over")
			frozen.Thaw(t)
			d.requireAgreement(t, d.awaitDone(t))
			require.False(t, frozen.Ended(), frozen.Last())
		})
	}
}

func TestContactPersonsAreMadeOnceWhereWritesTakeEffectLate(t *testing.T) {
	t.Parallel()
	d := deploy(t, number(t, envRecords, 150), lateWrites, "--setting=uniqueUpsert=off")
	d.workerArgs = shortTimeouts
	d.connect(t, "accounts_and_contacts")
	d.misbehave(t, map[string]string{"billing.lateWrite": "0.1", "billing.resetAfterWrite": "0.05"})
	d.startWorker(t)
	d.requireAgreement(t, d.awaitDone(t))
}

// misbehave sets faults of the two sides while they run.
func (d *deployment) misbehave(t testing.TB, faults map[string]string) {
	t.Helper()
	o := &outside{access: d.sides, client: http.DefaultClient}
	o.control(t, http.MethodPatch, "faults", faults, nil)
}
