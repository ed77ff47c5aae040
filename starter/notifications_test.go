package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"causeway/internal/store/administration"

	"github.com/stretchr/testify/require"
)

// notice leaves a notification.
func (x *trial) notice(connection, id, text string, when time.Time) {
	x.t.Helper()
	_, err := x.store.Notices.Put(context.Background(), administration.Notice{ID: id, Connection: connection, Key: id, Kind: "degraded", Text: text, CreatedAt: when})
	require.NoError(x.t, err)
}

func TestNotificationsAreListedTheNewestFirst(t *testing.T) {
	t.Parallel()
	x := newTrial(t)
	x.connection("demo")
	x.notice("demo", "n1", "all is bad\x1b[31m", at)
	x.notice("old", "n2", "it is deleted", at.Add(time.Minute))
	require.NoError(t, x.store.Notices.KeepDelivery(context.Background(), "n1", time.Time{}, "it answered 500 [HTTP_500]"))
	require.NoError(t, x.store.Notices.KeepDelivery(context.Background(), "n2", at.Add(time.Hour), ""))
	for _, args := range [][]string{{"notifications", "list"}, {"notifications"}, {"notifications", "list", "--unread"}} {
		status, out, errOut := x.run(append(args, "--output", "json")...)
		require.Equal(t, exitDone, status, errOut)
		require.JSONEq(t, `{"unread":2,"notifications":[
			{"id":"n2","kind":"degraded","connection":"old","text":"it is deleted","link":"`+ui("integration/old")+`","at":"2026-03-04T05:07:07Z","read":false,"read_at":null,
			 "webhook":{"delivered_at":"2026-03-04T06:06:07Z","tries":1,"problem":""}},
			{"id":"n1","kind":"degraded","connection":"demo","text":"all is bad\u001b[31m","link":"`+ui("integration/demo")+`","at":"2026-03-04T05:06:07Z","read":false,"read_at":null,
			 "webhook":{"delivered_at":null,"tries":1,"problem":"it answered 500 [HTTP_500]"}}]}`, out)
	}
	_, out, errOut := x.run("notifications", "list", "demo")
	require.Contains(t, out, "all is bad")
	require.Contains(t, out, "not delivered to its webhook, 1 tries: it answered 500 [HTTP_500]")
	require.Contains(t, out, "1 unread")
	require.NotContains(t, out, "it is deleted")
	require.NotContains(t, out, "\x1b")
	require.Contains(t, errOut, "starter notifications read")
	_, out, _ = x.run("notifications", "list", "-c", "old", "--limit", "1", "--output", "json")
	require.Contains(t, out, `"n2"`)
	require.NotContains(t, out, `"n1"`)
	status, _, errOut := x.run("notifications", "list", "nobody")
	require.Equal(t, exitCouldNot, status)
	require.Contains(t, errOut, `no connection "nobody"`)
}

func TestNotificationsAreReadByIDOrAll(t *testing.T) {
	t.Parallel()
	x := newTrial(t)
	x.connection("demo")
	for _, id := range []string{"n1", "n2", "n3"} {
		x.notice("demo", id, "text", at)
	}
	x.notice("old", "n4", "text", at)
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"n1", "n2"}, `{"read":2}`}, {[]string{"n1"}, `{"read":0}`}, {[]string{"--all", "-c", "demo"}, `{"read":1}`}, {[]string{"--all"}, `{"read":1}`},
	} {
		status, out, errOut := x.run(append([]string{"notifications", "read", "--output", "json"}, c.args...)...)
		require.Equal(t, exitDone, status, errOut)
		require.JSONEq(t, c.want, out)
	}
	_, out, _ := x.run("notifications", "list", "--unread", "--output", "json")
	require.JSONEq(t, `{"unread":0,"notifications":[]}`, out)
	for says, args := range map[string][]string{
		"no notification is named": {}, "give one of the two": {"n1", "--all"}, "that is for --all": {"n1", "-c", "demo"}, `there is no notification "nine"`: {"nine"},
		"use 1 to 40 of the characters": {"--all", "-c", "A/b c"}, `no connection "nobody"`: {"--all", "-c", "nobody"},
	} {
		status, out, errOut := x.run(append([]string{"notifications", "read"}, args...)...)
		require.Equal(t, exitCouldNot, status)
		require.Empty(t, out)
		require.Contains(t, errOut, says)
	}
}

