//go:build unix

package e2e_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"causeway/internal/proctest"
	"causeway/internal/store/pgtest"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

// The tests with force: an admin works on a connection while its processes are killed and frozen at random moments, and
// its sides misbehave. Each round is one piece of work. After it the two sides are compared from outside. To repeat a
// round that failed, set its seed:
//
//	CAUSEWAY_FORCE_SEED=7 CAUSEWAY_FORCE_ROUNDS=50 CAUSEWAY_FORCE_RECORDS=20000 go test -run TestForce -timeout 6h ./internal/e2e
//
// To extend them, add a piece of work to pieces, or a way to hit to blows.

// Bounds of a round. Most of the time is waiting for the time-outs of what was killed or frozen.
const (
	calmWithin = 5 * time.Minute // with some hundreds of records
	askEvery   = 100 * time.Millisecond
)

// calmFor returns calmWithin, and more for the records of a larger test.
func calmFor(t testing.TB) time.Duration {
	t.Helper()
	return calmWithin + time.Duration(number(t, envRecords, 0))*20*time.Millisecond
}

// force is a deployment that is hit while an admin works on it.
type force struct {
	*deployment
	dice
	admin   *contract.Client
	outside *outside
	worker  *proctest.Process
	// database is nil if the store is a file.
	database *pgtest.Server
	blows    []piece
	hits     int
	rounds   int
}

// piece is one piece of an admin's work.
type piece struct {
	name string
	do   func(t testing.TB, f *force)
}

// pieces are what an admin does with a connection that syncs. Each only asks for something: what follows from it happens
// under the blows.
var pieces = []piece{
	{"a sync of what changed", func(t testing.TB, f *force) { f.syncNow(t) }},
	{"a pause in mid-sync, and a resume", func(t testing.TB, f *force) {
		f.syncNow(t)
		f.blow(t)
		f.ask(t, "pause", func(ctx context.Context) error {
			return f.admin.Pause(ctx, "demo", contract.ControlRequest{Who: "ann"})
		})
		f.blow(t)
		f.until(t, "paused", func(s contract.Status) bool { return s.State == contract.StatePaused })
		f.ask(t, "resume", func(ctx context.Context) error {
			return f.admin.Resume(ctx, "demo", contract.ControlRequest{Who: "ann"})
		})
	}},
	{"disabling in mid-sync, and enabling", func(t testing.TB, f *force) {
		f.syncNow(t)
		f.blow(t)
		f.ask(t, "disable", func(ctx context.Context) error {
			_, err := f.admin.Disable(ctx, "demo", contract.DisableRequest{Who: "ann"})
			return unlessRefused(err)
		})
		f.blow(t)
		f.until(t, "disabled", func(s contract.Status) bool { return s.State == contract.StateDisabled })
		f.ask(t, "enable", func(ctx context.Context) error {
			_, err := f.admin.Enable(ctx, "demo", contract.EnableRequest{CRMOrg: f.sides.CRMOrgID, Who: "ann"})
			return unlessRefused(err)
		})
	}},
	{"a sync that steps aside for single records", func(t testing.TB, f *force) {
		accounts := lookFromOutside(t, f.sides, leaveFaults).crm(t, "Accounts", "Account_Name")
		f.syncNow(t)
		for range 2 + f.IntN(4) {
			id := accounts[f.IntN(len(accounts))].text("id")
			f.ask(t, "resync", func(ctx context.Context) error {
				_, err := f.admin.ResyncRecord(ctx, "demo", contract.ResyncRecordRequest{Module: "Accounts", ID: id, Who: "bob"})
				return err
			})
			if f.IntN(3) == 0 {
				f.blow(t)
			}
			f.pause(700 * time.Millisecond)
		}
	}},
	{"a storm of pauses and resumes", func(t testing.TB, f *force) {
		f.syncNow(t)
		for range 2 + f.IntN(6) {
			f.ask(t, "pause or resume", func(ctx context.Context) error {
				if f.IntN(2) == 0 {
					return f.admin.Pause(ctx, "demo", contract.ControlRequest{Who: "ann"})
				}
				return f.admin.Resume(ctx, "demo", contract.ControlRequest{Who: "bob"})
			})
			f.pause(300 * time.Millisecond)
		}
		f.blow(t)
		f.ask(t, "resume", func(ctx context.Context) error {
			return f.admin.Resume(ctx, "demo", contract.ControlRequest{Who: "bob"})
		})
	}},
}

