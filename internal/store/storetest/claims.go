package storetest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"causeway/internal/record"
	"causeway/internal/store/db"
	"causeway/internal/store/operations"
	"causeway/internal/store/worklist"

	"github.com/stretchr/testify/require"
)

func testAnOperationIsNeverGrantedToTwoTokens(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		accounts(t, s, run.ID, 120)
		var mu sync.Mutex
		holders := map[string][]string{}
		contend := func(token string, rounds int) {
			for range rounds {
				ops, err := s.Operations.Claim(context.Background(), run.ID, record.EntityCustomers, token, 20)
				require.NoError(t, err)
				if len(ops) == 0 {
					return
				}
				granted, err := s.Operations.MarkSent(context.Background(), token, idsOf(ops)[:len(ops)/2+1], now)
				require.NoError(t, err)
				mu.Lock()
				for _, id := range granted {
					holders[id] = append(holders[id], token)
				}
				mu.Unlock()
			}
		}
		var wg sync.WaitGroup
		for w := range 12 {
			wg.Go(func() { contend(fmt.Sprintf("token-%d", w), 30) })
		}
		wg.Wait()
		contend("last", 120) // tokens that take from each other all the time may leave some to nobody
		require.Len(t, holders, 120)
		for id, tokens := range holders {
			require.Len(t, tokens, 1, id)
		}
	})
}

func testANewClaimEndsTheOldOne(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		ids := idsOf(accounts(t, s, run.ID, 3))
		first, err := s.Operations.Claim(t.Context(), run.ID, record.EntityCustomers, "old", 10)
		require.NoError(t, err)
		require.Equal(t, ids, idsOf(first), "in the order of the run")
		granted, err := s.Operations.MarkSent(t.Context(), "old", ids[:1], now)
		require.NoError(t, err)
		require.Equal(t, ids[:1], granted)
		granted, err = s.Operations.MarkSent(t.Context(), "old", ids[:1], now)
		require.NoError(t, err)
		require.Empty(t, granted, "an intent is granted once")
		second, err := s.Operations.Claim(t.Context(), run.ID, record.EntityCustomers, "new", 10)
		require.NoError(t, err)
		require.Equal(t, ids[1:], idsOf(second), "what was sent is not claimed")
		granted, err = s.Operations.MarkSent(t.Context(), "old", ids, now)
		require.NoError(t, err)
		require.Empty(t, granted)
		require.NoError(t, s.Operations.Release(t.Context(), "old", ids[1:]))
		granted, err = s.Operations.MarkSent(t.Context(), "new", ids[1:], now)
		require.NoError(t, err)
		require.Equal(t, ids[1:], granted, "the old token could not release them")
	})
}

func testATokenThatLostItsClaimWritesNothing(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		accounts(t, s, run.ID, 1)
		ops, err := s.Operations.Claim(t.Context(), run.ID, record.EntityCustomers, "frozen", 10)
		require.NoError(t, err)
		ids := idsOf(ops)
		_, err = s.Operations.MarkSent(t.Context(), "frozen", ids, now)
		require.NoError(t, err)

		taken, err := s.Operations.TakeOver(t.Context(), "settler", ids, now)
		require.NoError(t, err)
		require.Empty(t, taken, "its deadline is not past")
		for range 2 {
			taken, err = s.Operations.TakeOver(t.Context(), "settler", ids, now.Add(time.Second))
			require.NoError(t, err)
			require.Equal(t, ids, idsOf(taken))
			require.Equal(t, record.OpSent, taken[0].State)
			require.Equal(t, 1, taken[0].Attempts)
			require.Equal(t, now, taken[0].Deadline)
		}
		written, err := s.Operations.Finish(t.Context(), "frozen", now, []operations.Outcome{added(ops[0], "late")})
		require.NoError(t, err)
		require.Empty(t, written)
		require.NoError(t, s.Operations.Release(t.Context(), "frozen", ids))
		require.NoError(t, s.Operations.Replan(t.Context(), "frozen", ids))
		links, err := s.Links.Count(t.Context(), demo)
		require.NoError(t, err)
		require.Empty(t, links)
		_, err = s.Mirror.Record(t.Context(), demo, record.Billing, record.Customers, "late")
		require.True(t, record.IsKind(err, record.NotFound))
		open, err := s.Operations.CountOpen(t.Context(), run.ID, record.EntityCustomers)
		require.NoError(t, err)
		require.Equal(t, operations.OpenCounts{Sent: 1, NextDeadline: now}, open)
		require.Equal(t, []string{}, dueIDs(t, s, worklist.Query{Run: run.ID, Module: record.Accounts}))

		require.NoError(t, s.Operations.Replan(t.Context(), "settler", ids))
		granted, err := s.Operations.MarkSent(t.Context(), "settler", ids, now)
		require.NoError(t, err)
		require.Equal(t, ids, granted, "who replans keeps the claim")
	})
}

func testReleasedOperationsCanBeClaimedAgain(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		ids := idsOf(accounts(t, s, run.ID, 2))
		_, err := s.Operations.Claim(t.Context(), run.ID, record.EntityCustomers, "t", 10)
		require.NoError(t, err)
		_, err = s.Operations.MarkSent(t.Context(), "t", ids[:1], now)
		require.NoError(t, err)
		for range 2 {
			require.NoError(t, s.Operations.Release(t.Context(), "t", ids))
		}
		granted, err := s.Operations.MarkSent(t.Context(), "t", ids, now)
		require.NoError(t, err)
		require.Empty(t, granted, "not without a claim")
		again, err := s.Operations.Claim(t.Context(), run.ID, record.EntityCustomers, "t", 10)
		require.NoError(t, err)
		require.Equal(t, ids, idsOf(again))
		require.Zero(t, again[0].Attempts, "what was given back was no attempt")
	})
}

