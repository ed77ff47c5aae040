package session

import (
	"context"
	"fmt"
	"time"

	"causeway/internal/cli/screen"
	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/internal/store/deletions"
)

// LastDeletion is the deletion that ended the connection; a plan that nobody confirmed does not count. It is nil where
// the store has never deleted a connection of that id.
func LastDeletion(ctx context.Context, st *store.Store, id string) (*deletions.Deletion, error) {
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

// Known reads a connection, and tells one that was deleted from one that never was.
func Known(ctx context.Context, st *store.Store, id string) (record.Connection, error) {
	conn, err := st.Connections.Get(ctx, id)
	if !record.IsKind(err, record.NotFound) {
		return conn, err
	}
	d, lookErr := LastDeletion(ctx, st, id)
	if lookErr != nil || d == nil {
		return conn, err
	}
	return conn, &record.Error{Kind: record.NotFound, Op: "read connection", Code: "DELETED_CONNECTION",
		Message: fmt.Sprintf("connection %q was deleted at %s%s", id, d.FinishedAt.UTC().Format(time.RFC3339), ByWhom(d.ConfirmedBy)),
		Remedy:  fmt.Sprintf("`starter export-deletion %s` shows what became of its records", id)}
}

// ByWhom says who did something; empty where nobody is named.
func ByWhom(who string) string {
	if who == "" {
		return ""
	}
	return " by " + screen.Clean(who)
}
