package storetest

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"causeway/internal/permission"
	"causeway/internal/record"
	"causeway/internal/store/administration"
	"causeway/internal/store/pushes"

	"github.com/stretchr/testify/require"
)

func intent(key string) pushes.Intent {
	return pushes.Intent{Connection: demo, Type: "invoice", Transaction: "t-" + key, Key: key, Hash: "h-" + key, Action: "save", User: "u1",
		WorkflowID: "push/demo/invoice/t-" + key, At: now}
}

func admit(t *testing.T, s *Store, in pushes.Intent) pushes.Admission {
	t.Helper()
	a, err := s.Pushes.Admit(t.Context(), in)
	require.NoError(t, err)
	return a
}

func state(t *testing.T, s *Store, to record.State) {
	t.Helper()
	require.NoError(t, s.Connections.SetState(t.Context(), demo, to, nil))
}

func testThePlaceOfAPushFollowsTheConnectionsState(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		for i, c := range []struct {
			state    record.State
			decision string
			position int
		}{
			{record.StateConnected, pushes.Go, 0}, {record.StateActive, pushes.Go, 0},
			{record.StatePausing, pushes.Queue, 1}, {record.StatePaused, pushes.Queue, 2},
			{record.StateDisabling, pushes.Refuse, 0}, {record.StateDisabled, pushes.Refuse, 0}, {record.StateDeleting, pushes.Refuse, 0},
		} {
			state(t, s, c.state)
			a := admit(t, s, intent(fmt.Sprintf("k%d", i)))
			require.Equal(t, pushes.Admission{Decision: c.decision, Sequence: int64(i + 1), Position: c.position, State: c.state}, a, c.state)
		}
	})
}

func testARepeatedKeyIsAdmittedOnceAndAnotherRequestWithItNever(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		first := admit(t, s, intent("k"))
		again := admit(t, s, intent("k"))
		require.Equal(t, pushes.Repeat, again.Decision)
		require.Equal(t, first.Sequence, again.Sequence)
		require.Equal(t, pushes.StateOpen, again.Push.State)
		other := intent("k")
		other.Hash = "another"
		require.Equal(t, pushes.KeyTaken, admit(t, s, other).Decision)
		require.Equal(t, int64(2), admit(t, s, intent("k2")).Sequence, "no place was lost")
	})
}

func testARequestThatTheStateRefusedIsTakenWhenItIsAskedAgain(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		state(t, s, record.StateDisabled)
		require.Equal(t, pushes.Refuse, admit(t, s, intent("k")).Decision)
		state(t, s, record.StateActive)
		require.Equal(t, pushes.Go, admit(t, s, intent("k")).Decision)
	})
}

func testRacingCallersGetPlacesWithoutGapsAndOneEach(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		var mu sync.Mutex
		seqs := map[string][]int64{}
		var all sync.WaitGroup
		for i := range 40 {
			all.Go(func() {
				key := fmt.Sprintf("k%d", i%20) // each is asked twice
				a, err := s.Pushes.Admit(t.Context(), intent(key))
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

func testAWriteOfAPushIsGrantedToItsClaimWhileTheConnectionIsAtWork(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		ctx := t.Context()
		seq := admit(t, s, intent("k")).Sequence
		_, err := s.Pushes.Claim(ctx, demo, seq, "one")
		require.NoError(t, err)
		granted, _, err := s.Pushes.Mark(ctx, demo, seq, "one", "create", now.Add(time.Second))
		require.NoError(t, err)
		require.True(t, granted)

		row, err := s.Pushes.Claim(ctx, demo, seq, "two")
		require.NoError(t, err)
		require.Equal(t, "create", row.Step, "the next attempt knows what was begun")
		require.Equal(t, now.Add(time.Second), row.Deadline)
		granted, state1, err := s.Pushes.Mark(ctx, demo, seq, "one", "create", now)
		require.NoError(t, err)
		require.False(t, granted, "the claim is another's")
		require.Equal(t, record.StateConnected, state1)

		state(t, s, record.StatePausing)
		granted, state1, err = s.Pushes.Mark(ctx, demo, seq, "two", "create", now)
		require.NoError(t, err)
		require.False(t, granted, "no call starts in a pause")
		require.Equal(t, record.StatePausing, state1)
	})
}

func testAPushEndsOnceWithItsAnswerAndItsTransactions(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		ctx := t.Context()
		seq := admit(t, s, intent("k")).Sequence
		_, err := s.Pushes.Claim(ctx, demo, seq, "one")
		require.NoError(t, err)
		out := pushes.Outcome{State: pushes.StateDone, Answer: []byte(`{"number":"INV-1"}`), At: now,
			Transactions: []pushes.Transaction{{Connection: demo, Type: "invoice", Transaction: "t-k", BillingID: "7", Status: "draft", Total: "1.00", Modified: now}}}
		require.Error(t, s.Pushes.Finish(ctx, "another", demo, seq, out))
		require.NoError(t, s.Pushes.Finish(ctx, "one", demo, seq, out))
		require.NoError(t, s.Pushes.Finish(ctx, "one", demo, seq, out), "delivered twice")

		again := admit(t, s, intent("k"))
		require.Equal(t, pushes.Repeat, again.Decision)
		require.JSONEq(t, `{"number":"INV-1"}`, string(again.Push.Answer))
		row, err := s.Transactions.Get(ctx, demo, "invoice", "t-k")
		require.NoError(t, err)
		require.Equal(t, "7", row.BillingID)
		_, err = s.Pushes.Claim(ctx, demo, seq, "late")
		require.True(t, record.IsKind(err, record.Conflict), "what has ended is not claimed")

		var stored string
		_, err = s.DB.Reader().Get(ctx, &stored, `SELECT answer FROM pushes WHERE connection = ? AND seq = ?`, demo, seq)
		require.NoError(t, err)
		require.False(t, strings.Contains(stored, "INV-1"), "answers are encrypted")
	})
}

