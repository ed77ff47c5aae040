package activities

import (
	"context"
	"fmt"
	"slices"

	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/workflows/contract"
)

// may says whether the connection pushes such transactions, and whether the CRM user's profile may do what is asked.
// Permissions stand in the store, so no validator can see them.
func (s *Pushes) may(ctx context.Context, in contract.AdmitInput) error {
	prefs, err := s.Store.Preferences(ctx, in.Connection, 0)
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
	return MayPush(standing, in.PushInput, in.Request)
}

// standing is what the user may do; a user whom the store does not know is asked of the CRM.
func (s *Pushes) standing(ctx context.Context, connection, user string) (store.UserStanding, error) {
	standing, err := s.Store.PermissionOf(ctx, connection, user)
	if err != nil || standing.Known {
		return standing, err
	}
	if err := s.refreshMembers(ctx, connection); err != nil {
		return standing, err
	}
	return s.Store.PermissionOf(ctx, connection, user)
}

// refreshMembers reads who has which profile.
func (s *Pushes) refreshMembers(ctx context.Context, connection string) error {
	port, err := s.Sides.Workspace(ctx, connection)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 2*s.Timing.Call)
	defer cancel()
	profiles, err := port.Profiles(ctx)
	if err != nil {
		return err
	}
	members, err := port.Members(ctx)
	if err != nil {
		return err
	}
	rows := make([]store.Member, len(members))
	for i, m := range members {
		rows[i] = store.Member{User: m.ID, Name: m.Name, Profile: m.ProfileID, Active: m.Active}
	}
	if err := s.Store.PutProfiles(ctx, connection, profiles); err != nil {
		return err
	}
	return s.Store.PutMembers(ctx, connection, rows)
}

// sends are the actions that reach the customer.
var sends = []string{contract.ActionSaveAndSend, contract.ActionEmail}

// MayPush says, as Unauthorized without a side, what a user may not do.
func MayPush(st store.UserStanding, in contract.PushInput, req contract.PushRequest) error {
	refuse := func(code, message, remedy string) error {
		return &record.Error{Kind: record.Unauthorized, Op: req.Doing(), Code: code, RecordID: req.User, Message: message, Remedy: remedy}
	}
	switch {
	case !st.Known:
		return refuse(CodeUnknownUser, "the CRM knows no active user with this id", "name the CRM user who asks, by id")
	case st.ProfileGone:
		return refuse(CodeProfileGone, "the user's profile was deleted in the CRM", "give the user another profile there")
	}
	rights := st.Permission.Of(record.TransactionType(in.Type))
	missing := ""
	switch {
	case !rights.Access:
		missing = "access to"
	case slices.Contains(sends, req.Doing()) && !rights.Send:
		missing = "send e-mail for"
	case req.Doing() != contract.ActionEmail && !rights.Edit:
		missing = "create & edit"
	default:
		return nil
	}
	return refuse(CodePermission, fmt.Sprintf("the profile %q has no right to %s %ss", st.Profile, missing, in.Type),
		fmt.Sprintf("an admin gives it with `starter permissions set %s`", in.Connection))
}
