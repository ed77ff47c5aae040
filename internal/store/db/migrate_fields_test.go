package db

import (
	"context"
	"path/filepath"
	"testing"

	"causeway/internal/keyring"
	"causeway/internal/store/pgtest"

	"github.com/stretchr/testify/require"
)

// old opens a database whose schema is of an earlier version.
func old(t *testing.T, dsn string, version int64) *DB {
	t.Helper()
	d, err := Open(t.Context(), dsn, keyring.Ring{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, d.Close()) })
	provider, done, err := d.provider()
	require.NoError(t, err)
	defer done()
	_, err = provider.UpTo(t.Context(), version)
	require.NoError(t, err)
	return d
}

func run(t *testing.T, d *DB, statements ...string) {
	t.Helper()
	require.NoError(t, d.Write(t.Context(), func(tx Session) error {
		for _, s := range statements {
			if _, err := tx.Exec(t.Context(), s); err != nil {
				return err
			}
		}
		return nil
	}))
}

// beforeFields is what a store of version 16 holds.
var beforeFields = []string{
	`INSERT INTO runs (id, connection, number, cause, retry_of, workflow_id, preferences, status, code, reason, started_at, ended_at, temporal_events,
        crm_read, billing_write, last_seq, scoped, who, drift, crm_spent, billing_spent, crm_listed, billing_listed)
     VALUES ('sync', 'demo', 7, 'manual', '', 'w7', 3, 'completed', 'C', 'why', 10, 20, 30, 1, 2, 40, FALSE, 'ann', '[]', 5, 6, 7, 8),
            ('push', 'demo', -12, 'push', '', 'w12', 3, 'running', '', '', 11, 0, 0, 0, 0, 0, TRUE, '', '', 0, 0, 0, 0)`,
	`INSERT INTO mirror_state (connection, side, module, position, mark, since, completed, pass) VALUES
     ('demo', 'crm', 'Accounts', '{"id":"123"}', 1, 2, FALSE, 0), ('demo', 'crm', 'Accounts/deleted', '{"page":2}', 3, 4, TRUE, 5),
     ('demo', 'crm', 'Accounts/sweep', '', 0, 6, TRUE, 1), ('demo', 'billing', 'customers', '{"id":"whole","page":3}', 7, 8, TRUE, 9),
     ('demo', 'billing', 'customers/sweep', '', 0, 9, TRUE, 2), ('demo', 'billing', 'items', '{"page":4}', 0, 0, FALSE, 0)`,
}

type runFields struct {
	ID     string `db:"id"`
	Number int    `db:"number"`
	Push   int    `db:"push"`
	Who    string `db:"who"`
	Scoped bool   `db:"scoped"`
	Rest   int    `db:"rest"`
}

type placeFields struct {
	Side      string `db:"side"`
	Module    string `db:"module"`
	Reading   string `db:"reading"`
	Position  string `db:"position"`
	Whole     bool   `db:"whole"`
	Since     int    `db:"since"`
	Completed bool   `db:"completed"`
	Pass      int    `db:"pass"`
}

// databases are those that a migration is tested with.
var databases = map[string]func(testing.TB) string{
	"sqlite":   func(t testing.TB) string { return filepath.Join(t.TempDir(), "causeway.db") },
	"postgres": pgtest.New,
}

func TestAnOldStoreSaysInFieldsWhatItSaidInBand(t *testing.T) {
	t.Parallel()
	for name, dsn := range databases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := old(t, dsn(t), 16)
			run(t, d, beforeFields...)
			require.NoError(t, d.Migrate(t.Context()))

			var runs []runFields
			require.NoError(t, d.Reader().All(t.Context(), &runs, `
SELECT id, number, push, who, scoped, crm_read + billing_write + last_seq + crm_spent + billing_spent + crm_listed + billing_listed + preferences
    + started_at + ended_at + temporal_events AS rest FROM runs ORDER BY id`))
			require.Equal(t, []runFields{
				{ID: "push", Push: 12, Scoped: true, Rest: 14}, {ID: "sync", Number: 7, Who: "ann", Rest: 132},
			}, runs)
			require.Error(t, again(t, d, "sync2", 7, 0), "a number is a connection's once")
			require.Error(t, again(t, d, "push2", 0, 12), "and so is the sequence of a push")
			require.NoError(t, again(t, d, "push3", 0, 13))

			var places []placeFields
			require.NoError(t, d.Reader().All(t.Context(), &places, `
SELECT side, module, reading, position, whole, since, completed, pass FROM mirror_state ORDER BY side, module, reading`))
			require.Equal(t, []placeFields{
				{"billing", "customers", "records", `{"id":"","page":3}`, true, 8, true, 9},
				{"billing", "customers", "sweep", "", false, 9, true, 2},
				{"billing", "items", "records", `{"page":4}`, false, 0, false, 0},
				{"crm", "Accounts", "deletions", `{"page":2}`, false, 4, true, 5},
				{"crm", "Accounts", "records", `{"id":"123"}`, false, 2, false, 0},
				{"crm", "Accounts", "sweep", "", false, 6, true, 1},
			}, places)
		})
	}
}

// again inserts a run of that number or push.
func again(t *testing.T, d *DB, id string, number, push int) error {
	t.Helper()
	return d.Write(t.Context(), func(tx Session) error {
		_, err := tx.Exec(context.Background(), `
INSERT INTO runs (id, connection, number, push, cause, retry_of, workflow_id, preferences, status, code, reason, started_at, ended_at, temporal_events)
VALUES (?, 'demo', ?, ?, '', '', '', 0, '', '', '', 0, 0, 0)`, id, number, push)
		return err
	})
}

func TestTheFieldsCanBeTakenBack(t *testing.T) {
	t.Parallel()
	for name, dsn := range databases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := old(t, dsn(t), 16)
			run(t, d, beforeFields...)
			read := func() (modules, numbers []string) {
				require.NoError(t, d.Reader().All(t.Context(), &modules, `SELECT module || ' ' || position FROM mirror_state ORDER BY 1`))
				require.NoError(t, d.Reader().All(t.Context(), &numbers, `SELECT id || ' ' || CAST(number AS TEXT) FROM runs ORDER BY 1`))
				return modules, numbers
			}
			modules, numbers := read()
			require.NoError(t, d.Migrate(t.Context()))
			provider, done, err := d.provider()
			require.NoError(t, err)
			defer done()
			_, err = provider.DownTo(t.Context(), 16)
			require.NoError(t, err)
			m, n := read()
			require.Equal(t, modules, m)
			require.Equal(t, numbers, n)
		})
	}
}
