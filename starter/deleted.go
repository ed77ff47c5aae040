package main

import (
	"context"
	"fmt"
	"time"

	"causeway/internal/app"
	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/internal/store/deletions"
	"causeway/workflows/contract"
)

// lastDeletion is the deletion by which the connection went: a plan that nobody confirmed is none. It is nil where
// the store has never deleted a connection of that id.
func lastDeletion(ctx context.Context, st *store.Store, id string) (*deletions.Deletion, error) {
	all, err := st.Deletions.List(ctx, id)
	if err != nil {
		return nil, err
	}
	for _, d := range all {
		if d.State == deletions.Done {
			return &d, nil
		}
	}
	return nil, nil
}

// known reads a connection, and tells one that was deleted from one that never was.
func known(ctx context.Context, st *store.Store, id string) (record.Connection, error) {
	conn, err := st.Connections.Get(ctx, id)
	if !record.IsKind(err, record.NotFound) {
		return conn, err
	}
	d, lookErr := lastDeletion(ctx, st, id)
	if lookErr != nil || d == nil {
		return conn, err
	}
	return conn, &record.Error{Kind: record.NotFound, Op: "read connection", Code: "DELETED_CONNECTION",
		Message: fmt.Sprintf("connection %q was deleted at %s%s", id, d.FinishedAt.UTC().Format(time.RFC3339), byWhom(d.ConfirmedBy)),
		Remedy:  fmt.Sprintf("what became of its records stands in `starter export-deletion %s`", id)}
}

func byWhom(who string) string {
	if who == "" {
		return ""
	}
	return " by " + clean(who)
}

// deleted is for the client, which knows no more than that no workflow is running.
func (p *program) deleted(ctx context.Context, id string) (bool, error) {
	if p.store == nil {
		return false, nil
	}
	_, err := p.store.Connections.Get(ctx, id)
	if !record.IsKind(err, record.NotFound) {
		return false, err
	}
	d, err := lastDeletion(ctx, p.store, id)
	return d != nil, err
}

// statusOfDeleted prints where a connection stands that is no more. It gives false where it never was.
func (p *program) statusOfDeleted(ctx context.Context, st *store.Store, id string) (bool, error) {
	d, err := lastDeletion(ctx, st, id)
	if err != nil || d == nil {
		return false, err
	}
	out := standing{
		Connection: id, State: contract.StateDeleted, Deletion: deletionOf(*d), Drift: []record.Drift{}, Budget: map[record.Side]app.Allowance{},
		Note: "deleted at " + d.FinishedAt.UTC().Format(time.RFC3339),
	}
	if p.json {
		return true, p.printJSON(out)
	}
	p.printf("connection  %s\nstate       %s since %s%s (plan %s, choice %s)\n", id, out.State,
		d.FinishedAt.Local().Format(time.DateTime), byWhom(d.ConfirmedBy), d.ID, d.Choice)
	p.printf("records     what became of each: `starter export-deletion %s`\n", id)
	return true, nil
}

// deletionOf is a confirmed deletion as its connection tells it.
func deletionOf(d deletions.Deletion) *contract.Deletion {
	return &contract.Deletion{Plan: d.ID, Choice: d.Choice, Who: d.ConfirmedBy, Since: d.ConfirmedAt.UTC()}
}
