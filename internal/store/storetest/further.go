package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"causeway/internal/record"
	"causeway/internal/store/db"

	"github.com/stretchr/testify/require"
)

func testOfConnectionsMadeAtOnceOneGoesBothWays(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
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

func testAConnectionThatIsBeingMadeIsWaitedForByTheNextOfItsCRM(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		both := record.Preferences{Items: record.ItemOptions{Extent: record.Both}}
		of := func(id string) record.Connection {
			return record.Connection{ID: id, Incarnation: id, CRMOrg: "crm-9", State: record.StateConnected, CreatedAt: now}
		}
		made, release := make(chan struct{}), make(chan struct{})
		first, second := make(chan error, 1), make(chan error, 1)
		go func() {
			first <- s.DB.Write(context.Background(), func(tx db.Session) error {
				a := of("a")
				err := tx.Lock(context.Background(), `SELECT pg_advisory_xact_lock(hashtextextended(?, 8))`, a.CRMOrg)
				if err == nil {
					_, err = tx.Exec(context.Background(), `
INSERT INTO connections (id, incarnation, crm_org, billing_org, state, degraded_since, created_at) VALUES (?, ?, ?, ?, ?, 0, ?)`,
						a.ID, a.Incarnation, a.CRMOrg, a.BillingOrg, a.State, db.Micros(a.CreatedAt))
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
				_, err := s.DB.Reader().Get(t.Context(), &waiting, `SELECT COUNT(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`)
				return err == nil && waiting > 0 || len(second) > 0
			}, 10*time.Second, 5*time.Millisecond)
		}
		close(release)
		require.NoError(t, <-first)
		require.ErrorContains(t, <-second, `and that is "a"`)
	})
}

var furtherTests = []Test{
	{"OfConnectionsMadeAtOnceOneGoesBothWays", testOfConnectionsMadeAtOnceOneGoesBothWays},
	{"AConnectionThatIsBeingMadeIsWaitedForByTheNextOfItsCRM", testAConnectionThatIsBeingMadeIsWaitedForByTheNextOfItsCRM},
}
