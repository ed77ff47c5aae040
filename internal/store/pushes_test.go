package store

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"causeway/internal/record"

	"github.com/stretchr/testify/require"
)

func intent(key string) PushIntent {
	return PushIntent{Connection: demo, Type: "invoice", Transaction: "t-" + key, Key: key, Hash: "h-" + key, Action: "save", User: "u1",
		WorkflowID: "push/demo/invoice/t-" + key, At: now}
}

func admit(t *testing.T, s *Store, in PushIntent) Admission {
	t.Helper()
	a, err := s.AdmitPush(t.Context(), in)
	require.NoError(t, err)
	return a
}

func state(t *testing.T, s *Store, to record.State) {
	t.Helper()
	require.NoError(t, s.SetState(t.Context(), demo, to, nil))
}

func TestThePlaceOfAPushFollowsTheConnectionsState(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		for i, c := range []struct {
			state    record.State
			decision string
			position int
		}{
			{record.StateConnected, PushGo, 0}, {record.StateActive, PushGo, 0},
			{record.StatePausing, PushQueue, 1}, {record.StatePaused, PushQueue, 2},
			{record.StateDisabling, PushRefuse, 0}, {record.StateDisabled, PushRefuse, 0}, {record.StateDeleting, PushRefuse, 0},
		} {
			state(t, s, c.state)
			a := admit(t, s, intent(fmt.Sprintf("k%d", i)))
			require.Equal(t, Admission{Decision: c.decision, Sequence: int64(i + 1), Position: c.position, State: c.state}, a, c.state)
		}
	})
}

func TestARepeatedKeyIsAdmittedOnceAndAnotherRequestWithItNever(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		first := admit(t, s, intent("k"))
		again := admit(t, s, intent("k"))
		require.Equal(t, PushRepeat, again.Decision)
		require.Equal(t, first.Sequence, again.Sequence)
		require.Equal(t, PushStateOpen, again.Push.State)
		other := intent("k")
		other.Hash = "another"
		require.Equal(t, PushKeyTaken, admit(t, s, other).Decision)
		require.Equal(t, int64(2), admit(t, s, intent("k2")).Sequence, "no place was lost")
	})
}

func TestARequestThatTheStateRefusedIsTakenWhenItIsAskedAgain(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		state(t, s, record.StateDisabled)
		require.Equal(t, PushRefuse, admit(t, s, intent("k")).Decision)
		state(t, s, record.StateActive)
		require.Equal(t, PushGo, admit(t, s, intent("k")).Decision)
	})
}

func TestRacingCallersGetPlacesWithoutGapsAndOneEach(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		var mu sync.Mutex
		seqs := map[string][]int64{}
		var all sync.WaitGroup
		for i := range 40 {
			all.Go(func() {
				key := fmt.Sprintf("k%d", i%20) // each is asked twice
				a, err := s.AdmitPush(t.Context(), intent(key))
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				defer mu.Unlock()
				seqs[key] = append(seqs[key], a.Sequence)
			})
		}
		all.Wait()
		var places []int64
		for key, of := range seqs {
			require.Len(t, of, 2)
			require.Equal(t, of[0], of[1], key)
			places = append(places, of[0])
		}
		slices.Sort(places)
		for i, p := range places {
			require.Equal(t, int64(i+1), p)
		}
	})
}

func TestAWriteOfAPushIsGrantedToItsClaimWhileTheConnectionIsAtWork(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		seq := admit(t, s, intent("k")).Sequence
		_, err := s.ClaimPush(ctx, demo, seq, "one")
		require.NoError(t, err)
		granted, _, err := s.MarkPush(ctx, demo, seq, "one", "create", now.Add(time.Second))
		require.NoError(t, err)
		require.True(t, granted)

		row, err := s.ClaimPush(ctx, demo, seq, "two")
		require.NoError(t, err)
		require.Equal(t, "create", row.Step, "the next attempt knows what was begun")
		require.Equal(t, now.Add(time.Second), row.Deadline)
		granted, state1, err := s.MarkPush(ctx, demo, seq, "one", "create", now)
		require.NoError(t, err)
		require.False(t, granted, "the claim is another's")
		require.Equal(t, record.StateConnected, state1)

		state(t, s, record.StatePausing)
		granted, state1, err = s.MarkPush(ctx, demo, seq, "two", "create", now)
		require.NoError(t, err)
		require.False(t, granted, "no call starts in a pause")
		require.Equal(t, record.StatePausing, state1)
	})
}

