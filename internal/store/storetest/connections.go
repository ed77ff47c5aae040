package storetest

import (
	"context"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"causeway/internal/keyring"
	"causeway/internal/record"
	"causeway/internal/store/db"

	"github.com/stretchr/testify/require"
)

func testAnUnknownConnectionNamesTheKnownOnes(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		_, err := s.Connections.Get(t.Context(), "nope")
		require.True(t, record.IsKind(err, record.NotFound))
		require.ErrorContains(t, err, `"nope"`)
		require.ErrorContains(t, err, demo)
		_, err = s.Connections.Credential(t.Context(), "nope", record.CRM)
		require.ErrorContains(t, err, demo)
		_, err = s.Runs.Start(t.Context(), record.Run{ID: "r", Connection: "nope", Number: 1})
		require.True(t, record.IsKind(err, record.NotFound))
	})
}

func testAConnectionIsCreatedOnce(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		c, err := s.Connections.Get(t.Context(), demo)
		require.NoError(t, err)
		require.Equal(t, now, c.CreatedAt)
		require.NoError(t, s.Connections.Create(t.Context(), c), "the same delivery again")
		c.Incarnation = "inc2"
		require.True(t, record.IsKind(s.Connections.Create(t.Context(), c), record.Conflict))
		all, err := s.Connections.List(t.Context())
		require.NoError(t, err)
		require.Len(t, all, 1)
		require.Equal(t, "inc1", all[0].Incarnation)
	})
}

func testAStateThatIsThereIsNotWrittenAgain(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		bad := &record.Degraded{Reason: "tokens refused", Since: now}
		require.NoError(t, s.Connections.SetState(t.Context(), demo, record.StateActive, bad))
		was := versions(t, s, "connections")
		require.NoError(t, s.Connections.SetState(t.Context(), demo, record.StateActive, bad))
		require.Equal(t, was, versions(t, s, "connections"))
		c, err := s.Connections.Get(t.Context(), demo)
		require.NoError(t, err)
		require.Equal(t, bad, c.Degraded)
		require.NoError(t, s.Connections.SetState(t.Context(), demo, record.StateActive, nil))
		c, err = s.Connections.Get(t.Context(), demo)
		require.NoError(t, err)
		require.Nil(t, c.Degraded)
	})
}

func testCredentialsAreEncryptedAtRest(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		c := record.Credential{AccountsURL: "https://accounts.example", ClientSecret: "SECRET-in-clear", RefreshToken: "REFRESH-in-clear"}
		for range 2 {
			require.NoError(t, s.Connections.PutCredential(t.Context(), demo, record.CRM, c))
		}
		got, err := s.Connections.Credential(t.Context(), demo, record.CRM)
		require.NoError(t, err)
		require.Equal(t, c, got)
		require.NotContains(t, everything(t, s), "in-clear")
		_, err = s.Connections.Credential(t.Context(), demo, record.Billing)
		require.True(t, record.IsKind(err, record.NotFound))
	})
}

// everything is all that the database holds, as far as a thief could read it.
func everything(t *testing.T, s *Store) string {
	t.Helper()
	var b strings.Builder
	if !onPostgres(t, s) {
		var path string
		one(t, s, &path, `SELECT file FROM pragma_database_list WHERE name = 'main'`)
		for _, suffix := range []string{"", "-wal"} {
			data, err := os.ReadFile(path + suffix)
			require.NoError(t, err)
			b.Write(data)
		}
		require.Contains(t, b.String(), "crm-1", "the files are looked at where the rows are")
		return b.String()
	}
	var tables []string
	require.NoError(t, s.DB.Reader().All(t.Context(), &tables, `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`))
	require.NotEmpty(t, tables)
	for _, table := range tables {
		var rows []string
		require.NoError(t, s.DB.Reader().All(t.Context(), &rows, `SELECT t::text FROM `+table+` t`))
		b.WriteString(strings.Join(rows, "\n"))
	}
	return b.String()
}

func testACredentialIsReadWithAnOldKeyAndOnlyWhereItBelongs(t *testing.T, on Database) {
	eachAt(t, on, func(t *testing.T, s *Store, dsn string) {
		c := record.Credential{RefreshToken: "token"}
		require.NoError(t, s.Connections.PutCredential(t.Context(), demo, record.CRM, c))
		newer, err := keyring.Parse("k2:YWJjZGVmZ2hpamFiY2RlZmdoaWphYmNkZWZnaGlqYWI=")
		require.NoError(t, err)
		both, only := openWith(t, dsn, newer.With(testKeys(t))), openWith(t, dsn, newer)
		got, err := both.Connections.Credential(t.Context(), demo, record.CRM)
		require.NoError(t, err)
		require.Equal(t, c, got)
		_, err = only.Connections.Credential(t.Context(), demo, record.CRM)
		require.ErrorContains(t, err, `"k1"`)
		require.NoError(t, s.DB.Write(t.Context(), func(tx db.Session) error {
			_, err := tx.Exec(t.Context(), `UPDATE credentials SET side = 'billing'`)
			return err
		}))
		_, err = s.Connections.Credential(t.Context(), demo, record.Billing)
		require.True(t, record.IsKind(err, record.Unauthorized), "moved to the other side it is worth nothing")
	})
}

