package runs

import (
	"context"
	"fmt"

	"causeway/internal/cli/session"
	"causeway/internal/record"
	"causeway/internal/store"
)

// findRun reads a run by its id, or the newest of a connection.
func findRun(ctx context.Context, st *store.Store, id, connection string) (record.Run, error) {
	if id != "last" {
		return st.Runs.Get(ctx, id)
	}
	conn, err := session.Named(connection).Find(ctx, st)
	if err != nil {
		return record.Run{}, err
	}
	run, err := st.Runs.Last(ctx, conn.ID)
	if err == nil && run == nil {
		err = fmt.Errorf("connection %s has no run yet: start one with `starter sync %s`", conn.ID, conn.ID)
	}
	if err != nil {
		return record.Run{}, err
	}
	return *run, nil
}