func testQueuedPushesAreReleasedInTheirOrderUntilTheyWereTold(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		ctx := t.Context()
		state(t, s, record.StatePaused)
		for _, key := range []string{"a", "b", "c"} {
			admit(t, s, intent(key))
		}
		rows, err := s.Pushes.Release(ctx, demo, 10)
		require.NoError(t, err)
		require.Empty(t, rows, "a pause that came between decides")
		state(t, s, record.StateActive)
		for range 2 { // a crash before they were told
			rows, err = s.Pushes.Release(ctx, demo, 2)
			require.NoError(t, err)
			require.Equal(t, []int64{1, 2}, sequences(rows))
		}
		require.NoError(t, s.Pushes.MarkTold(ctx, demo, sequences(rows)))
		rows, err = s.Pushes.Release(ctx, demo, 2)
		require.NoError(t, err)
		require.Equal(t, []int64{3}, sequences(rows))
		open, err := s.Pushes.CountOpen(ctx, demo)
		require.NoError(t, err)
		require.Equal(t, 3, open)
	})
}

func sequences(rows []pushes.Push) []int64 {
	var out []int64
	for _, r := range rows {
		out = append(out, r.Sequence)
	}
	return out
}

func testAPushThatMeetsAPauseGoesBackToTheQueueAndADisabledConnectionEndsIt(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		ctx := t.Context()
		seq := admit(t, s, intent("k")).Sequence
		_, err := s.Pushes.Claim(ctx, demo, seq, "one")
		require.NoError(t, err)
		a, err := s.Pushes.Hold(ctx, demo, seq, "one")
		require.NoError(t, err)
		require.Equal(t, pushes.Go, a.Decision, "nothing holds it")
		state(t, s, record.StatePaused)
		a, err = s.Pushes.Hold(ctx, demo, seq, "one")
		require.NoError(t, err)
		require.Equal(t, pushes.Queue, a.Decision)
		require.Equal(t, 1, a.Position)
		state(t, s, record.StateDisabling)
		rows, err := s.Pushes.Refuse(ctx, demo, 10)
		require.NoError(t, err)
		require.Equal(t, []int64{seq}, sequences(rows))
		require.Equal(t, pushes.StateRefused, rows[0].State)
		open, err := s.Pushes.CountOpen(ctx, demo)
		require.NoError(t, err)
		require.Zero(t, open)
	})
}

func testAnOlderStateOfATransactionNeverOverwritesANewerOne(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		ctx := t.Context()
		at := func(offset time.Duration, status, ours string) pushes.Transaction {
			return pushes.Transaction{Connection: demo, Type: "quote", BillingID: "7", Transaction: ours, Status: status, By: ours, Modified: now.Add(offset), Body: []byte("{}")}
		}
		require.NoError(t, s.Transactions.Put(ctx, []pushes.Transaction{at(time.Second, "sent", "q1"), at(0, "draft", "q1")}))
		require.NoError(t, s.Transactions.Put(ctx, []pushes.Transaction{at(2*time.Second, "accepted", "")}))
		row, err := s.Transactions.Get(ctx, demo, "quote", "q1")
		require.NoError(t, err)
		require.Equal(t, "accepted", row.Status)
		require.Equal(t, "q1", row.By, "what a list does not know stays")
		list, err := s.Transactions.List(ctx, demo, pushes.TransactionQuery{Type: "quote", Limit: 10})
		require.NoError(t, err)
		require.Len(t, list, 1)
	})
}