const sharedSecret = "correct horse battery staple"

func TestAWebhookIsSetShownAndRemoved(t *testing.T) {
	t.Parallel()
	x := newTrial(t)
	x.connection("demo")
	file := filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(file, []byte(sharedSecret+"\n"), 0o600))
	const all = `{"connection":"","url":"https://8.8.8.8/all","by":"ann","since":"2026-03-04T05:06:07Z"}`
	const own = `{"connection":"demo","url":"https://8.8.4.4/own","by":"","since":"2026-03-04T05:06:07Z"}`
	for _, c := range []struct {
		from func()
		args []string
		want string
	}{
		{func() { x.env["CAUSEWAY_WEBHOOK_SECRET"] = sharedSecret }, []string{"https://8.8.8.8/all", "--who", "ann"}, all},
		{func() { x.env = map[string]string{} }, []string{"https://8.8.4.4/own", "-c", "demo", "--secret-file", file}, own},
		{func() { x.stdin = sharedSecret + "\r\n" }, []string{"https://8.8.4.4/own", "-c", "demo", "--secret-file", "-"}, own},
	} {
		c.from()
		status, out, errOut := x.run(append([]string{"notifications", "webhook", "set", "--output", "json"}, c.args...)...)
		require.Equal(t, exitDone, status, errOut)
		require.JSONEq(t, c.want, out)
		_, secret, found, err := x.store.Notices.WebhookOf(context.Background(), "demo")
		require.NoError(t, err)
		require.True(t, found)
		require.Equal(t, sharedSecret, secret)
	}
	for _, args := range [][]string{{"show", "--output", "json"}, {"--output", "json"}, {"show"}} {
		status, out, errOut := x.run(append([]string{"notifications", "webhook"}, args...)...)
		require.Equal(t, exitDone, status, errOut)
		require.NotContains(t, out, sharedSecret)
		if len(args) > 1 {
			require.JSONEq(t, `{"webhooks":[`+all+`,`+own+`]}`, out)
		} else if args[0] == "show" {
			require.Contains(t, out, "all connections")
		}
	}
	for _, c := range []struct{ args, want string }{{"demo", "true"}, {"demo", "false"}, {"", "true"}} {
		args := []string{"notifications", "webhook", "remove", "--output", "json"}
		if c.args != "" {
			args = append(args, "-c", c.args)
		}
		status, out, errOut := x.run(args...)
		require.Equal(t, exitDone, status, errOut)
		require.JSONEq(t, `{"connection":"`+c.args+`","removed":`+c.want+`}`, out)
	}
	status, _, errOut := x.run("notifications", "webhook", "remove", "-c", "nobody")
	require.Equal(t, exitCouldNot, status)
	require.Contains(t, errOut, `no connection "nobody"`)
}

