package notify_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"causeway/activities"
	"causeway/activities/activitytest"
	"causeway/activities/deletion"
	"causeway/activities/notify"
	"causeway/internal/record"
	"causeway/internal/steps"
	"causeway/internal/store"
	"causeway/internal/store/administration"
	"causeway/internal/webhook"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"
)

const hookSecret = "correct horse battery staple"

// told is a store with a connection, and a receiver of webhooks.
type told struct {
	t       *testing.T
	store   *store.Store
	notices *activities.Notices
	apps    *deletion.Registry
	url     string

	mu     sync.Mutex
	status int
	bodies []string
}

func newTold(t *testing.T) *told {
	t.Helper()
	x := &told{t: t, store: activitytest.OpenStore(t, filepath.Join(t.TempDir(), "causeway.db")), status: 200}
	server := httptest.NewServer(http.HandlerFunc(x.receive))
	t.Cleanup(server.Close)
	x.url = server.URL + "/s3cret-path"
	require.NoError(t, x.store.Connections.Create(t.Context(), record.Connection{ID: activitytest.Demo, Incarnation: "i", CRMOrg: "1", BillingOrg: "77", State: record.StateActive, CreatedAt: time.Now()}))
	sender := webhook.New(webhook.Options{Private: true})
	x.notices = &activities.Notices{Notifier: notify.Notifier{
		Store: x.store, Sender: sender, Now: time.Now, Log: slog.New(slog.DiscardHandler),
		Link: func(connection string) string { return "http://ui/" + connection },
	}}
	x.apps = &deletion.Registry{Store: x.store, Sender: sender, Now: time.Now}
	return x
}

// receive takes what is signed as the contract says.
func (x *told) receive(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	t, _, _ := strings.Cut(strings.TrimPrefix(r.Header.Get("Causeway-Signature"), "t="), ",")
	mac := hmac.New(sha256.New, []byte(hookSecret))
	_, _ = fmt.Fprintf(mac, "%s.%s", t, body)
	x.mu.Lock()
	defer x.mu.Unlock()
	if r.Header.Get("Causeway-Signature") != "t="+t+",v1="+hex.EncodeToString(mac.Sum(nil)) {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	x.bodies = append(x.bodies, string(body))
	w.Header().Set("Retry-After", "7")
	w.WriteHeader(x.status)
}

func (x *told) hook() {
	x.t.Helper()
	require.NoError(x.t, x.store.Notices.PutWebhook(x.t.Context(), administration.Webhook{URL: x.url, SetAt: time.Now()}, hookSecret))
}

func (x *told) notify(key, text string) steps.NotifyResult {
	x.t.Helper()
	out, err := x.notices.Notify(x.t.Context(), steps.NotifyInput{Connection: activitytest.Demo, Kind: contract.NoticeDegraded, Key: key, Text: text})
	require.NoError(x.t, err)
	return out
}

// deliver runs one attempt as Temporal does.
func (x *told) deliver(id string) error {
	x.t.Helper()
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(activitytest.Quiet{})
	env := suite.NewTestActivityEnvironment()
	env.RegisterActivity(x.notices)
	_, err := env.ExecuteActivity(x.notices.DeliverNotice, steps.DeliverInput{ID: id})
	return err
}

func TestANotificationIsLeftOnceByItsKey(t *testing.T) {
	t.Parallel()
	x := newTold(t)
	first := x.notify("k", strings.Repeat("é", 5000))
	require.False(t, first.Webhook, "there is none")
	x.hook()
	require.Equal(t, steps.NotifyResult{ID: first.ID, Webhook: true}, x.notify("k", "again"))
	require.NotEqual(t, first.ID, x.notify("k2", "other").ID)
	list, unread, err := x.store.Notices.List(t.Context(), administration.NoticeFilter{Limit: 10}, time.Now())
	require.NoError(t, err)
	require.Equal(t, 2, unread)
	require.Len(t, []rune(list[1].Text), 4000)
	require.Equal(t, "http://ui/demo", list[1].Link)
	_, err = x.notices.Notify(t.Context(), steps.NotifyInput{Connection: activitytest.Demo, Kind: "degraded"})
	require.Equal(t, contract.ErrorInvalid, contract.FailureOf(err).Type)
}

func TestANotificationIsDeliveredSignedAndOnce(t *testing.T) {
	t.Parallel()
	x := newTold(t)
	x.hook()
	id := x.notify("k", "all is bad").ID
	for range 2 {
		require.NoError(t, x.deliver(id))
	}
	require.Len(t, x.bodies, 1)
	kept, err := x.store.Notices.Get(t.Context(), id)
	require.NoError(t, err)
	var body map[string]any
	require.NoError(t, json.Unmarshal([]byte(x.bodies[0]), &body))
	require.Equal(t, map[string]any{
		"id": id, "kind": "degraded", "connection": "demo", "text": "all is bad", "link": "http://ui/demo", "at": kept.CreatedAt.Format(time.RFC3339Nano),
	}, body)
	require.False(t, kept.DeliveredAt.IsZero())
	require.False(t, x.notify("k", "").Webhook, "it was delivered already")
}

func TestADeliveryThatFailsIsTriedAgainByTemporalAndSaysWhy(t *testing.T) {
	t.Parallel()
	x := newTold(t)
	x.hook()
	id := x.notify("k", "x").ID
	for status, code := range map[int]string{500: "HTTP_500", 404: "HTTP_404", 302: webhook.CodeRedirect, 429: "HTTP_429"} {
		x.status = status
		err := x.deliver(id)
		var app *temporal.ApplicationError
		require.ErrorAs(t, err, &app)
		require.False(t, app.NonRetryable())
		require.Equal(t, code, contract.FailureOf(err).Code)
		require.NotContains(t, err.Error(), "s3cret")
		if status == 429 {
			require.Equal(t, 7*time.Second, app.NextRetryDelay(), "as the receiver asks")
		}
		kept, err := x.store.Notices.Get(t.Context(), id)
		require.NoError(t, err)
		require.Contains(t, kept.Problem, code)
	}
	x.status = 200
	require.NoError(t, x.deliver(id))
	kept, err := x.store.Notices.Get(t.Context(), id)
	require.NoError(t, err)
	require.Empty(t, kept.Problem)
	require.Equal(t, 5, kept.Tries)

	gone := x.deliver("none")
	var app *temporal.ApplicationError
	require.ErrorAs(t, gone, &app)
	require.True(t, app.NonRetryable(), "it does not come back")
}

func TestAnAddressInsideIsRefusedByTheWorkerToo(t *testing.T) {
	t.Parallel()
	x := newTold(t)
	x.hook()
	x.notices.Notifier.Sender = webhook.New(webhook.Options{})
	require.Equal(t, webhook.CodeAddress, contract.FailureOf(x.deliver(x.notify("k", "x").ID)).Code)
	require.Empty(t, x.bodies)
}

func TestAWebhookThatIsTakenAwayEndsTheDelivery(t *testing.T) {
	t.Parallel()
	x := newTold(t)
	x.hook()
	id := x.notify("k", "x").ID
	_, err := x.store.Notices.RemoveWebhook(t.Context(), "")
	require.NoError(t, err)
	require.NoError(t, x.deliver(id))
	require.Empty(t, x.bodies)
}

func TestADeliveryThatIsCutOffIsNoFailureOfTheWebhook(t *testing.T) {
	t.Parallel()
	x := newTold(t)
	x.hook()
	id := x.notify("k", "x").ID
	ctx, cancel := context.WithCancel(t.Context())
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		cancel()
		<-r.Context().Done()
	}))
	t.Cleanup(server.Close)
	require.NoError(t, x.store.Notices.PutWebhook(t.Context(), administration.Webhook{URL: server.URL}, hookSecret))
	require.ErrorIs(t, x.notices.DeliverNotice(ctx, steps.DeliverInput{ID: id}), context.Canceled)
	kept, err := x.store.Notices.Get(t.Context(), id)
	require.NoError(t, err)
	require.Zero(t, kept.Tries)
}

