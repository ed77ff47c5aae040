package app

import (
	"context"

	"causeway/internal/record"
	"causeway/internal/store"
)

// StoredState returns a function that reads a connection's state from the store, empty if the store has none. It is
// for a connection whose workflow is lost.
func StoredState(st *store.Store) func(ctx context.Context, connection string) (string, error) {
	return func(ctx context.Context, connection string) (string, error) {
		found, err := st.Connections.Get(ctx, connection)
		if record.IsKind(err, record.NotFound) {
			return "", nil
		}
		return string(found.State), err
	}
}