func TestAWebhookThatMustNotBeIsRefusedAndNothingIsKept(t *testing.T) {
	t.Parallel()
	x := newTrial(t)
	x.connection("demo")
	for says, c := range map[string]struct {
		secret string
		args   []string
	}{
		"127.0.0.1, which is no address of the public network": {sharedSecret, []string{"http://127.0.0.1:1/"}},
		"CAUSEWAY_WEBHOOK_PRIVATE=1":                           {sharedSecret, []string{"http://10.0.0.1/"}},
		"neither https:// nor http://":                         {sharedSecret, []string{"ftp://8.8.8.8/"}},
		"set CAUSEWAY_WEBHOOK_SECRET":                          {"", []string{"https://8.8.8.8/"}},
		"the secret has 5 bytes":                               {"s3cr!", []string{"https://8.8.8.8/"}},
		`no connection "nobody"`:                               {sharedSecret, []string{"https://8.8.8.8/", "-c", "nobody"}},
		"no such file":                                         {sharedSecret, []string{"https://8.8.8.8/", "--secret-file", filepath.Join(t.TempDir(), "none")}},
		"unknown flag --secret":                                {sharedSecret, []string{"https://8.8.8.8/", "--secret", "s"}},
	} {
		x.env["CAUSEWAY_WEBHOOK_SECRET"] = c.secret
		status, out, errOut := x.run(append([]string{"notifications", "webhook", "set"}, c.args...)...)
		require.Equal(t, exitCouldNot, status, says)
		require.Empty(t, out)
		require.Contains(t, errOut, says)
		require.NotContains(t, errOut, "s3cr!")
	}
	list, err := x.store.Notices.Webhooks(context.Background())
	require.NoError(t, err)
	require.Empty(t, list)
	x.env["CAUSEWAY_WEBHOOK_SECRET"] = sharedSecret
	status, _, errOut := x.run("notifications", "webhook", "set", "http://127.0.0.1:1/", "--webhook-private")
	require.Equal(t, exitDone, status, errOut)
}

func TestApplicationsAreAddedListedAndRemoved(t *testing.T) {
	t.Parallel()
	x := newTrial(t)
	x.connection("demo") // of the billing organisation 2
	x.env["CAUSEWAY_APP_SECRET"] = sharedSecret
	status, out, errOut := x.run("apps", "add", "Books", "https://8.8.8.8/x", "--who", "ann", "--output", "json")
	require.Equal(t, exitDone, status, errOut)
	list, err := x.store.Apps.List(context.Background(), "2")
	require.NoError(t, err)
	require.Len(t, list, 1)
	books := `{"id":"` + list[0].ID + `","billing_org":"2","name":"Books","url":"https://8.8.8.8/x","by":"ann","since":"2026-03-04T05:06:07Z","gone_at":null}`
	require.JSONEq(t, books, out)
	_, secret, err := x.store.Apps.Get(context.Background(), list[0].ID)
	require.NoError(t, err)
	require.Equal(t, sharedSecret, secret)
	status, _, errOut = x.run("apps", "add", "Books", "https://8.8.8.8/y", "--billing-org", "9")
	require.Equal(t, exitDone, status, errOut)

	status, out, errOut = x.run("apps", "list", "--billing-org", "2", "--output", "json")
	require.Equal(t, exitDone, status, errOut)
	require.JSONEq(t, `{"apps":[`+books+`]}`, out)
	_, out, _ = x.run("apps")
	require.Contains(t, out, "https://8.8.8.8/y")
	require.NotContains(t, out, sharedSecret)
	for says, args := range map[string][]string{
		"has an application":              {"add", "Books", "https://8.8.8.8/z"},
		"use 1 to 100 characters":         {"add", " ", "https://8.8.8.8/z"},
		"name one":                        {"add", "New", "https://8.8.8.8/z", "--billing-org", "2", "-c", "demo"},
		"127.0.0.1":                       {"add", "New", "http://127.0.0.1/"},
		"several applications are called": {"remove", "Books"},
		`no application "Desk"`:           {"remove", "Desk"},
	} {
		status, out, errOut := x.run(append([]string{"apps"}, args...)...)
		require.Equal(t, exitCouldNot, status, says)
		require.Empty(t, out)
		require.Contains(t, errOut, says)
	}
	status, out, errOut = x.run("apps", "remove", list[0].ID, "--output", "json")
	require.Equal(t, exitDone, status, errOut)
	require.JSONEq(t, `{"id":"`+list[0].ID+`","name":"Books"}`, out)
	status, out, errOut = x.run("apps", "remove", "Books")
	require.Equal(t, exitDone, status, errOut)
	require.Contains(t, out, "it was not told")
}