func TestAPushEndsOnceWithItsAnswerAndItsTransactions(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		seq := admit(t, s, intent("k")).Sequence
		_, err := s.ClaimPush(ctx, demo, seq, "one")
		require.NoError(t, err)
		out := PushOutcome{State: PushStateDone, Answer: []byte(`{"number":"INV-1"}`), At: now,
			Transactions: []TransactionRow{{Connection: demo, Type: "invoice", Transaction: "t-k", BillingID: "7", Status: "draft", Total: "1.00", Modified: now}}}
		require.Error(t, s.FinishPush(ctx, "another", demo, seq, out))
		require.NoError(t, s.FinishPush(ctx, "one", demo, seq, out))
		require.NoError(t, s.FinishPush(ctx, "one", demo, seq, out), "delivered twice")

		again := admit(t, s, intent("k"))
		require.Equal(t, PushRepeat, again.Decision)
		require.JSONEq(t, `{"number":"INV-1"}`, string(again.Push.Answer))
		row, err := s.Transaction(ctx, demo, "invoice", "t-k")
		require.NoError(t, err)
		require.Equal(t, "7", row.BillingID)
		_, err = s.ClaimPush(ctx, demo, seq, "late")
		require.True(t, record.IsKind(err, record.Conflict), "what has ended is not claimed")

		var stored string
		_, err = s.db.reader().get(ctx, &stored, `SELECT answer FROM pushes WHERE connection = ? AND seq = ?`, demo, seq)
		require.NoError(t, err)
		require.False(t, strings.Contains(stored, "INV-1"), "answers are encrypted")
	})
}

func TestQueuedPushesAreReleasedInTheirOrderUntilTheyWereTold(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		state(t, s, record.StatePaused)
		for _, key := range []string{"a", "b", "c"} {
			admit(t, s, intent(key))
		}
		rows, err := s.ReleasePushes(ctx, demo, 10)
		require.NoError(t, err)
		require.Empty(t, rows, "a pause that came between decides")
		state(t, s, record.StateActive)
		for range 2 { // a crash before they were told
			rows, err = s.ReleasePushes(ctx, demo, 2)
			require.NoError(t, err)
			require.Equal(t, []int64{1, 2}, sequences(rows))
		}
		require.NoError(t, s.ToldPushes(ctx, demo, sequences(rows)))
		rows, err = s.ReleasePushes(ctx, demo, 2)
		require.NoError(t, err)
		require.Equal(t, []int64{3}, sequences(rows))
		open, err := s.OpenPushes(ctx, demo)
		require.NoError(t, err)
		require.Equal(t, 3, open)
	})
}

func sequences(rows []PushRow) []int64 {
	var out []int64
	for _, r := range rows {
		out = append(out, r.Sequence)
	}
	return out
}

func TestAPushThatMeetsAPauseGoesBackToTheQueueAndADisabledConnectionEndsIt(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		seq := admit(t, s, intent("k")).Sequence
		_, err := s.ClaimPush(ctx, demo, seq, "one")
		require.NoError(t, err)
		a, err := s.HoldPush(ctx, demo, seq, "one")
		require.NoError(t, err)
		require.Equal(t, PushGo, a.Decision, "nothing holds it")
		state(t, s, record.StatePaused)
		a, err = s.HoldPush(ctx, demo, seq, "one")
		require.NoError(t, err)
		require.Equal(t, PushQueue, a.Decision)
		require.Equal(t, 1, a.Position)
		state(t, s, record.StateDisabling)
		rows, err := s.RefusePushes(ctx, demo, 10)
		require.NoError(t, err)
		require.Equal(t, []int64{seq}, sequences(rows))
		require.Equal(t, PushStateRefused, rows[0].State)
		open, err := s.OpenPushes(ctx, demo)
		require.NoError(t, err)
		require.Zero(t, open)
	})
}