// forceStores are where the store, and Temporal, keep their data.
var forceStores = []struct {
	name     string
	database func(testing.TB) *pgtest.Server
}{
	{"SQLite", func(testing.TB) *pgtest.Server { return nil }},
	{"all on PostgreSQL", pgtest.Own},
}

func TestForceOnAConnectionThatSyncsLosesAndDoublesNothing(t *testing.T) {
	t.Parallel()
	for _, on := range forceStores {
		t.Run(on.name, func(t *testing.T) {
			t.Parallel()
			f := newForce(t, on.database(t))
			f.blow(t)
			f.requireCalm(t, "the first sync")
			for range f.rounds {
				p := pieces[f.IntN(len(pieces))]
				f.edit(t)
				p.do(t, f)
				f.blow(t)
				f.requireCalm(t, p.name)
			}
			t.Logf("%d rounds, %d blows", f.rounds, f.hits)
		})
	}
}

func newForce(t testing.TB, database *pgtest.Server) *force {
	t.Helper()
	f := &force{dice: newDice(t), rounds: number(t, envRounds, 2), database: database, blows: blows}
	store, temporal := "", ""
	if database != nil {
		store, temporal = database.DSN("postgres"), database.DSN("temporal")
		f.blows = slices.Concat(blows, databaseBlows)
	}
	at := &deployment{store: store, temporalDatabase: temporal, continueAsNewAt: continueOften}
	f.deployment = deployAs(t, at, number(t, envRecords, 120), append(faultsOf(number(t, envFaults, 0)), lateWrites)...)
	f.workerArgs = shortTimeouts
	f.outside = lookFromOutside(t, f.sides, leaveFaults)
	c := f.client(t)
	f.admin = contract.NewClient(c)
	f.connect(t, "accounts_and_contacts")
	f.worker = f.startWorker(t)
	return f
}

// continueOften makes workflows continue as new after so few events that blows and messages hit that moment too.
const continueOften = 40

// ask asks until there is an answer: Temporal may be down.
func (f *force) ask(t testing.TB, what string, ask func(context.Context) error) {
	t.Helper()
	f.askWithin(t, 20*time.Second, what, ask)
}

// askWithin is ask for what may take some time to answer.
func (f *force) askWithin(t testing.TB, each time.Duration, what string, ask func(context.Context) error) {
	t.Helper()
	var err error
	for late := time.Now().Add(calmFor(t) + each); time.Now().Before(late); <-time.After(askEvery) {
		ctx, cancel := context.WithTimeout(t.Context(), each)
		err = ask(ctx)
		cancel()
		if err == nil {
			return
		}
	}
	require.NoError(t, err, what)
}

// unlessRefused drops an error that is a refusal: an earlier try was accepted, and its answer lost.
func unlessRefused(err error) error {
	if contract.FailureOf(err).Type == contract.ErrorRefused {
		return nil
	}
	return err
}

func (f *force) syncNow(t testing.TB) {
	t.Helper()
	f.ask(t, "sync now", func(ctx context.Context) error {
		_, err := f.admin.SyncNow(ctx, "demo", contract.SyncNowRequest{Who: "ann"})
		return err
	})
}

