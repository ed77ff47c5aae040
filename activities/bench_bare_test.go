package activities_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"causeway/activities/activitytest"
	"causeway/internal/record"
	"causeway/internal/store/worklist"

	"github.com/jmoiron/sqlx"
	"github.com/lib/pq"
	"github.com/stretchr/testify/require"
)

// bareUpsert puts all accounts that are due into a table of their own beside the store's, by the fastest way that
// we know: pages of 200, each a transaction of one prepared statement, a column a field, and the id as its only
// index. It gives how long that took, without what it took to read them; and one account of changedOf.
func bareUpsert(w *activitytest.World, b *testing.B, run string) (took time.Duration, some []record.Record) {
	b.Helper()
	var columns []string
	n := 0
	into := createBareTable(w, b)
	dueRows(w, b, run, benchPage, func(page []worklist.Due) {
		if columns == nil {
			columns = columnsOf(page)
			into.create(b, columns)
		}
		rows := make([][]string, len(page))
		for i, d := range page {
			if n++; n%changedOf == 0 {
				some = append(some, d.Record)
			}
			rows[i] = append(rows[i], d.Record.ID)
			for _, c := range columns {
				text, err := json.Marshal(d.Record.Values[c])
				require.NoError(b, err)
				rows[i] = append(rows[i], string(text))
			}
		}
		from := time.Now()
		into.upsert(b, rows)
		took += time.Since(from)
	})
	stored := 0
	require.NoError(b, into.db.Get(&stored, "SELECT count(*) FROM bare"))
	require.Equal(b, n, stored)
	_, err := into.db.Exec("DROP TABLE bare")
	require.NoError(b, err)
	return took, some
}

func columnsOf(page []worklist.Due) []string {
	all := map[string]bool{}
	for _, d := range page {
		for name := range d.Record.Values {
			all[name] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

type bareTable struct {
	db       *sqlx.DB
	postgres bool
	columns  int
	stmts    map[int]*sqlx.Stmt // by the number of rows, which SQLite's depend on
	sql      func(rows int) string
}

// createBareTable opens the world's own database, as the store opens it.
func createBareTable(w *activitytest.World, b *testing.B) *bareTable {
	b.Helper()
	t := &bareTable{postgres: strings.HasPrefix(w.DSN, "postgres"), stmts: map[int]*sqlx.Stmt{}}
	var err error
	if t.postgres {
		t.db, err = sqlx.Open("postgres", w.DSN)
	} else {
		t.db, err = sqlx.Open("sqlite", "file:"+w.DSN+"?_pragma=busy_timeout(20000)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)"+
			"&_pragma=temp_store(MEMORY)&_pragma=cache_size(-8000)&_txlock=immediate")
	}
	require.NoError(b, err)
	t.db.SetMaxOpenConns(1)
	b.Cleanup(func() { require.NoError(b, t.db.Close()) })
	return t
}

func (t *bareTable) create(b *testing.B, columns []string) {
	b.Helper()
	quoted, set := make([]string, len(columns)), make([]string, len(columns))
	for i, c := range columns {
		quoted[i] = `"` + c + `"`
		set[i] = quoted[i] + " = excluded." + quoted[i]
	}
	t.columns = len(columns) + 1
	_, err := t.db.Exec("CREATE TABLE bare (id TEXT PRIMARY KEY, " + strings.Join(quoted, " TEXT, ") + " TEXT)")
	require.NoError(b, err)
	list := strings.Join(quoted, ", ")
	t.sql = func(rows int) string {
		from := "VALUES " + strings.Repeat(", (?"+strings.Repeat(", ?", len(columns))+")", rows)[2:]
		if t.postgres {
			arrays := make([]string, t.columns)
			for i := range arrays {
				arrays[i] = fmt.Sprintf("$%d::text[]", i+1)
			}
			from = "SELECT * FROM unnest(" + strings.Join(arrays, ", ") + ")"
		}
		return "INSERT INTO bare (id, " + list + ") " + from + " ON CONFLICT (id) DO UPDATE SET " + strings.Join(set, ", ")
	}
}

// upsert stores a page. PostgreSQL takes it as one array a column, SQLite as one list of values.
func (t *bareTable) upsert(b *testing.B, rows [][]string) {
	size := len(rows)
	if t.postgres {
		size = 0
	}
	if t.stmts[size] == nil {
		st, err := t.db.Preparex(t.sql(len(rows))) //nolint:sqlclosecheck // it is kept for the next page, and goes with the database
		require.NoError(b, err)
		t.stmts[size] = st
	}
	var args []any
	if t.postgres {
		for c := range t.columns {
			column := make([]string, len(rows))
			for i, row := range rows {
				column[i] = row[c]
			}
			args = append(args, pq.Array(column))
		}
	} else {
		for _, row := range rows {
			for _, v := range row {
				args = append(args, v)
			}
		}
	}
	_, err := t.stmts[size].Exec(args...)
	require.NoError(b, err)
}
