package administration_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"causeway/internal/cli"
	"causeway/internal/cli/clitest"
	"causeway/internal/store/administration"

	"github.com/stretchr/testify/require"
)

// notice leaves a notification.
func notice(x *clitest.Trial, connection, id, text string, when time.Time) {
	x.T.Helper()
	_, err := x.Store.Notices.Put(context.Background(), administration.Notice{ID: id, Connection: connection, Key: id, Kind: "degraded", Text: text, CreatedAt: when})
	require.NoError(x.T, err)
}

func TestNotificationsAreListedTheNewestFirst(t *testing.T) {
	t.Parallel()
	x := clitest.New(t)
	x.Connection("demo")
	notice(x, "demo", "n1", "all is bad\x1b[31m", clitest.At)
	notice(x, "old", "n2", "it is deleted", clitest.At.Add(time.Minute))
	require.NoError(t, x.Store.Notices.KeepDelivery(context.Background(), "n1", time.Time{}, "it answered 500 [HTTP_500]"))
	require.NoError(t, x.Store.Notices.KeepDelivery(context.Background(), "n2", clitest.At.Add(time.Hour), ""))
	for _, args := range [][]string{{"notifications", "list"}, {"notifications"}, {"notifications", "list", "--unread"}} {
		status, out, errOut := x.Run(append(args, "--output", "json")...)
		require.Equal(t, cli.ExitDone, status, errOut)
		require.JSONEq(t, `{"unread":2,"notifications":[
			{"id":"n2","kind":"degraded","connection":"old","text":"it is deleted","link":"`+clitest.Ui("integration/old")+`","at":"2026-03-04T05:07:07Z","read":false,"read_at":null,
			 "webhook":{"delivered_at":"2026-03-04T06:06:07Z","tries":1,"problem":""}},
			{"id":"n1","kind":"degraded","connection":"demo","text":"all is bad\u001b[31m","link":"`+clitest.Ui("integration/demo")+`","at":"2026-03-04T05:06:07Z","read":false,"read_at":null,
			 "webhook":{"delivered_at":null,"tries":1,"problem":"it answered 500 [HTTP_500]"}}]}`, out)
	}
	_, out, errOut := x.Run("notifications", "list", "demo")
	require.Contains(t, out, "all is bad")
	require.Contains(t, out, "not delivered to its webhook, 1 tries: it answered 500 [HTTP_500]")
	require.Contains(t, out, "1 unread")
	require.NotContains(t, out, "it is deleted")
	require.NotContains(t, out, "\x1b")
	require.Contains(t, errOut, "starter notifications read")
	_, out, _ = x.Run("notifications", "list", "-c", "old", "--limit", "1", "--output", "json")
	require.Contains(t, out, `"n2"`)
	require.NotContains(t, out, `"n1"`)
	status, _, errOut := x.Run("notifications", "list", "nobody")
	require.Equal(t, cli.ExitCouldNot, status)
	require.Contains(t, errOut, `no connection "nobody"`)
}

func TestNotificationsAreReadByIDOrAll(t *testing.T) {
	t.Parallel()
	x := clitest.New(t)
	x.Connection("demo")
	for _, id := range []string{"n1", "n2", "n3"} {
		notice(x, "demo", id, "text", clitest.At)
	}
	notice(x, "old", "n4", "text", clitest.At)
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"n1", "n2"}, `{"read":2}`}, {[]string{"n1"}, `{"read":0}`}, {[]string{"--all", "-c", "demo"}, `{"read":1}`}, {[]string{"--all"}, `{"read":1}`},
	} {
		status, out, errOut := x.Run(append([]string{"notifications", "read", "--output", "json"}, c.args...)...)
		require.Equal(t, cli.ExitDone, status, errOut)
		require.JSONEq(t, c.want, out)
	}
	_, out, _ := x.Run("notifications", "list", "--unread", "--output", "json")
	require.JSONEq(t, `{"unread":0,"notifications":[]}`, out)
	for says, args := range map[string][]string{
		"no notification is named": {}, "give one of the two": {"n1", "--all"}, "that is for --all": {"n1", "-c", "demo"}, `there is no notification "nine"`: {"nine"},
		"use 1 to 40 of the characters": {"--all", "-c", "A/b c"}, `no connection "nobody"`: {"--all", "-c", "nobody"},
	} {
		status, out, errOut := x.Run(append([]string{"notifications", "read"}, args...)...)
		require.Equal(t, cli.ExitCouldNot, status)
		require.Empty(t, out)
		require.Contains(t, errOut, says)
	}
}

const sharedSecret = "correct horse battery staple"