func testAUsersPermissionIsThatOfTheProfile(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		ctx := t.Context()
		require.NoError(t, s.Permissions.PutProfiles(ctx, demo, []record.Profile{{ID: "p1", Name: "Administrator"}, {ID: "p2", Name: "Sales"}}))
		require.NoError(t, s.Permissions.PutMembers(ctx, demo, []administration.Member{{User: "a", Name: "Ann", Profile: "p1", Active: true}, {User: "s", Name: "Sam", Profile: "p2", Active: true}, {User: "x", Profile: "p2"}}))
		of := func(user string) permission.User {
			st, err := s.Permissions.PermissionOf(ctx, demo, user)
			require.NoError(t, err)
			return st
		}
		require.Equal(t, permission.Everything(), of("a").Permission)
		require.Equal(t, permission.Permission{}, of("s").Permission, "nobody has set it")
		require.False(t, of("x").Known, "not active")
		require.False(t, of("nobody").Known)
		some := permission.Permission{Quotes: permission.Rights{Access: true, View: true}, Receivables: true}
		require.NoError(t, s.Permissions.Set(ctx, demo, "p2", some))
		require.Equal(t, some, of("s").Permission)
		require.True(t, record.IsKind(s.Permissions.Set(ctx, demo, "p9", some), record.NotFound))

		require.NoError(t, s.Permissions.PutProfiles(ctx, demo, []record.Profile{{ID: "p1", Name: "Administrator"}}))
		require.True(t, of("s").ProfileGone)
		require.NoError(t, s.Permissions.PutProfiles(ctx, demo, []record.Profile{{ID: "p1", Name: "Administrator"}, {ID: "p2", Name: "Sales"}}))
		require.Equal(t, some, of("s").Permission, "it is remembered")
	})
}

func testAnUploadIsKeptEncryptedAndGoesWithTheWorkspace(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		ctx := t.Context()
		up := pushes.Upload{ID: "u1", Connection: demo, Name: "offer.txt", Type: "text/plain", Data: []byte("a secret offer"), By: "a", At: now}
		require.NoError(t, s.Workspace.PutUpload(ctx, up))
		require.NoError(t, s.Workspace.PutUpload(ctx, up), "delivered twice")
		got, err := s.Workspace.Upload(ctx, demo, "u1")
		require.NoError(t, err)
		require.Equal(t, "a secret offer", string(got.Data))
		counts, err := s.Workspace.Counts(ctx, demo)
		require.NoError(t, err)
		require.Equal(t, map[string]int{pushes.WorkspaceAttachment: 1}, counts)
		_, err = s.Workspace.Remove(ctx, demo, 10)
		require.NoError(t, err)
		_, err = s.Workspace.Upload(ctx, demo, "u1")
		require.True(t, record.IsKind(err, record.NotFound))
	})
}

var pushesTests = []Test{
	{"ThePlaceOfAPushFollowsTheConnectionsState", testThePlaceOfAPushFollowsTheConnectionsState},
	{"ARepeatedKeyIsAdmittedOnceAndAnotherRequestWithItNever", testARepeatedKeyIsAdmittedOnceAndAnotherRequestWithItNever},
	{"ARequestThatTheStateRefusedIsTakenWhenItIsAskedAgain", testARequestThatTheStateRefusedIsTakenWhenItIsAskedAgain},
	{"RacingCallersGetPlacesWithoutGapsAndOneEach", testRacingCallersGetPlacesWithoutGapsAndOneEach},
	{"AWriteOfAPushIsGrantedToItsClaimWhileTheConnectionIsAtWork", testAWriteOfAPushIsGrantedToItsClaimWhileTheConnectionIsAtWork},
	{"APushEndsOnceWithItsAnswerAndItsTransactions", testAPushEndsOnceWithItsAnswerAndItsTransactions},
	{"QueuedPushesAreReleasedInTheirOrderUntilTheyWereTold", testQueuedPushesAreReleasedInTheirOrderUntilTheyWereTold},
	{"APushThatMeetsAPauseGoesBackToTheQueueAndADisabledConnectionEndsIt", testAPushThatMeetsAPauseGoesBackToTheQueueAndADisabledConnectionEndsIt},
	{"AnOlderStateOfATransactionNeverOverwritesANewerOne", testAnOlderStateOfATransactionNeverOverwritesANewerOne},
	{"AUsersPermissionIsThatOfTheProfile", testAUsersPermissionIsThatOfTheProfile},
	{"AnUploadIsKeptEncryptedAndGoesWithTheWorkspace", testAnUploadIsKeptEncryptedAndGoesWithTheWorkspace},
}