// until waits until the connection's status meets the condition.
func (f *force) until(t testing.TB, what string, so func(contract.Status) bool) contract.Status {
	t.Helper()
	var last contract.Status
	f.ask(t, what, func(ctx context.Context) error {
		s, err := f.admin.Status(ctx, "demo")
		if err != nil {
			return err
		}
		if last = s; !so(s) {
			return fmt.Errorf("the status is not %s: %+v", what, s)
		}
		return nil
	})
	return last
}

// requireCalm ends all faults, waits until nothing runs any more, and compares the sides.
func (f *force) requireCalm(t testing.TB, after string) {
	t.Helper()
	f.outside.endFaults(t)
	idle := func(s contract.Status) bool {
		return s.State == contract.StateActive && s.Running == nil && len(s.Queued) == 0 && s.Suspended == nil && s.Yielded == nil
	}
	f.until(t, "idle after "+after, func(s contract.Status) bool {
		if s.Degraded != nil && s.Running == nil && len(s.Queued) == 0 {
			f.syncNow(t) // instead of waiting for the back-off
			return false
		}
		return idle(s)
	})
	f.syncNow(t) // for what failed under the blows
	f.until(t, "idle", idle)
	f.requireSame(t, after)
}

// requireSame requires that nothing is lost and nothing doubled, that the history counts exactly what was made, and that
// another sync writes nothing.
func (f *force) requireSame(t testing.TB, after string) {
	t.Helper()
	c := lookFromOutside(t, f.sides).compare(t, nil)
	added := f.added(t)
	for entity, want := range map[string]int{"customers": c.wantCustomers, "contact_persons": c.wantPersons, "items": c.wantItems} {
		require.Equal(t, want, added[entity], "%s that the history tells of, after %s", entity, after)
	}
	f.verify(t)
	writes := f.sides.writes()
	f.syncNow(t)
	f.until(t, "idle", func(s contract.Status) bool { return s.Running == nil && len(s.Queued) == 0 && s.Degraded == nil })
	require.Equal(t, writes, f.sides.writes(), "a sync of nothing writes nothing, after %s", after)
}

// added returns how many records all runs together have added, by entity.
func (f *force) added(t testing.TB) map[string]int {
	t.Helper()
	out := map[string]int{}
	for _, run := range f.runs(t) {
		for entity, counts := range run.Entities {
			out[entity] += counts.Added
		}
	}
	return out
}

// edit changes a third of the CRM's accounts and contacts, and makes some, as users do. A sync of that takes long enough to
// be hit.
func (f *force) edit(t testing.TB) {
	t.Helper()
	o := lookFromOutside(t, f.sides)
	accounts := o.crm(t, "Accounts", "Account_Name")
	contacts := o.crm(t, "Contacts", "Last_Name,Account_Name")
	slices.SortFunc(accounts, byID)
	slices.SortFunc(contacts, byID)
	o.write(t, "PUT", "Accounts", f.some(accounts, func(n int) object { return object{"Phone": fmt.Sprintf("+44 %d", n)} }))
	o.write(t, "PUT", "Contacts", f.some(contacts, func(n int) object { return object{"Last_Name": fmt.Sprintf("Doe %d", n)} }))
	for range 3 {
		n := f.IntN(1_000_000)
		o.write(t, "POST", "Accounts", []object{{"Account_Name": fmt.Sprintf("New Ltd %d", n)}})
		o.write(t, "POST", "Contacts", []object{{
			"Last_Name": fmt.Sprintf("New %d", n), "Email": fmt.Sprintf("new%d@example.com", n),
			"Account_Name": object{"id": accounts[f.IntN(len(accounts))].text("id")},
		}})
	}
}

// some returns edits of one in three of the records.
func (f *force) some(of []object, edit func(n int) object) []object {
	var out []object
	for _, o := range of {
		if f.IntN(3) == 0 {
			e := edit(f.IntN(1_000_000))
			e["id"] = o.text("id")
			out = append(out, e)
		}
	}
	return out
}

func byID(a, b object) int {
	if a.text("id") < b.text("id") {
		return -1
	}
	return 1
}