func TestAnOlderStateOfATransactionNeverOverwritesANewerOne(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		at := func(offset time.Duration, status, ours string) TransactionRow {
			return TransactionRow{Connection: demo, Type: "quote", BillingID: "7", Transaction: ours, Status: status, By: ours, Modified: now.Add(offset), Body: []byte("{}")}
		}
		require.NoError(t, s.PutTransactions(ctx, []TransactionRow{at(time.Second, "sent", "q1"), at(0, "draft", "q1")}))
		require.NoError(t, s.PutTransactions(ctx, []TransactionRow{at(2*time.Second, "accepted", "")}))
		row, err := s.Transaction(ctx, demo, "quote", "q1")
		require.NoError(t, err)
		require.Equal(t, "accepted", row.Status)
		require.Equal(t, "q1", row.By, "what a list does not know stays")
		list, err := s.Transactions(ctx, demo, TransactionQuery{Type: "quote", Limit: 10})
		require.NoError(t, err)
		require.Len(t, list, 1)
	})
}

func TestAUsersPermissionIsThatOfTheProfile(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		require.NoError(t, s.PutProfiles(ctx, demo, []record.Profile{{ID: "p1", Name: "Administrator"}, {ID: "p2", Name: "Sales"}}))
		require.NoError(t, s.PutMembers(ctx, demo, []Member{{User: "a", Name: "Ann", Profile: "p1", Active: true}, {User: "s", Name: "Sam", Profile: "p2", Active: true}, {User: "x", Profile: "p2"}}))
		of := func(user string) UserStanding {
			st, err := s.PermissionOf(ctx, demo, user)
			require.NoError(t, err)
			return st
		}
		require.Equal(t, Everything(), of("a").Permission)
		require.Equal(t, Permission{}, of("s").Permission, "nobody has set it")
		require.False(t, of("x").Known, "not active")
		require.False(t, of("nobody").Known)
		some := Permission{Quotes: Rights{Access: true, View: true}, Receivables: true}
		require.NoError(t, s.SetPermission(ctx, demo, "p2", some))
		require.Equal(t, some, of("s").Permission)
		require.True(t, record.IsKind(s.SetPermission(ctx, demo, "p9", some), record.NotFound))

		require.NoError(t, s.PutProfiles(ctx, demo, []record.Profile{{ID: "p1", Name: "Administrator"}}))
		require.True(t, of("s").ProfileGone)
		require.NoError(t, s.PutProfiles(ctx, demo, []record.Profile{{ID: "p1", Name: "Administrator"}, {ID: "p2", Name: "Sales"}}))
		require.Equal(t, some, of("s").Permission, "it is remembered")
	})
}

func TestAnUploadIsKeptEncryptedAndGoesWithTheWorkspace(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		up := Upload{ID: "u1", Connection: demo, Name: "offer.txt", Type: "text/plain", Data: []byte("a secret offer"), By: "a", At: now}
		require.NoError(t, s.PutUpload(ctx, up))
		require.NoError(t, s.PutUpload(ctx, up), "delivered twice")
		got, err := s.Upload(ctx, demo, "u1")
		require.NoError(t, err)
		require.Equal(t, "a secret offer", string(got.Data))
		counts, err := s.WorkspaceCounts(ctx, demo)
		require.NoError(t, err)
		require.Equal(t, map[string]int{WorkspaceAttachment: 1}, counts)
		_, err = s.RemoveWorkspace(ctx, demo, 10)
		require.NoError(t, err)
		_, err = s.Upload(ctx, demo, "u1")
		require.True(t, record.IsKind(err, record.NotFound))
	})
}
