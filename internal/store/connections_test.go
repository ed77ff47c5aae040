package store

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"causeway/internal/keyring"
	"causeway/internal/record"
	"causeway/internal/store/connections"
	"causeway/internal/store/db"

	"github.com/stretchr/testify/require"
)

func TestAnUnknownConnectionNamesTheKnownOnes(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
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

func TestAConnectionIsCreatedOnce(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
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

func TestAStateThatIsThereIsNotWrittenAgain(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
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

func TestCredentialsAreEncryptedAtRest(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
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
	require.NoError(t, s.db.Reader().All(t.Context(), &tables, `SELECT tablename FROM pg_tables WHERE schemaname = 'public'`))
	require.NotEmpty(t, tables)
	for _, table := range tables {
		var rows []string
		require.NoError(t, s.db.Reader().All(t.Context(), &rows, `SELECT t::text FROM `+table+` t`))
		b.WriteString(strings.Join(rows, "\n"))
	}
	return b.String()
}

func TestACredentialIsReadWithAnOldKeyAndOnlyWhereItBelongs(t *testing.T) {
	eachAt(t, func(t *testing.T, s *Store, dsn string) {
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
		require.NoError(t, s.db.Write(t.Context(), func(tx db.Session) error {
			_, err := tx.Exec(t.Context(), `UPDATE credentials SET side = 'billing'`)
			return err
		}))
		_, err = s.Connections.Credential(t.Context(), demo, record.Billing)
		require.True(t, record.IsKind(err, record.Unauthorized), "moved to the other side it is worth nothing")
	})
}

func TestPreferencesAreVersionedAndAnEditOfAnOldVersionIsAConflict(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
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

func TestOfEditorsAtTheSameTimeOneWins(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
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

func TestManyProcessesCanMigrateAtOnce(t *testing.T) {
	t.Parallel()
	for name, dsn := range databases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := dsn(t)
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
		})
	}
}

func TestAStoreThatCannotBeOpenedSaysWhich(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "no", "such", "causeway.db")
	_, err := Open(t.Context(), "sqlite:"+path, testKeys(t))
	require.ErrorContains(t, err, path)
	_, err = Open(t.Context(), "postgres://u@127.0.0.1:1/none?sslmode=disable", testKeys(t))
	require.ErrorContains(t, err, "PostgreSQL")
}

func TestOfConnectionsMadeAtOnceOneGoesBothWays(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		both := record.Preferences{Customers: record.CustomerOptions{Extent: record.Both}, Items: record.ItemOptions{Extent: record.Fetch}}
		const many = 8
		begin, errs := make(chan struct{}), make(chan error, many)
		for i := range many {
			// Each clock is behind that of the one before: who is made later is no older for it.
			c := record.Connection{ID: fmt.Sprint("c", i), Incarnation: fmt.Sprint("i", i), CRMOrg: "crm-9", State: record.StateConnected,
				CreatedAt: now.Add(-time.Duration(i) * time.Hour)}
			go func() {
				<-begin
				errs <- s.Connections.Establish(context.Background(), c, nil, both)
			}()
		}
		close(begin)
		var refused *record.Error
		for range many {
			if err := <-errs; err != nil {
				require.ErrorAs(t, err, &refused)
				require.Equal(t, record.CodeNotFirst, refused.Code)
			}
		}
		ids, err := s.Connections.OfCRM(t.Context(), "crm-9")
		require.NoError(t, err)
		require.Len(t, ids, 1, "the others may be made as %s", record.Fetch)
		first, err := s.Connections.Get(t.Context(), ids[0])
		require.NoError(t, err)

		further := record.Connection{ID: "z", Incarnation: "z", CRMOrg: "crm-9", State: record.StateConnected, CreatedAt: now.Add(-24 * time.Hour)}
		require.NoError(t, s.Connections.Establish(t.Context(), further, nil, record.Preferences{}))
		require.NoError(t, s.Connections.Establish(t.Context(), first, nil, both), "the first one's delivery again")
		all, err := s.Connections.OfCRM(t.Context(), "crm-9")
		require.NoError(t, err)
		require.Equal(t, []string{first.ID, "z"}, all, "a clock that is behind makes nobody the first")
	})
}

func TestAConnectionThatIsBeingMadeIsWaitedForByTheNextOfItsCRM(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		both := record.Preferences{Items: record.ItemOptions{Extent: record.Both}}
		of := func(id string) record.Connection {
			return record.Connection{ID: id, Incarnation: id, CRMOrg: "crm-9", State: record.StateConnected, CreatedAt: now}
		}
		made, release := make(chan struct{}), make(chan struct{})
		first, second := make(chan error, 1), make(chan error, 1)
		go func() {
			first <- s.db.Write(context.Background(), func(tx db.Session) error {
				a := of("a")
				err := connections.AsFurther(context.Background(), tx, &a, both)
				if err == nil {
					err = connections.Create(context.Background(), tx, a)
				}
				close(made)
				<-release
				return err
			})
		}()
		<-made
		go func() { second <- s.Connections.Establish(context.Background(), of("b"), nil, both) }()
		if onPostgres(t, s) { // SQLite has one writer
			require.Eventually(t, func() bool {
				waiting := 0
				_, err := s.db.Reader().Get(t.Context(), &waiting, `SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`)
				return err == nil && waiting > 0 || len(second) > 0
			}, 10*time.Second, 5*time.Millisecond)
		}
		close(release)
		require.NoError(t, <-first)
		require.ErrorContains(t, <-second, `which is "a"`)
	})
}

func TestAStateThatComesLateChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
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
		require.NoError(t, s.Connections.KeepState(ctx, demo, "b", 1, record.StatePaused, nil), "a workflow that was made anew begins again")
		is(record.StatePaused)
	})
}
