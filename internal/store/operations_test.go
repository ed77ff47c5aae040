package store

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"causeway/internal/record"

	"github.com/stretchr/testify/require"
)

func TestARecordHasOneOperationInARun(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		put(t, s, crmRecord(record.Accounts, "1", "x", now), crmRecord(record.Accounts, "2", "x", now))
		first, second := planned(t, s, run.ID, "1"), planned(t, s, run.ID, "2")
		insert(t, s, first)
		again := planned(t, s, run.ID, "1")
		n, err := s.InsertOperations(t.Context(), []record.Operation{first, again, second})
		require.NoError(t, err)
		require.Equal(t, 1, n)
		ops, err := s.Operations(t.Context(), run.ID, OperationFilter{})
		require.NoError(t, err)
		require.Equal(t, []string{first.ID, second.ID}, idsOf(ops))
		require.Less(t, ops[0].Seq, ops[1].Seq)
		first.Seq, first.Before = ops[0].Seq, record.Values{}
		require.Equal(t, first, ops[0], "as it was given")
		_, err = s.InsertOperations(t.Context(), []record.Operation{planned(t, s, "no such run", "1")})
		require.True(t, record.IsKind(err, record.NotFound))
	})
}

func TestOperationsAreFiltered(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		accounts(t, s, run.ID, 5)
		finishAll(t, s, run.ID)
		all, err := s.Operations(t.Context(), run.ID, OperationFilter{Entity: record.EntityCustomers, Outcome: record.Added})
		require.NoError(t, err)
		require.Len(t, all, 5)
		some, err := s.Operations(t.Context(), run.ID, OperationFilter{AfterSeq: all[1].Seq, Limit: 2})
		require.NoError(t, err)
		require.Equal(t, all[2:4], some)
		none, err := s.Operations(t.Context(), run.ID, OperationFilter{Entity: record.EntityItems})
		require.NoError(t, err)
		require.Empty(t, none)
	})
}

func TestAnOperationIsNeverGrantedToTwoTokens(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		accounts(t, s, run.ID, 120)
		var mu sync.Mutex
		holders := map[string][]string{}
		contend := func(token string, rounds int) {
			for range rounds {
				ops, err := s.Claim(context.Background(), run.ID, record.EntityCustomers, token, 20)
				require.NoError(t, err)
				if len(ops) == 0 {
					return
				}
				granted, err := s.MarkSent(context.Background(), token, idsOf(ops)[:len(ops)/2+1], now)
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

func TestANewClaimEndsTheOldOne(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		ids := idsOf(accounts(t, s, run.ID, 3))
		first, err := s.Claim(t.Context(), run.ID, record.EntityCustomers, "old", 10)
		require.NoError(t, err)
		require.Equal(t, ids, idsOf(first), "in the order of the run")
		granted, err := s.MarkSent(t.Context(), "old", ids[:1], now)
		require.NoError(t, err)
		require.Equal(t, ids[:1], granted)
		granted, err = s.MarkSent(t.Context(), "old", ids[:1], now)
		require.NoError(t, err)
		require.Empty(t, granted, "an intent is granted once")
		second, err := s.Claim(t.Context(), run.ID, record.EntityCustomers, "new", 10)
		require.NoError(t, err)
		require.Equal(t, ids[1:], idsOf(second), "what was sent is not claimed")
		granted, err = s.MarkSent(t.Context(), "old", ids, now)
		require.NoError(t, err)
		require.Empty(t, granted)
		require.NoError(t, s.Release(t.Context(), "old", ids[1:]))
		granted, err = s.MarkSent(t.Context(), "new", ids[1:], now)
		require.NoError(t, err)
		require.Equal(t, ids[1:], granted, "the old token could not release them")
	})
}

func TestATokenThatLostItsClaimWritesNothing(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		accounts(t, s, run.ID, 1)
		ops, err := s.Claim(t.Context(), run.ID, record.EntityCustomers, "frozen", 10)
		require.NoError(t, err)
		ids := idsOf(ops)
		_, err = s.MarkSent(t.Context(), "frozen", ids, now)
		require.NoError(t, err)

		taken, err := s.TakeOver(t.Context(), "settler", ids, now)
		require.NoError(t, err)
		require.Empty(t, taken, "its deadline is not past")
		for range 2 {
			taken, err = s.TakeOver(t.Context(), "settler", ids, now.Add(time.Second))
			require.NoError(t, err)
			require.Equal(t, ids, idsOf(taken))
			require.Equal(t, record.OpSent, taken[0].State)
			require.Equal(t, 1, taken[0].Attempts)
			require.Equal(t, now, taken[0].Deadline)
		}
		written, err := s.Finish(t.Context(), "frozen", now, []Outcome{added(ops[0], "late")})
		require.NoError(t, err)
		require.Empty(t, written)
		require.NoError(t, s.Release(t.Context(), "frozen", ids))
		require.NoError(t, s.Replan(t.Context(), "frozen", ids))
		links, err := s.CountLinks(t.Context(), demo)
		require.NoError(t, err)
		require.Empty(t, links)
		_, err = s.MirrorRecord(t.Context(), demo, record.Billing, record.Customers, "late")
		require.True(t, record.IsKind(err, record.NotFound))
		open, err := s.Open(t.Context(), run.ID, record.EntityCustomers)
		require.NoError(t, err)
		require.Equal(t, OpenCounts{Sent: 1, NextDeadline: now}, open)
		require.Equal(t, []string{}, dueIDs(t, s, DueQuery{Run: run.ID, Module: record.Accounts}))

		require.NoError(t, s.Replan(t.Context(), "settler", ids))
		granted, err := s.MarkSent(t.Context(), "settler", ids, now)
		require.NoError(t, err)
		require.Equal(t, ids, granted, "who replans keeps the claim")
	})
}

