package storetest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"causeway/internal/record"
	"causeway/internal/store/administration"
	"causeway/internal/store/db"

	"github.com/stretchr/testify/require"
)

func testAMigrationThatLandsAfterALaterOneIsMissedAndMadeUpFor(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		require.NoError(t, s.CheckVersion(t.Context()))
		for _, undo := range []string{
			`DROP TABLE notices`, `DROP TABLE webhooks`, `DROP TABLE finance_apps`, `DELETE FROM causeway_schema WHERE version_id = 8`,
		} {
			_, err := s.DB.Exec(t.Context(), "undo", undo)
			require.NoError(t, err)
		}
		var wrong *db.SchemaError
		require.ErrorAs(t, s.CheckVersion(t.Context()), &wrong)
		require.ErrorContains(t, wrong, "worker migrate")
		require.NoError(t, s.Migrate(t.Context()))
		require.NoError(t, s.CheckVersion(t.Context()))
		_, _, err := s.Notices.List(t.Context(), administration.NoticeFilter{Limit: 1}, now)
		require.NoError(t, err)
	})
}

func leave(t *testing.T, s *Store, connection, key string, at time.Time) administration.Notice {
	t.Helper()
	n, err := s.Notices.Put(t.Context(), administration.Notice{ID: newID(t), Connection: connection, Key: key, Kind: "degraded", Text: "of " + key, Link: "http://ui/1", CreatedAt: at})
	require.NoError(t, err)
	return n
}

func textsOf(list []administration.Notice) []string {
	out := []string{}
	for _, n := range list {
		out = append(out, n.Connection+" "+n.Text)
	}
	return out
}

func testANoticeThatIsLeftTwiceIsOne(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		long := strings.Repeat("k", 5000)
		for _, key := range []string{"k1", long} {
			first := leave(t, s, demo, key, now)
			again, err := s.Notices.Put(t.Context(), administration.Notice{ID: newID(t), Connection: demo, Key: key, Kind: "paused", Text: "other", CreatedAt: now.Add(time.Hour)})
			require.NoError(t, err)
			require.Equal(t, first, again)
			got, err := s.Notices.Get(t.Context(), first.ID)
			require.NoError(t, err)
			require.Equal(t, first, got)
		}
		require.NotEqual(t, leave(t, s, demo, "k1", now).ID, leave(t, s, "other", "k1", now).ID, "another connection's")
		list, unread, err := s.Notices.List(t.Context(), administration.NoticeFilter{Limit: 10}, now)
		require.NoError(t, err)
		require.Len(t, list, 3)
		require.Equal(t, 3, unread)
		_, err = s.Notices.Get(t.Context(), "none")
		require.True(t, record.IsKind(err, record.NotFound))
	})
}

func testNoticesAreListedTheNewestFirstAndReadOnce(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		var left []administration.Notice
		for i := range 4 {
			left = append(left, leave(t, s, demo, fmt.Sprint(i), now.Add(time.Duration(i)*time.Minute)))
		}
		leave(t, s, "gone", "x", now.Add(time.Hour))
		list, unread, err := s.Notices.List(t.Context(), administration.NoticeFilter{Connection: demo, Limit: 2}, now)
		require.NoError(t, err)
		require.Equal(t, []string{"demo of 3", "demo of 2"}, textsOf(list))
		require.Equal(t, 4, unread, "of all, whatever the limit")

		n, err := s.Notices.MarkRead(t.Context(), []string{left[0].ID, "none"}, now)
		require.True(t, record.IsKind(err, record.NotFound))
		require.Zero(t, n)
		for want, when := range map[int]time.Time{2: now.Add(time.Hour)} {
			n, err = s.Notices.MarkRead(t.Context(), []string{left[0].ID, left[3].ID}, when)
			require.NoError(t, err)
			require.Equal(t, want, n, "the one beside the unknown one was left as it was")
		}
		n, err = s.Notices.MarkRead(t.Context(), []string{left[0].ID, left[1].ID}, now.Add(2*time.Hour))
		require.NoError(t, err)
		require.Equal(t, 1, n)
		got, err := s.Notices.Get(t.Context(), left[0].ID)
		require.NoError(t, err)
		require.Equal(t, now.Add(time.Hour), got.ReadAt, "when it was read first")

		list, unread, err = s.Notices.List(t.Context(), administration.NoticeFilter{Unread: true, Limit: 10}, now)
		require.NoError(t, err)
		require.Equal(t, []string{"gone of x", "demo of 2"}, textsOf(list))
		require.Equal(t, 2, unread)
		for connection, want := range map[string]int{demo: 1, "nobody": 0} {
			n, err = s.Notices.MarkAllRead(t.Context(), connection, now)
			require.NoError(t, err)
			require.Equal(t, want, n)
		}
		n, err = s.Notices.MarkAllRead(t.Context(), "", now)
		require.NoError(t, err)
		require.Equal(t, 1, n)
	})
}

