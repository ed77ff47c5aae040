package deletion_test

import (
	"context"
	"io"
	"testing"
	"time"

	"causeway/internal/cli"
	"causeway/internal/cli/clitest"
	"causeway/internal/cli/session"
	"causeway/internal/deletion"
	"causeway/internal/record"
	"causeway/internal/store/deletions"

	"github.com/stretchr/testify/require"
)

// planned makes a plan of the deletion of the trial's connection "demo", as its workflow does.
func planned(x *clitest.Trial, id string, made time.Time) deletions.Deletion {
	x.T.Helper()
	ctx := context.Background()
	d, err := x.Store.Deletions.Begin(ctx, id, "demo", "ann", made)
	require.NoError(x.T, err)
	for !d.Place.Planned() {
		if _, ok := d.Place.AsksCRM(); ok {
			d.Place, err = x.Store.Deletions.MarkCRM(ctx, d, nil, record.Cursor{}, false)
		} else if d.Place.AsksBilling() {
			d.Place, err = x.Store.Deletions.MarkTransactions(ctx, d, 1, deletions.Transactions{Customers: []string{"b2"}})
		} else {
			d.Place, _, err = x.Store.Deletions.PlanPart(ctx, d, 100)
		}
		require.NoError(x.T, err)
	}
	token, err := x.Store.Deletions.Token(ctx, d.ID)
	require.NoError(x.T, err)
	require.NoError(x.T, x.Store.Deletions.FinishPlan(ctx, d, `{"id":"`+id+`"}`, token))
	return stored(x, id)
}

func stored(x *clitest.Trial, id string) deletions.Deletion {
	x.T.Helper()
	d, err := x.Store.Deletions.Get(context.Background(), "demo", id)
	require.NoError(x.T, err)
	return d
}

// confirmed begins a deletion: what is to go is exported first.
func confirmed(x *clitest.Trial, id string) deletions.Deletion {
	x.T.Helper()
	ctx := context.Background()
	token, err := x.Store.Deletions.Token(ctx, id)
	require.NoError(x.T, err)
	require.NoError(x.T, x.Store.Deletions.Confirm(ctx, deletions.Confirmation{
		Connection: "demo", Plan: id, Choice: "convert_with_transactions", Token: token, Request: "r", Who: "ann", At: clitest.At.Add(time.Hour),
	}))
	sum, err := x.Store.Deletions.CSV(ctx, id, true, io.Discard)
	require.NoError(x.T, err)
	require.NoError(x.T, x.Store.Deletions.KeepChecksum(ctx, id, sum))
	return stored(x, id)
}

// removed carries a deletion out, on the store alone.
func removed(x *clitest.Trial, d deletions.Deletion) {
	x.T.Helper()
	ctx := context.Background()
	var seen []deletions.Seen
	for _, part := range []string{"contact_persons", "customers", "items", deletion.PartMarkers} {
		rows, _, err := x.Store.Deletions.Claim(ctx, d, part, "token", deletions.RowPlace{}, 100)
		require.NoError(x.T, err)
		for i := range rows {
			rows[i].State, rows[i].Outcome = deletion.RowDone, rows[i].Planned(d.Choice)
			seen = append(seen, deletions.Seen{Part: part, Module: rows[i].Module, ID: rows[i].ID, Found: deletion.VerifiedOK})
		}
		_, _, err = x.Store.Deletions.Finish(ctx, d.ID, "token", clitest.At.Add(90*time.Minute), rows)
		require.NoError(x.T, err)
	}
	require.NoError(x.T, x.Store.Deletions.KeepSeen(ctx, d.ID, seen))
	final, err := x.Store.Deletions.CSV(ctx, d.ID, false, io.Discard)
	require.NoError(x.T, err)
	for done := false; !done; {
		done, err = x.Store.Deletions.RemovePart(ctx, d, final, clitest.At.Add(2*time.Hour), 100)
		require.NoError(x.T, err)
	}
}

// gone deletes the trial's connection "demo", which has nothing linked.
func gone(x *clitest.Trial) {
	x.T.Helper()
	x.Connection("demo")
	planned(x, "p1", clitest.At)
	removed(x, confirmed(x, "p1"))
}

func TestADeletedConnectionIsToldFromOneThatNeverWas(t *testing.T) {
	t.Parallel()
	x := clitest.New(t)
	gone(x)
	for _, command := range [][]string{
		{"pause"}, {"resume"}, {"disable"}, {"enable", "--crm-org", "1"}, {"reauthorize", "--side", "crm"}, {"delete", "--plan-only"}, {"delete", "--resume"},
		{"delete", "--plan", "p1", "--choice", "convert_all", "--token", "t"}, {"sync"}, {"history"}, {"verify"}, {"configure"},
	} {
		status, out, errOut := x.Run(append(command, "--connection", "demo")...)
		require.Equal(t, cli.ExitCouldNot, status)
		require.Empty(t, out)
		require.Contains(t, errOut, `connection "demo" was deleted at 2026-03-04T07:06:07Z by ann`, command)
		require.Contains(t, errOut, "starter export-deletion demo")
		status, _, errOut = x.Run(append(command, "--connection", "other")...)
		require.Equal(t, cli.ExitCouldNot, status)
		require.NotContains(t, errOut, "was deleted", command)
	}
	require.Empty(t, x.Temporal.Signals)
	require.Zero(t, x.Temporal.Plans)
}

func TestStatusOfADeletedConnectionSaysSo(t *testing.T) {
	t.Parallel()
	x := clitest.New(t)
	gone(x)
	status, out, errOut := x.Run("status", "demo", "--output", "json")
	require.Equal(t, cli.ExitDone, status, errOut)
	require.JSONEq(t, `{"connection":"demo","state":"deleted","degraded":null,"paused":null,"suspended":null,"yielded":null,"disabled":null,
		"deletion":{"plan":"p1","choice":"convert_with_transactions","who":"ann","since":"2026-03-04T06:06:07Z"},"note":"deleted at 2026-03-04T07:06:07Z",
		"run":null,"progress":null,"budget":{},"drift":[],"capabilities":null,"web_ui":""}`, out)
	_, out, _ = x.Run("status", "demo")
	require.Contains(t, out, "state       deleted since")
	require.Contains(t, out, "starter export-deletion demo")
	status, _, errOut = x.Run("status", "other")
	require.Equal(t, cli.ExitCouldNot, status)
	require.Contains(t, errOut, `"other"`)
}

func TestAConnectionThatIsMadeAgainIsNoDeletedOne(t *testing.T) {
	t.Parallel()
	x := clitest.New(t)
	gone(x)
	ctx := context.Background()
	p := &session.Session{Store: x.Store}
	was, err := p.WasDeleted(ctx, "demo")
	require.NoError(t, err)
	require.True(t, was)
	require.NoError(t, x.Store.Connections.Create(ctx, record.Connection{ID: "demo", Incarnation: "new", State: record.StateActive, CreatedAt: clitest.At}))
	was, err = p.WasDeleted(ctx, "demo")
	require.NoError(t, err)
	require.False(t, was)
	_, out, _ := x.Run("status", "demo", "--output", "json")
	require.Contains(t, out, `"state":"active"`)
	for _, id := range []string{"demo", "other"} {
		was, err = p.WasDeleted(ctx, id)
		require.NoError(t, err)
		require.False(t, was, id)
	}
}
