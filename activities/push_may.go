package activities

import (
	"context"
	"fmt"

	"causeway/internal/permission"
	"causeway/internal/record"
	"causeway/internal/transaction"
	"causeway/workflows/contract"
)

// may says whether the connection pushes such transactions, and whether the CRM user's profile may do what is asked.
// Permissions stand in the store, so no validator can see them.
func (s *Pushes) may(ctx context.Context, in contract.AdmitInput) error {
	prefs, err := s.Store.Connections.Preferences(ctx, in.Connection, 0)
	if err != nil {
		return err
	}
	kind := record.TransactionType(in.Type)
	if !prefs.Pushes(kind) {
		return &record.Error{Kind: record.Invalid, Op: in.Request.Doing(), Code: CodeTransactionsOff,
			Message: fmt.Sprintf("this connection does not push %ss", in.Type),
			Remedy:  fmt.Sprintf("`starter configure %s --transactions %s` turns it on", in.Connection, kind.Module())}
	}
	standing, err := s.standing(ctx, in.Connection, in.Request.User)
	if err != nil {
		return err
	}
	edit, send := transaction.Needs(in.Request.Doing())
	return standing.MayPush(edit, send, kind, in.Connection, in.Request.User)
}

// standing is what the user may do; a user whom the store does not know is asked of the CRM.
func (s *Pushes) standing(ctx context.Context, connection, user string) (permission.User, error) {
	standing, err := s.Store.Permissions.PermissionOf(ctx, connection, user)
	if err != nil || standing.Known {
		return standing, err
	}
	reading, cancel := context.WithTimeout(ctx, 2*s.Timing.Call)
	defer cancel()
	if err := s.Sides.RefreshMembers(reading, connection); err != nil {
		return standing, err
	}
	return s.Store.Permissions.PermissionOf(ctx, connection, user)
}
