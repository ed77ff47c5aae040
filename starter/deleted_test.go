package main

import (
	"context"
	"io"
	"testing"
	"time"

	"causeway/internal/deletion"
	"causeway/internal/record"
	"causeway/internal/store/deletions"

	"github.com/stretchr/testify/require"
)

// planned makes a plan of the deletion of the trial's connection "demo", as its workflow does.
func (x *trial) planned(id string, made time.Time) deletions.Deletion {
	x.t.Helper()
	ctx := context.Background()
	d, err := x.store.Deletions.Begin(ctx, id, "demo", "ann", made)
	require.NoError(x.t, err)
	for !d.Place.Planned() {
		if _, ok := d.Place.AsksCRM(); ok {
			d.Place, err = x.store.Deletions.MarkCRM(ctx, d, nil, record.Cursor{}, false)
		} else if d.Place.AsksBilling() {
			d.Place, err = x.store.Deletions.MarkTransactions(ctx, d, 1, deletions.Transactions{Customers: []string{"b2"}})
		} else {
			d.Place, _, err = x.store.Deletions.PlanPart(ctx, d, 100)
		}
		require.NoError(x.t, err)
	}
	token, err := x.store.Deletions.Token(ctx, d.ID)
	require.NoError(x.t, err)
	require.NoError(x.t, x.store.Deletions.FinishPlan(ctx, d, `{"id":"`+id+`"}`, token))
	return x.deletion(id)
}

func (x *trial) deletion(id string) deletions.Deletion {
	x.t.Helper()
	d, err := x.store.Deletions.Get(context.Background(), "demo", id)
	require.NoError(x.t, err)
	return d
}

// confirmed begins a deletion: what is to go is exported first.
func (x *trial) confirmed(id string) deletions.Deletion {
	x.t.Helper()
	ctx := context.Background()
	token, err := x.store.Deletions.Token(ctx, id)
	require.NoError(x.t, err)
	require.NoError(x.t, x.store.Deletions.Confirm(ctx, deletions.Confirmation{
		Connection: "demo", Plan: id, Choice: "convert_with_transactions", Token: token, Request: "r", Who: "ann", At: at.Add(time.Hour),
	}))
	sum, err := x.store.Deletions.CSV(ctx, id, true, io.Discard)
	require.NoError(x.t, err)
	require.NoError(x.t, x.store.Deletions.KeepChecksum(ctx, id, sum))
	return x.deletion(id)
}

// removed carries a deletion out, on the store alone.
func (x *trial) removed(d deletions.Deletion) {
	x.t.Helper()
	ctx := context.Background()
	var seen []deletions.Seen
	for _, part := range []string{"contact_persons", "customers", "items", deletion.PartMarkers} {
		rows, _, err := x.store.Deletions.Claim(ctx, d, part, "token", deletions.RowPlace{}, 100)
		require.NoError(x.t, err)
		for i := range rows {
			rows[i].State, rows[i].Outcome = deletion.RowDone, rows[i].Planned(d.Choice)
			seen = append(seen, deletions.Seen{Part: part, Module: rows[i].Module, ID: rows[i].ID, Found: deletion.VerifiedOK})
		}
		_, _, err = x.store.Deletions.Finish(ctx, d.ID, "token", at.Add(90*time.Minute), rows)
		require.NoError(x.t, err)
	}
	require.NoError(x.t, x.store.Deletions.KeepSeen(ctx, d.ID, seen))
	final, err := x.store.Deletions.CSV(ctx, d.ID, false, io.Discard)
	require.NoError(x.t, err)
	for done := false; !done; {
		done, err = x.store.Deletions.RemovePart(ctx, d, final, at.Add(2*time.Hour), 100)
		require.NoError(x.t, err)
	}
}

// gone deletes the trial's connection "demo", which has nothing linked.
func (x *trial) gone() {
	x.t.Helper()
	x.connection("demo")
	x.planned("p1", at)
	x.removed(x.confirmed("p1"))
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
	require.JSONEq(t, `{"connection":"demo","state":"deleted","degraded":null,"paused":null,"suspended":null,"yielded":null,"disabled":null,
		"deletion":{"plan":"p1","choice":"convert_with_transactions","who":"ann","since":"2026-03-04T06:06:07Z"},"note":"deleted at 2026-03-04T07:06:07Z",
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
	require.NoError(t, x.store.Connections.Create(ctx, record.Connection{ID: "demo", Incarnation: "new", State: record.StateActive, CreatedAt: at}))
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