func person(t *testing.T, run, id, customer string) record.Operation {
	op := planned(t, nil, run, id)
	op.Entity, op.SourceModule, op.TargetModule = record.EntityContactPersons, record.Contacts, record.ContactPersons
	op.TargetParentID, op.Marker = customer, ""
	return op
}

func testPersonsOfACustomerWithAnUnknownOutcomeAreNotClaimed(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		a1, a2, b1 := person(t, run.ID, "p1", "A"), person(t, run.ID, "p2", "A"), person(t, run.ID, "p3", "B")
		insert(t, s, a1, a2, b1)
		_, err := s.Operations.Claim(t.Context(), run.ID, record.EntityContactPersons, "old", 10)
		require.NoError(t, err)
		_, err = s.Operations.MarkSent(t.Context(), "old", []string{a1.ID}, now)
		require.NoError(t, err)
		ops, err := s.Operations.Claim(t.Context(), run.ID, record.EntityContactPersons, "new", 10)
		require.NoError(t, err)
		require.Equal(t, []string{b1.ID}, idsOf(ops))
		a1.Outcome = record.Failed
		_, err = s.Operations.Finish(t.Context(), "old", now, []operations.Outcome{{Operation: a1}})
		require.NoError(t, err)
		ops, err = s.Operations.Claim(t.Context(), run.ID, record.EntityContactPersons, "new", 10)
		require.NoError(t, err)
		require.Equal(t, []string{a2.ID, b1.ID}, idsOf(ops))
	})
}

func testPersonsOfACustomerAreSentByOneTokenAtATime(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		var ops []record.Operation
		for i := range 40 {
			ops = append(ops, person(t, run.ID, fmt.Sprintf("p%d", i), "A"))
		}
		insert(t, s, ops...)
		var mu sync.Mutex
		senders := map[string]bool{}
		var wg sync.WaitGroup
		for w := range 8 {
			wg.Go(func() {
				token := fmt.Sprintf("token-%d", w)
				for range 20 {
					mine, err := s.Operations.Claim(context.Background(), run.ID, record.EntityContactPersons, token, 40)
					require.NoError(t, err)
					if len(mine) == 0 {
						return
					}
					granted, err := s.Operations.MarkSent(context.Background(), token, idsOf(mine)[:1], now)
					require.NoError(t, err)
					if len(granted) > 0 {
						mu.Lock()
						senders[token] = true
						mu.Unlock()
					}
				}
			})
		}
		wg.Wait()
		require.Len(t, senders, 1)
	})
}

// A statement of PostgreSQL that waits for a lock goes on with the other rows as they were when it began:
// without a lock of its own, a claim would give away the customer's other persons.
func testAClaimThatWaitsSeesWhatWasSentMeanwhile(t *testing.T, on Database) {
	s := onlyPostgres(t, on)
	run := startRun(t, s, 1)
	a1, a2 := person(t, run.ID, "p1", "A"), person(t, run.ID, "p2", "A")
	insert(t, s, a1, a2)
	_, err := s.Operations.Claim(t.Context(), run.ID, record.EntityContactPersons, "old", 10)
	require.NoError(t, err)

	claimed := make(chan []record.Operation, 1)
	require.NoError(t, s.DB.Write(t.Context(), func(tx db.Session) error {
		if err := tx.Lock(t.Context(), `SELECT pg_advisory_xact_lock(hashtextextended(?, 7))`, run.ID); err != nil {
			return err
		}
		if _, err := tx.Exec(t.Context(), `UPDATE operations SET state = 'sent', deadline = 1 WHERE id = ? AND claim = 'old'`, a1.ID); err != nil {
			return err
		}
		go func() {
			ops, _ := s.Operations.Claim(context.Background(), run.ID, record.EntityContactPersons, "new", 10)
			claimed <- ops
		}()
		require.Eventually(t, func() bool {
			waiting := 0
			_, err := s.DB.Reader().Get(t.Context(), &waiting, `SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`)
			return err == nil && waiting == 1
		}, 20*time.Second, 5*time.Millisecond)
		return nil
	}))
	require.Empty(t, <-claimed)
}

var claimsTests = []Test{
	{"AnOperationIsNeverGrantedToTwoTokens", testAnOperationIsNeverGrantedToTwoTokens},
	{"ANewClaimEndsTheOldOne", testANewClaimEndsTheOldOne},
	{"ATokenThatLostItsClaimWritesNothing", testATokenThatLostItsClaimWritesNothing},
	{"ReleasedOperationsCanBeClaimedAgain", testReleasedOperationsCanBeClaimedAgain},
	{"PersonsOfACustomerWithAnUnknownOutcomeAreNotClaimed", testPersonsOfACustomerWithAnUnknownOutcomeAreNotClaimed},
	{"PersonsOfACustomerAreSentByOneTokenAtATime", testPersonsOfACustomerAreSentByOneTokenAtATime},
	{"AClaimThatWaitsSeesWhatWasSentMeanwhile", testAClaimThatWaitsSeesWhatWasSentMeanwhile},
}