func testPreferencesAreVersionedAndAnEditOfAnOldVersionIsAConflict(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		p := record.Preferences{Cadence: time.Hour, Customers: record.CustomerOptions{Mode: record.ModeAccounts}}
		for range 2 {
			saved, err := s.Connections.SavePreferences(t.Context(), demo, p, 0)
			require.NoError(t, err)
			require.Equal(t, 1, saved.Version)
		}
		p.Cadence = 2 * time.Hour
		_, err := s.Connections.SavePreferences(t.Context(), demo, p, 0)
		require.True(t, record.IsKind(err, record.Conflict))
		saved, err := s.Connections.SavePreferences(t.Context(), demo, p, 1)
		require.NoError(t, err)
		require.Equal(t, 2, saved.Version)
		newest, err := s.Connections.Preferences(t.Context(), demo, 0)
		require.NoError(t, err)
		require.Equal(t, saved, newest)
		first, err := s.Connections.Preferences(t.Context(), demo, 1)
		require.NoError(t, err)
		require.Equal(t, time.Hour, first.Cadence)
		_, err = s.Connections.Preferences(t.Context(), demo, 9)
		require.True(t, record.IsKind(err, record.NotFound))
	})
}

func testOfEditorsAtTheSameTimeOneWins(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		errs := make([]error, 8)
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() {
				_, errs[i] = s.Connections.SavePreferences(context.Background(), demo, record.Preferences{Cadence: time.Duration(i + 1)}, 0)
			})
		}
		wg.Wait()
		won := 0
		for _, err := range errs {
			if err == nil {
				won++
			} else {
				require.True(t, record.IsKind(err, record.Conflict), err)
			}
		}
		require.Equal(t, 1, won)
	})
}

func testManyProcessesCanMigrateAtOnce(t *testing.T, on Database) {
	at := on(t)
	errs := make([]error, 6)
	var wg sync.WaitGroup
	for i := range errs {
		s := open(t, at) // a store of its own, as another process has
		wg.Go(func() { errs[i] = s.Migrate(context.Background()) })
	}
	wg.Wait()
	for _, err := range errs {
		require.NoError(t, err)
	}
	s := open(t, at)
	require.NoError(t, s.CheckVersion(t.Context()))
	v, err := s.Version(t.Context())
	require.NoError(t, err)
	require.Positive(t, v)
}

func testAStateThatComesLateChangesNothing(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		ctx := t.Context()
		require.NoError(t, s.Connections.Create(ctx, record.Connection{ID: demo, Incarnation: "inc1", State: record.StateActive, CreatedAt: now}))
		is := func(want record.State) {
			t.Helper()
			c, err := s.Connections.Get(ctx, demo)
			require.NoError(t, err)
			require.Equal(t, want, c.State)
		}
		require.NoError(t, s.Connections.KeepState(ctx, demo, "a", 1, record.StatePausing, nil))
		is(record.StatePausing)
		require.NoError(t, s.Connections.KeepState(ctx, demo, "a", 3, record.StateActive, nil))
		for _, late := range []int64{1, 2, 3} {
			require.NoError(t, s.Connections.KeepState(ctx, demo, "a", late, record.StatePaused, nil))
			is(record.StateActive)
		}
		require.NoError(t, s.Connections.KeepState(ctx, demo, "b", 1, record.StatePaused, nil), "a workflow that was started again counts from the beginning")
		is(record.StatePaused)
	})
}

var connectionsTests = []Test{
	{"AnUnknownConnectionNamesTheKnownOnes", testAnUnknownConnectionNamesTheKnownOnes},
	{"AConnectionIsCreatedOnce", testAConnectionIsCreatedOnce},
	{"AStateThatIsThereIsNotWrittenAgain", testAStateThatIsThereIsNotWrittenAgain},
	{"CredentialsAreEncryptedAtRest", testCredentialsAreEncryptedAtRest},
	{"ACredentialIsReadWithAnOldKeyAndOnlyWhereItBelongs", testACredentialIsReadWithAnOldKeyAndOnlyWhereItBelongs},
	{"PreferencesAreVersionedAndAnEditOfAnOldVersionIsAConflict", testPreferencesAreVersionedAndAnEditOfAnOldVersionIsAConflict},
	{"OfEditorsAtTheSameTimeOneWins", testOfEditorsAtTheSameTimeOneWins},
	{"ManyProcessesCanMigrateAtOnce", testManyProcessesCanMigrateAtOnce},
	{"AStateThatComesLateChangesNothing", testAStateThatComesLateChangesNothing},
}