func TestAWebhookIsSetShownAndRemoved(t *testing.T) {
	t.Parallel()
	x := clitest.New(t)
	x.Connection("demo")
	file := filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(file, []byte(sharedSecret+"\n"), 0o600))
	const all = `{"connection":"","url":"https://8.8.8.8/all","by":"ann","since":"2026-03-04T05:06:07Z"}`
	const own = `{"connection":"demo","url":"https://8.8.4.4/own","by":"","since":"2026-03-04T05:06:07Z"}`
	for _, c := range []struct {
		from func()
		args []string
		want string
	}{
		{func() { x.Env["CAUSEWAY_WEBHOOK_SECRET"] = sharedSecret }, []string{"https://8.8.8.8/all", "--who", "ann"}, all},
		{func() { x.Env = map[string]string{} }, []string{"https://8.8.4.4/own", "-c", "demo", "--secret-file", file}, own},
		{func() { x.Stdin = sharedSecret + "\r\n" }, []string{"https://8.8.4.4/own", "-c", "demo", "--secret-file", "-"}, own},
	} {
		c.from()
		status, out, errOut := x.Run(append([]string{"notifications", "webhook", "set", "--output", "json"}, c.args...)...)
		require.Equal(t, cli.ExitDone, status, errOut)
		require.JSONEq(t, c.want, out)
		_, secret, found, err := x.Store.Notices.WebhookOf(context.Background(), "demo")
		require.NoError(t, err)
		require.True(t, found)
		require.Equal(t, sharedSecret, secret)
	}
	for _, args := range [][]string{{"show", "--output", "json"}, {"--output", "json"}, {"show"}} {
		status, out, errOut := x.Run(append([]string{"notifications", "webhook"}, args...)...)
		require.Equal(t, cli.ExitDone, status, errOut)
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
		status, out, errOut := x.Run(args...)
		require.Equal(t, cli.ExitDone, status, errOut)
		require.JSONEq(t, `{"connection":"`+c.args+`","removed":`+c.want+`}`, out)
	}
	status, _, errOut := x.Run("notifications", "webhook", "remove", "-c", "nobody")
	require.Equal(t, cli.ExitCouldNot, status)
	require.Contains(t, errOut, `no connection "nobody"`)
}

func TestAWebhookThatMustNotBeIsRefusedAndNothingIsKept(t *testing.T) {
	t.Parallel()
	x := clitest.New(t)
	x.Connection("demo")
	for says, c := range map[string]struct {
		secret string
		args   []string
	}{
		"127.0.0.1, which is not a public address": {sharedSecret, []string{"http://127.0.0.1:1/"}},
		"CAUSEWAY_WEBHOOK_PRIVATE=1":               {sharedSecret, []string{"http://10.0.0.1/"}},
		"does not begin with https:// or http://":  {sharedSecret, []string{"ftp://8.8.8.8/"}},
		"set CAUSEWAY_WEBHOOK_SECRET":              {"", []string{"https://8.8.8.8/"}},
		"the secret has only 5 bytes":              {"s3cr!", []string{"https://8.8.8.8/"}},
		`no connection "nobody"`:                   {sharedSecret, []string{"https://8.8.8.8/", "-c", "nobody"}},
		"no such file":                             {sharedSecret, []string{"https://8.8.8.8/", "--secret-file", filepath.Join(t.TempDir(), "none")}},
		"unknown flag --secret":                    {sharedSecret, []string{"https://8.8.8.8/", "--secret", "s"}},
	} {
		x.Env["CAUSEWAY_WEBHOOK_SECRET"] = c.secret
		status, out, errOut := x.Run(append([]string{"notifications", "webhook", "set"}, c.args...)...)
		require.Equal(t, cli.ExitCouldNot, status, says)
		require.Empty(t, out)
		require.Contains(t, errOut, says)
		require.NotContains(t, errOut, "s3cr!")
	}
	list, err := x.Store.Notices.Webhooks(context.Background())
	require.NoError(t, err)
	require.Empty(t, list)
	x.Env["CAUSEWAY_WEBHOOK_SECRET"] = sharedSecret
	status, _, errOut := x.Run("notifications", "webhook", "set", "http://127.0.0.1:1/", "--webhook-private")
	require.Equal(t, cli.ExitDone, status, errOut)
}

func TestApplicationsAreAddedListedAndRemoved(t *testing.T) {
	t.Parallel()
	x := clitest.New(t)
	x.Connection("demo") // of the billing organisation 2
	x.Env["CAUSEWAY_APP_SECRET"] = sharedSecret
	status, out, errOut := x.Run("apps", "add", "Books", "https://8.8.8.8/x", "--who", "ann", "--output", "json")
	require.Equal(t, cli.ExitDone, status, errOut)
	list, err := x.Store.Apps.List(context.Background(), "2")
	require.NoError(t, err)
	require.Len(t, list, 1)
	books := `{"id":"` + list[0].ID + `","billing_org":"2","name":"Books","url":"https://8.8.8.8/x","by":"ann","since":"2026-03-04T05:06:07Z","gone_at":null}`
	require.JSONEq(t, books, out)
	_, secret, err := x.Store.Apps.Get(context.Background(), list[0].ID)
	require.NoError(t, err)
	require.Equal(t, sharedSecret, secret)
	status, _, errOut = x.Run("apps", "add", "Books", "https://8.8.8.8/y", "--billing-org", "9")
	require.Equal(t, cli.ExitDone, status, errOut)

	status, out, errOut = x.Run("apps", "list", "--billing-org", "2", "--output", "json")
	require.Equal(t, cli.ExitDone, status, errOut)
	require.JSONEq(t, `{"apps":[`+books+`]}`, out)
	_, out, _ = x.Run("apps")
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
		status, out, errOut := x.Run(append([]string{"apps"}, args...)...)
		require.Equal(t, cli.ExitCouldNot, status, says)
		require.Empty(t, out)
		require.Contains(t, errOut, says)
	}
	status, out, errOut = x.Run("apps", "remove", list[0].ID, "--output", "json")
	require.Equal(t, cli.ExitDone, status, errOut)
	require.JSONEq(t, `{"id":"`+list[0].ID+`","name":"Books"}`, out)
	status, out, errOut = x.Run("apps", "remove", "Books")
	require.Equal(t, cli.ExitDone, status, errOut)
	require.Contains(t, out, "it was not told")
}
