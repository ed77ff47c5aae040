package app

import (
	"context"

	"causeway/internal/store/administration"
)

// RefreshMembers reads the CRM's profiles and the profile of each user, and stores them. The rights of a profile
// are not changed.
func (s *Sides) RefreshMembers(ctx context.Context, connection string) error {
	port, err := s.Workspace(ctx, connection)
	if err != nil {
		return err
	}
	profiles, err := port.Profiles(ctx)
	if err != nil {
		return err
	}
	members, err := port.Members(ctx)
	if err != nil {
		return err
	}
	rows := make([]administration.Member, len(members))
	for i, m := range members {
		rows[i] = administration.Member{User: m.ID, Name: m.Name, Profile: m.ProfileID, Active: m.Active}
	}
	if err := s.store.Permissions.PutProfiles(ctx, connection, profiles); err != nil {
		return err
	}
	return s.store.Permissions.PutMembers(ctx, connection, rows)
}