func TestAnOutcomeIsWrittenOnceWithAllThatFollows(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		accounts(t, s, run.ID, 2)
		ops, err := s.Claim(t.Context(), run.ID, record.EntityCustomers, "t", 10)
		require.NoError(t, err)
		_, err = s.MarkSent(t.Context(), "t", idsOf(ops), now)
		require.NoError(t, err)
		parked := ops[1]
		parked.Outcome, parked.Code, parked.Reason = record.Failed, "BAD_EMAIL", "not an e-mail"
		outcomes := []Outcome{added(ops[0], "c1"), {Operation: parked}}
		written, err := s.Finish(t.Context(), "t", now, outcomes)
		require.NoError(t, err)
		require.Equal(t, idsOf(ops), written)
		was := versions(t, s, "links") + versions(t, s, "operations") + versions(t, s, "mirror")
		written, err = s.Finish(t.Context(), "t", now, outcomes)
		require.NoError(t, err)
		require.Empty(t, written)
		require.Equal(t, was, versions(t, s, "links")+versions(t, s, "operations")+versions(t, s, "mirror"))

		link, err := s.LinkBySource(t.Context(), demo, record.EntityCustomers, record.Accounts, "a000")
		require.NoError(t, err)
		require.Equal(t, outcomes[0].Link, link)
		byTarget, err := s.LinkByTarget(t.Context(), demo, record.Customers, "c1")
		require.NoError(t, err)
		require.Equal(t, link, byTarget)
		none, err := s.LinkByTarget(t.Context(), demo, record.Customers, "c9")
		require.NoError(t, err)
		require.Nil(t, none)
		linked, err := s.Linked(t.Context(), demo, record.Customers, []string{"c1", "c9"})
		require.NoError(t, err)
		require.Equal(t, map[string]bool{"c1": true}, linked)
		page, err := s.Links(t.Context(), demo, record.EntityCustomers, "", 10)
		require.NoError(t, err)
		require.Len(t, page, 1)
		m, err := s.MirrorRecord(t.Context(), demo, record.Billing, record.Customers, "c1")
		require.NoError(t, err)
		require.Equal(t, *outcomes[0].Mirror, m)
		next := startRun(t, s, 2)
		require.Equal(t, []string{"a001"}, dueIDs(t, s, DueQuery{Run: next.ID, Module: record.Accounts}), "the parked one alone")
	})
}

func TestAnOutcomeNeverSettlesANewerChange(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		accounts(t, s, run.ID, 1)
		put(t, s, crmRecord(record.Accounts, "a000", "changed meanwhile", now.Add(time.Second)))
		finishAll(t, s, run.ID)
		next := startRun(t, s, 2)
		require.Equal(t, []string{"a000"}, dueIDs(t, s, DueQuery{Run: next.ID, Module: record.Accounts}))
	})
}

func TestReleasedOperationsCanBeClaimedAgain(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		ids := idsOf(accounts(t, s, run.ID, 2))
		_, err := s.Claim(t.Context(), run.ID, record.EntityCustomers, "t", 10)
		require.NoError(t, err)
		_, err = s.MarkSent(t.Context(), "t", ids[:1], now)
		require.NoError(t, err)
		for range 2 {
			require.NoError(t, s.Release(t.Context(), "t", ids))
		}
		granted, err := s.MarkSent(t.Context(), "t", ids, now)
		require.NoError(t, err)
		require.Empty(t, granted, "not without a claim")
		again, err := s.Claim(t.Context(), run.ID, record.EntityCustomers, "t", 10)
		require.NoError(t, err)
		require.Equal(t, ids, idsOf(again))
	})
}

