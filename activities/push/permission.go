package push

import (
	"context"
	"fmt"

	"causeway/activities/attempt"
	"causeway/internal/permission"
	"causeway/internal/record"
	"causeway/internal/steps"
	"causeway/internal/transaction"
)

// checkPermission checks that the connection pushes such transactions, and that the CRM user's profile may do what is
// asked. Permissions are in the store, so no workflow's validator can see them.
func checkPermission(ctx context.Context, env *attempt.Environment, in steps.AdmitInput) error {
	prefs, err := env.Store.Connections.Preferences(ctx, in.Connection, 0)
	if err != nil {
		return err
	}
	kind := record.TransactionType(in.Type)
	if !prefs.Pushes(kind) {
		return &record.Error{Kind: record.Invalid, Op: in.Request.Doing(), Code: CodeTransactionsOff,
			Message: fmt.Sprintf("this connection does not push %ss", in.Type),
			Remedy:  fmt.Sprintf("`starter configure %s --transactions %s` turns it on", in.Connection, kind.Module())}
	}
	standing, err := standing(ctx, env, in.Connection, in.Request.User)
	if err != nil {
		return err
	}
	edit, send := transaction.Needs(in.Request.Doing())
	return standing.MayPush(edit, send, kind, in.Connection, in.Request.User)
}

// standing returns what the user may do. If the store does not know the user it asks the CRM.
func standing(ctx context.Context, env *attempt.Environment, connection, user string) (permission.User, error) {
	standing, err := env.Store.Permissions.PermissionOf(ctx, connection, user)
	if err != nil || standing.Known {
		return standing, err
	}
	reading, cancel := context.WithTimeout(ctx, env.Timing.ShortRead())
	defer cancel()
	if err := env.Sides.RefreshMembers(reading, connection); err != nil {
		return standing, err
	}
	return env.Store.Permissions.PermissionOf(ctx, connection, user)
}
