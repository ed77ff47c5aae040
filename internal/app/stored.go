package app

import (
	"context"

	"causeway/internal/record"
	"causeway/internal/store"
)

// StoredState gives the state that the store keeps of a connection, empty where it keeps none: for a connection whose
// workflow is lost.
func StoredState(st *store.Store) func(ctx context.Context, connection string) (string, error) {
	return func(ctx context.Context, connection string) (string, error) {
		found, err := st.Connections.Get(ctx, connection)
		if record.IsKind(err, record.NotFound) {
			return "", nil
		}
		return string(found.State), err
	}
}
