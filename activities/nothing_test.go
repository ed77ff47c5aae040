package activities_test

import (
	"database/sql"
	"testing"
	"time"

	"causeway/activities/activitytest"
	"causeway/internal/app"
	"causeway/internal/record"
	"causeway/internal/sandbox/sample"

	_ "github.com/lib/pq" // the statistics are read past the store
	"github.com/stretchr/testify/require"
)

// nothingRecords make each list several pages long.
const nothingRecords = 1500

// touched is what was done to a table's rows.
type touched struct{ inserted, updated, deleted int }

// runsOwn are the tables whose rows belong to one run each.
var runsOwn = map[string]bool{"runs": true, "run_records": true, "run_unchanged": true, "listings": true, "spent_hours": true}

func TestASyncOfNothingRewritesNoRowButTheRunsOwn(t *testing.T) {
	t.Parallel()
	nothing := func(*activitytest.World) {}
	// Both ways, the second sync finds customers whose time our own writes of their contact persons have moved, and
	// stores that: these syncs of nothing begin behind it.
	second := func(w *activitytest.World) { w.Sync() }
	for _, c := range []struct {
		name   string
		extent record.Extent
		sorted string
		first  func(*activitytest.World) // what comes between the first sync and that of nothing
		// places bounds how often the place in a list is stored. Where billing's list of many pages has to be read,
		// it is, page by page: another attempt goes on there, and one that was frozen is refused by it.
		places int
	}{
		{"to billing", record.Fetch, "on", nothing, 0},
		{"to billing, which cannot sort by change", record.Fetch, "off", nothing, 0},
		{"both ways, while all changes are of the last minute", record.Both, "on", second, 10},
		{"both ways, later", record.Both, "on", func(w *activitytest.World) {
			w.Sync()
			w.Set("billingClockAhead", "1h")
			w.Set("crmClockAhead", "1h")
			w.EditCustomer(w.List("/customers", "customers")[0].Text("customer_id"), activitytest.Object{"website": "https://acme.test"})
			w.Sync()
			w.Now = func() time.Time { return time.Now().Add(time.Minute) }
			w.Sync() // reads once more what the one before wrote
		}, 0},
		{"both ways, with a billing that cannot sort by change", record.Both, "off", second, 10},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			o := activitytest.Settings("sortByModified", c.sorted, "tokensPerTenMinutes", "0")
			o.Postgres = true
			w := activitytest.NewWorld(t, o.With(func(r *app.ConnectRequest) { r.CustomersExtent, r.ItemsExtent = c.extent, c.extent }))
			require.NoError(t, w.Box.CRM().Load(t.Context(), sample.Generate(1, nothingRecords)))
			w.Sync()
			c.first(w)
			was := tables(w)
			require.Zero(t, w.Writes(func() { w.Sync() }))
			rewritten := since(was, tables(w))
			places := rewritten["mirror_state"]
			require.LessOrEqual(t, places.inserted+places.updated+places.deleted, c.places)
			if c.places > 0 {
				delete(rewritten, "mirror_state")
			}
			require.Empty(t, rewritten)
		})
	}
}

// since is what was done to each table's rows, but for those that are a run's own.
func since(was, now map[string]touched) map[string]touched {
	out := map[string]touched{}
	for name, n := range now {
		w := was[name]
		d := touched{n.inserted - w.inserted, n.updated - w.updated, n.deleted - w.deleted}
		if d != (touched{}) && !runsOwn[name] {
			out[name] = d
		}
	}
	return out
}

// tables is what PostgreSQL has counted since the database was made. A server process hands its counts over when
// it ends, so the store is opened anew.
func tables(w *activitytest.World) map[string]touched {
	w.T.Helper()
	require.NoError(w.T, w.Store.Close())
	db, err := sql.Open("postgres", w.DSN)
	require.NoError(w.T, err)
	defer func() { require.NoError(w.T, db.Close()) }()
	alone := func() bool {
		n := -1
		err := db.QueryRowContext(w.T.Context(), `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid()`).Scan(&n)
		return err == nil && n == 0
	}
	require.Eventually(w.T, alone, 10*time.Second, 10*time.Millisecond)
	rows, err := db.QueryContext(w.T.Context(), `SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_user_tables`)
	require.NoError(w.T, err)
	defer func() { require.NoError(w.T, rows.Close()) }()
	out := map[string]touched{}
	for rows.Next() {
		var name string
		var c touched
		require.NoError(w.T, rows.Scan(&name, &c.inserted, &c.updated, &c.deleted))
		out[name] = c
	}
	require.NoError(w.T, rows.Err())
	w.Store = activitytest.OpenStore(w.T, w.DSN)
	w.Sides = app.NewSides(w.Store)
	return out
}
