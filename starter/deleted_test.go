package main

import (
	"context"
	"testing"
	"time"

	"causeway/internal/record"
	"causeway/internal/store"

	"github.com/stretchr/testify/require"
)

// gone deletes the trial's connection "demo", which has nothing linked, as its workflow does.
func (x *trial) gone() {
	x.t.Helper()
	ctx := context.Background()
	x.connection("demo")
	d, err := x.store.BeginDeletion(ctx, "p1", "demo", "ann", at)
	require.NoError(x.t, err)
	token, err := x.store.DeletionToken(ctx, d.ID)
	require.NoError(x.t, err)
	require.NoError(x.t, x.store.FinishPlan(ctx, d, "{}", token))
	require.NoError(x.t, x.store.ConfirmDeletion(ctx, store.Confirmation{
		Connection: "demo", Plan: "p1", Choice: "convert_all", Token: token, Request: "r", Who: "ann", At: at.Add(time.Hour),
	}))
	for done := false; !done; {
		done, err = x.store.RemoveConnectionPart(ctx, d, "sum", at.Add(2*time.Hour), 100)
		require.NoError(x.t, err)
	}
}

func TestADeletedConnectionIsToldFromOneThatNeverWas(t *testing.T) {
	t.Parallel()
	x := newTrial(t)
	x.gone()
	for _, command := range [][]string{
		{"pause"}, {"resume"}, {"disable"}, {"enable", "--crm-org", "1"}, {"reauthorize", "--side", "crm"}, {"delete", "--plan-only"}, {"delete", "--resume"},
		{"delete", "--plan", "p1", "--choice", "convert_all", "--token", "t"}, {"sync"}, {"history"}, {"verify"}, {"configure"},
	} {
		status, out, errOut := x.run(append(command, "--connection", "demo")...)
		require.Equal(t, exitCouldNot, status)
		require.Empty(t, out)
		require.Contains(t, errOut, `connection "demo" was deleted at 2026-03-04T07:06:07Z by ann`, command)
		require.Contains(t, errOut, "starter export-deletion demo")
		status, _, errOut = x.run(append(command, "--connection", "other")...)
		require.Equal(t, exitCouldNot, status)
		require.NotContains(t, errOut, "was deleted", command)
	}
	require.Empty(t, x.temporal.signals)
	require.Zero(t, x.temporal.plans)
}

func TestStatusOfADeletedConnectionSaysSo(t *testing.T) {
	t.Parallel()
	x := newTrial(t)
	x.gone()
	status, out, errOut := x.run("status", "demo", "--output", "json")
	require.Equal(t, exitDone, status, errOut)
	require.JSONEq(t, `{"connection":"demo","state":"deleted","degraded":null,"paused":null,"suspended":null,"disabled":null,
		"deletion":{"plan":"p1","choice":"convert_all","who":"ann","since":"2026-03-04T06:06:07Z"},"note":"deleted at 2026-03-04T07:06:07Z",
		"run":null,"progress":null,"budget":{},"drift":[],"capabilities":null,"web_ui":""}`, out)
	_, out, _ = x.run("status", "demo")
	require.Contains(t, out, "state       deleted since")
	require.Contains(t, out, "starter export-deletion demo")
	status, _, errOut = x.run("status", "other")
	require.Equal(t, exitCouldNot, status)
	require.Contains(t, errOut, `"other"`)
}

func TestAConnectionThatIsMadeAgainIsNoDeletedOne(t *testing.T) {
	t.Parallel()
	x := newTrial(t)
	x.gone()
	ctx := context.Background()
	p := &program{store: x.store}
	was, err := p.deleted(ctx, "demo")
	require.NoError(t, err)
	require.True(t, was)
	require.NoError(t, x.store.CreateConnection(ctx, record.Connection{ID: "demo", Incarnation: "new", State: record.StateActive, CreatedAt: at}))
	was, err = p.deleted(ctx, "demo")
	require.NoError(t, err)
	require.False(t, was)
	_, out, _ := x.run("status", "demo", "--output", "json")
	require.Contains(t, out, `"state":"active"`)
	for _, id := range []string{"demo", "other"} {
		was, err = p.deleted(ctx, id)
		require.NoError(t, err)
		require.False(t, was, id)
	}
}
