package finance

import (
	"context"

	"causeway/internal/record"
	"causeway/internal/store"
)

// asUser narrows what is shown to what a CRM user's profile may see.
type asUser struct {
	User string `placeholder:"ID" help:"Show only what this CRM user may see. Default: everything."`
}

// may refuses what the user may not see.
func (a asUser) may(ctx context.Context, st *store.Store, connection, right string, t record.TransactionType) error {
	if a.User == "" {
		return nil
	}
	standing, err := st.Permissions.PermissionOf(ctx, connection, a.User)
	if err != nil {
		return err
	}
	return standing.May(right, t, connection, a.User)
}