func person(t *testing.T, run, id, customer string) record.Operation {
	op := planned(t, nil, run, id)
	op.Entity, op.SourceModule, op.TargetModule = record.EntityContactPersons, record.Contacts, record.ContactPersons
	op.TargetParentID, op.Marker = customer, ""
	return op
}

func TestPersonsOfACustomerWithAnUnknownOutcomeAreNotClaimed(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		a1, a2, b1 := person(t, run.ID, "p1", "A"), person(t, run.ID, "p2", "A"), person(t, run.ID, "p3", "B")
		insert(t, s, a1, a2, b1)
		_, err := s.Claim(t.Context(), run.ID, record.EntityContactPersons, "old", 10)
		require.NoError(t, err)
		_, err = s.MarkSent(t.Context(), "old", []string{a1.ID}, now)
		require.NoError(t, err)
		ops, err := s.Claim(t.Context(), run.ID, record.EntityContactPersons, "new", 10)
		require.NoError(t, err)
		require.Equal(t, []string{b1.ID}, idsOf(ops))
		a1.Outcome = record.Failed
		_, err = s.Finish(t.Context(), "old", now, []Outcome{{Operation: a1}})
		require.NoError(t, err)
		ops, err = s.Claim(t.Context(), run.ID, record.EntityContactPersons, "new", 10)
		require.NoError(t, err)
		require.Equal(t, []string{a2.ID, b1.ID}, idsOf(ops))
	})
}

func TestPersonsOfACustomerAreSentByOneTokenAtATime(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
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
					mine, err := s.Claim(context.Background(), run.ID, record.EntityContactPersons, token, 40)
					require.NoError(t, err)
					if len(mine) == 0 {
						return
					}
					granted, err := s.MarkSent(context.Background(), token, idsOf(mine)[:1], now)
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

func TestUnsettledOperationsComeByDeadline(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		run := startRun(t, s, 1)
		ids := idsOf(accounts(t, s, run.ID, 3))
		_, err := s.Claim(t.Context(), run.ID, record.EntityCustomers, "t", 10)
		require.NoError(t, err)
		for i, id := range ids {
			_, err := s.MarkSent(t.Context(), "t", []string{id}, now.Add(-time.Duration(i)*time.Minute))
			require.NoError(t, err)
		}
		ops, err := s.Unsettled(t.Context(), run.ID, record.EntityCustomers, 2)
		require.NoError(t, err)
		require.Equal(t, []string{ids[2], ids[1]}, idsOf(ops))
	})
}

func TestWhatACutOffRunLeftIsDroppedOrMoved(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		cut := startRun(t, s, 1)
		ops := accounts(t, s, cut.ID, 3)
		_, err := s.Claim(t.Context(), cut.ID, record.EntityCustomers, "t", 10)
		require.NoError(t, err)
		_, err = s.MarkSent(t.Context(), "t", []string{ops[0].ID}, now)
		require.NoError(t, err)
		next := startRun(t, s, 2)
		require.Empty(t, dueIDs(t, s, DueQuery{Run: next.ID, Module: record.Accounts}), "all have an open operation")
		moved, err := s.OpenElsewhere(t.Context(), demo, next.ID)
		require.NoError(t, err)
		require.Equal(t, 1, moved)
		moved, err = s.OpenElsewhere(t.Context(), demo, next.ID)
		require.NoError(t, err)
		require.Zero(t, moved)
		moved, err = s.OpenElsewhere(t.Context(), demo, cut.ID)
		require.NoError(t, err)
		require.Zero(t, moved, "an earlier run takes nothing from a later one")
		unsettled, err := s.Unsettled(t.Context(), next.ID, record.EntityCustomers, 10)
		require.NoError(t, err)
		require.Equal(t, []string{ops[0].ID}, idsOf(unsettled))
		require.Equal(t, []string{"a001", "a002"}, dueIDs(t, s, DueQuery{Run: next.ID, Module: record.Accounts}))
		written, err := s.Finish(t.Context(), "t", now, []Outcome{added(ops[0], "c")})
		require.NoError(t, err)
		require.Equal(t, []string{ops[0].ID}, written, "an outcome that comes late is as good")
	})
}