func testNoticesGoAfterNinetyDays(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		old := leave(t, s, demo, "old", now)
		young := leave(t, s, demo, "young", now.Add(time.Hour))
		later := now.Add(administration.NoticesKept + time.Minute)
		list, unread, err := s.Notices.List(t.Context(), administration.NoticeFilter{Limit: 10}, later)
		require.NoError(t, err)
		require.Equal(t, []string{"demo of young"}, textsOf(list), "it is told no more, pruned or not")
		require.Equal(t, 1, unread)
		leave(t, s, demo, "new", later)
		_, err = s.Notices.Get(t.Context(), old.ID)
		require.True(t, record.IsKind(err, record.NotFound))
		_, err = s.Notices.Get(t.Context(), young.ID)
		require.NoError(t, err)
	})
}

func testADeliveryIsKeptAndOneThatWasMadeStays(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		n := leave(t, s, demo, "k", now)
		require.NoError(t, s.Notices.KeepDelivery(t.Context(), n.ID, time.Time{}, "it answered 500"))
		got, err := s.Notices.Get(t.Context(), n.ID)
		require.NoError(t, err)
		require.Equal(t, 1, got.Tries)
		require.Equal(t, "it answered 500", got.Problem)
		require.Zero(t, got.DeliveredAt)
		require.NoError(t, s.Notices.KeepDelivery(t.Context(), n.ID, now.Add(time.Minute), ""))
		require.NoError(t, s.Notices.KeepDelivery(t.Context(), n.ID, time.Time{}, "late"))
		got, err = s.Notices.Get(t.Context(), n.ID)
		require.NoError(t, err)
		require.Equal(t, 2, got.Tries)
		require.Empty(t, got.Problem)
		require.Equal(t, now.Add(time.Minute), got.DeliveredAt)
	})
}

func testAConnectionsOwnWebhookComesBeforeThatOfAll(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		ctx := t.Context()
		_, _, found, err := s.Notices.WebhookOf(ctx, demo)
		require.NoError(t, err)
		require.False(t, found)
		all := administration.Webhook{URL: "https://a.example/all", Who: "ann", SetAt: now}
		own := administration.Webhook{Connection: demo, URL: "https://a.example/own", SetAt: now.Add(time.Hour)}
		require.NoError(t, s.Notices.PutWebhook(ctx, all, "first secret"))
		require.NoError(t, s.Notices.PutWebhook(ctx, all, "secret of all"))
		expect := func(connection string, want administration.Webhook, wantSecret string) {
			t.Helper()
			got, secret, found, err := s.Notices.WebhookOf(ctx, connection)
			require.NoError(t, err)
			require.True(t, found)
			require.Equal(t, want, got)
			require.Equal(t, wantSecret, secret)
			has, err := s.Notices.HasWebhook(ctx, connection)
			require.NoError(t, err)
			require.True(t, has)
		}
		expect(demo, all, "secret of all")
		require.NoError(t, s.Notices.PutWebhook(ctx, own, "secret of demo"))
		expect(demo, own, "secret of demo")
		expect("other", all, "secret of all")
		list, err := s.Notices.Webhooks(ctx)
		require.NoError(t, err)
		require.Equal(t, []administration.Webhook{all, own}, list)
		require.True(t, record.IsKind(s.Notices.PutWebhook(ctx, administration.Webhook{Connection: "nobody"}, "s"), record.NotFound))

		for _, want := range []bool{true, false} {
			removed, err := s.Notices.RemoveWebhook(ctx, demo)
			require.NoError(t, err)
			require.Equal(t, want, removed)
		}
		expect(demo, all, "secret of all")
	})
}

func testSecretsDoNotLieInTheStoreInClear(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		require.NoError(t, s.Notices.PutWebhook(t.Context(), administration.Webhook{URL: "https://a.example"}, "s3cret-of-the-webhook"))
		require.NoError(t, s.Apps.Put(t.Context(), administration.App{ID: "a", BillingOrg: "b", Name: "n"}, "s3cret-of-the-app"))
		require.NotContains(t, everything(t, s), "s3cret")
		_, err := s.DB.Exec(t.Context(), "steal", `UPDATE finance_apps SET key_id = (SELECT key_id FROM webhooks), ciphertext = (SELECT ciphertext FROM webhooks)`)
		require.NoError(t, err)
		_, _, err = s.Apps.Get(t.Context(), "a")
		require.True(t, record.IsKind(err, record.Unauthorized), "a secret cannot be moved to where it does not belong")
	})
}