func TestRegisteredApplicationsAreToldAndForgotten(t *testing.T) {
	t.Parallel()
	x := newTold(t)
	for _, id := range []string{"a1", "a2", "a3"} {
		require.NoError(t, x.store.Apps.Put(t.Context(), administration.App{ID: id, BillingOrg: "77", Name: "App " + id, URL: x.url}, hookSecret))
	}
	require.NoError(t, x.store.Apps.Put(t.Context(), administration.App{ID: "b", BillingOrg: "78", Name: "Other", URL: x.url}, hookSecret))
	apps, err := x.apps.Of(t.Context(), "77")
	require.NoError(t, err)
	require.Equal(t, []deletion.App{{ID: "a1", Name: "App a1"}, {ID: "a2", Name: "App a2"}, {ID: "a3", Name: "App a3"}}, apps)

	apps[0].Connection = activitytest.Demo
	require.NoError(t, x.apps.Disconnect(t.Context(), apps[0]))
	require.Contains(t, x.bodies[0], `"event":"disconnect","app":"a1","billing_org":"77","connection":"demo"`)
	require.True(t, record.IsKind(x.apps.Disconnect(t.Context(), apps[0]), record.NotFound), "it is not told twice")
	require.Len(t, x.bodies, 1)
	x.status = 410
	require.True(t, record.IsKind(x.apps.Disconnect(t.Context(), apps[1]), record.NotFound))
	x.status = 500
	err = x.apps.Disconnect(t.Context(), apps[2])
	var e *record.Error
	require.True(t, errors.As(err, &e))
	require.Equal(t, "HTTP_500", e.Code)
	left, err := x.apps.Of(t.Context(), "77")
	require.NoError(t, err)
	require.Equal(t, apps[2:], left, "who could not be told stays")
}
