package administration

import (
	"context"
	"encoding/json"
	"fmt"

	"causeway/internal/permission"
	"causeway/internal/record"
	"causeway/internal/store/db"
)

// Permissions keeps the users and profiles of the CRM, and what each profile may do. Its methods are safe for concurrent use.
type Permissions struct{ db *db.DB }

// NewPermissions is for the store's front.
func NewPermissions(d *db.DB) *Permissions { return &Permissions{db: d} }

// Member is a CRM user.
type Member struct {
	User, Name, Profile string
	Active              bool
}

// Profile is a profile of the CRM, with what it may do.
type Profile struct {
	record.Profile
	Gone       bool // deleted in the CRM
	Set        bool // somebody has set its permission
	Permission permission.Permission
}

type profileRow struct {
	ID         string `db:"id"`
	Name       string `db:"name"`
	Gone       bool   `db:"gone"`
	Permission string `db:"permission"`
}

func (r profileRow) row() (Profile, error) {
	out := Profile{Profile: record.Profile{ID: r.ID, Name: r.Name}, Gone: r.Gone, Set: r.Permission != ""}
	if !out.Set {
		out.Permission = permission.Initial(r.Name)
		return out, nil
	}
	if err := json.Unmarshal([]byte(r.Permission), &out.Permission); err != nil {
		return out, fmt.Errorf("read the permission of profile %s: %w", r.ID, err)
	}
	return out, nil
}

const (
	markProfiles = `UPDATE profiles SET gone = TRUE WHERE connection = ? AND NOT gone AND NOT (id {in})`
	putProfile   = `
INSERT INTO profiles AS p (connection, id, name, gone, permission) VALUES (?, ?, ?, FALSE, '')
ON CONFLICT (connection, id) DO UPDATE SET name = excluded.name, gone = FALSE WHERE p.name <> excluded.name OR p.gone`
	dropMembers = `DELETE FROM members WHERE connection = ? AND NOT (id {in})`
	putMember   = `
INSERT INTO members AS m (connection, id, name, profile, active) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (connection, id) DO UPDATE SET name = excluded.name, profile = excluded.profile, active = excluded.active
WHERE m.name <> excluded.name OR m.profile <> excluded.profile OR m.active <> excluded.active`
)

// PutProfiles keeps the profiles that the CRM has now. One that it has no more stays, marked gone. Idempotent.
func (s *Permissions) PutProfiles(ctx context.Context, connection string, profiles []record.Profile) error {
	err := s.db.Write(ctx, func(tx db.Session) error {
		ids := make([]string, len(profiles))
		for i, p := range profiles {
			ids[i] = p.ID
			if _, err := tx.Exec(ctx, putProfile, connection, p.ID, db.Clean(p.Name)); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, markProfiles, connection, tx.List(ids))
		return err
	})
	if err != nil {
		return fmt.Errorf("keep the profiles of %s: %w", connection, err)
	}
	return nil
}

// PutMembers keeps the users that the CRM has now, in place of all before. Idempotent.
func (s *Permissions) PutMembers(ctx context.Context, connection string, members []Member) error {
	err := s.db.Write(ctx, func(tx db.Session) error {
		ids := make([]string, len(members))
		for i, m := range members {
			ids[i] = m.User
			if _, err := tx.Exec(ctx, putMember, connection, m.User, db.Clean(m.Name), m.Profile, m.Active); err != nil {
				return err
			}
		}
		_, err := tx.Exec(ctx, dropMembers, connection, tx.List(ids))
		return err
	})
	if err != nil {
		return fmt.Errorf("keep the users of %s: %w", connection, err)
	}
	return nil
}

const (
	listProfiles = `SELECT id, name, gone, permission FROM profiles WHERE connection = ? ORDER BY name, id`
	setProfile   = `UPDATE profiles SET permission = ? WHERE connection = ? AND id = ?`
	standingOf   = `
SELECT m.name AS user_name, m.active AS active, COALESCE(p.id, '') AS id, COALESCE(p.name, '') AS name, COALESCE(p.gone, TRUE) AS gone,
    COALESCE(p.permission, '') AS permission
FROM members m LEFT JOIN profiles p ON p.connection = m.connection AND p.id = m.profile
WHERE m.connection = ? AND m.id = ?`
)

// Profiles lists the CRM's profiles with what each may do.
func (s *Permissions) Profiles(ctx context.Context, connection string) ([]Profile, error) {
	var rows []profileRow
	if err := s.db.Reader().All(ctx, &rows, listProfiles, connection); err != nil {
		return nil, fmt.Errorf("list the profiles of %s: %w", connection, err)
	}
	out := make([]Profile, len(rows))
	for i, r := range rows {
		row, err := r.row()
		if err != nil {
			return nil, err
		}
		out[i] = row
	}
	return out, nil
}

// Set sets what a profile may do. NotFound where the CRM has no such profile. Idempotent.
func (s *Permissions) Set(ctx context.Context, connection, profile string, p permission.Permission) error {
	data, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("set the permission of profile %s: %w", profile, err)
	}
	n, err := s.db.Exec(ctx, "set the permission of profile "+profile, setProfile, string(data), connection, profile)
	if err == nil && n == 0 {
		err = &record.Error{Kind: record.NotFound, Op: "set permission", Code: "UNKNOWN_PROFILE", RecordID: profile,
			Message: "the CRM has no such profile", Remedy: "`starter permissions list` lists the profiles"}
	}
	return err
}

// PermissionOf is what a CRM user may do.
func (s *Permissions) PermissionOf(ctx context.Context, connection, user string) (permission.User, error) {
	var row struct {
		User   string `db:"user_name"`
		Active bool   `db:"active"`
		profileRow
	}
	found, err := s.db.Reader().Get(ctx, &row, standingOf, connection, user)
	if err != nil {
		return permission.User{}, fmt.Errorf("read the permission of user %s: %w", user, err)
	}
	if !found || !row.Active {
		return permission.User{}, nil
	}
	p, err := row.row()
	return permission.User{Known: true, Name: row.User, Profile: p.Name, ProfileGone: p.Gone, Permission: p.Permission}, err
}

// Members lists the CRM's users as they were read last, by name.
func (s *Permissions) Members(ctx context.Context, connection string) ([]Member, error) {
	var rows []struct {
		User    string `db:"id"`
		Name    string `db:"name"`
		Profile string `db:"profile"`
		Active  bool   `db:"active"`
	}
	const query = `SELECT id, name, profile, active FROM members WHERE connection = ? ORDER BY name, id`
	if err := s.db.Reader().All(ctx, &rows, query, connection); err != nil {
		return nil, fmt.Errorf("list the users of %s: %w", connection, err)
	}
	out := make([]Member, len(rows))
	for i, r := range rows {
		out[i] = Member(r)
	}
	return out, nil
}