func testANewConnectionDoesNotInheritTheWebhookOfADeletedOne(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		ctx := t.Context()
		require.NoError(t, s.Notices.PutWebhook(ctx, administration.Webhook{Connection: demo, URL: "https://a.example"}, "secret"))
		drop := func() {
			_, err := s.DB.Exec(ctx, "drop", `DELETE FROM connections WHERE id = ?`, demo)
			require.NoError(t, err)
		}
		_, err := s.Deletions.Begin(ctx, "p1", demo, "ann", now)
		require.NoError(t, err)
		drop()
		_, err = s.DB.Exec(ctx, "end", `UPDATE deletions SET finished_at = ?`, db.Micros(now))
		require.NoError(t, err)
		leave(t, s, "other", "meanwhile", now.Add(time.Hour))
		has, err := s.Notices.HasWebhook(ctx, demo)
		require.NoError(t, err)
		require.True(t, has, "its last notice is still to be delivered")

		require.NoError(t, s.Connections.Create(ctx, record.Connection{ID: demo, Incarnation: "inc2", State: record.StateConnected, CreatedAt: now}))
		has, err = s.Notices.HasWebhook(ctx, demo)
		require.NoError(t, err)
		require.False(t, has)
		list, err := s.Notices.Webhooks(ctx)
		require.NoError(t, err)
		require.Empty(t, list)
		drop()
		leave(t, s, "other", "later", now.Add(26*time.Hour))
		has, err = s.Notices.HasWebhook(ctx, demo)
		require.NoError(t, err)
		require.False(t, has, "it went with its time")
	})
}

func testApplicationsAreRegisteredOnceAndForgottenWhenDisconnected(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		ctx := context.Background()
		books := administration.App{ID: "1", BillingOrg: "b1", Name: "Books", URL: "https://books.example", Who: "ann", CreatedAt: now}
		for range 2 {
			require.NoError(t, s.Apps.Put(ctx, books, "secret of books"))
		}
		again := books
		again.ID = "2"
		require.True(t, record.IsKind(s.Apps.Put(ctx, again, "x"), record.Conflict))
		other := administration.App{ID: "3", BillingOrg: "b2", Name: "Books", CreatedAt: now}
		require.NoError(t, s.Apps.Put(ctx, other, "x"))
		got, secret, err := s.Apps.Get(ctx, "1")
		require.NoError(t, err)
		require.Equal(t, books, got)
		require.Equal(t, "secret of books", secret)
		connected, err := s.Apps.Connected(ctx, "b1")
		require.NoError(t, err)
		require.Equal(t, []administration.App{books}, connected)

		for i := range 2 {
			require.NoError(t, s.Apps.Disconnect(ctx, "1", now.Add(time.Duration(i+1)*time.Hour)))
		}
		_, _, err = s.Apps.Get(ctx, "1")
		require.True(t, record.IsKind(err, record.NotFound))
		connected, err = s.Apps.Connected(ctx, "b1")
		require.NoError(t, err)
		require.Empty(t, connected)
		require.NoError(t, s.Apps.Put(ctx, again, "x"), "the name is free again")
		books.GoneAt = now.Add(time.Hour)
		list, err := s.Apps.List(ctx, "")
		require.NoError(t, err)
		require.Equal(t, []administration.App{again, books, other}, list)
		require.NoError(t, s.Apps.Remove(ctx, "3"))
		require.True(t, record.IsKind(s.Apps.Remove(ctx, "3"), record.NotFound))
		list, err = s.Apps.List(ctx, "b2")
		require.NoError(t, err)
		require.Empty(t, list)
	})
}

var noticesTests = []Test{
	{"AMigrationThatLandsAfterALaterOneIsMissedAndMadeUpFor", testAMigrationThatLandsAfterALaterOneIsMissedAndMadeUpFor},
	{"ANoticeThatIsLeftTwiceIsOne", testANoticeThatIsLeftTwiceIsOne},
	{"NoticesAreListedTheNewestFirstAndReadOnce", testNoticesAreListedTheNewestFirstAndReadOnce},
	{"NoticesGoAfterNinetyDays", testNoticesGoAfterNinetyDays},
	{"ADeliveryIsKeptAndOneThatWasMadeStays", testADeliveryIsKeptAndOneThatWasMadeStays},
	{"AConnectionsOwnWebhookComesBeforeThatOfAll", testAConnectionsOwnWebhookComesBeforeThatOfAll},
	{"SecretsDoNotLieInTheStoreInClear", testSecretsDoNotLieInTheStoreInClear},
	{"ANewConnectionDoesNotInheritTheWebhookOfADeletedOne", testANewConnectionDoesNotInheritTheWebhookOfADeletedOne},
	{"ApplicationsAreRegisteredOnceAndForgottenWhenDisconnected", testApplicationsAreRegisteredOnceAndForgottenWhenDisconnected},
}
