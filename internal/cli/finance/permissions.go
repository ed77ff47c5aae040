package finance

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"causeway/internal/app"
	"causeway/internal/cli/screen"
	"causeway/internal/cli/session"
	"causeway/internal/permission"
	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/internal/store"
	"causeway/internal/store/administration"
)

// Permissions lists and sets what CRM profiles may do.
type Permissions struct {
	List    permissionsListCmd    `cmd:"" default:"withargs" help:"List the CRM's profiles, and what each may do (default)."`
	Set     permissionsSetCmd     `cmd:"" help:"Set what a profile may do. Rights that are not named stay."`
	Users   permissionsUsersCmd   `cmd:"" help:"List the CRM's users with their ids and profiles. A push needs a user's id."`
	Refresh permissionsRefreshCmd `cmd:"" help:"Read the CRM's profiles and users now. Syncs and pushes do so, too."`
}

type permissionsListCmd struct{ session.Selection }

// Run lists profiles.
func (c *permissionsListCmd) Run(ctx context.Context, p *session.Session) error {
	return p.OnConnection(ctx, c.Selection, func(st *store.Store, conn record.Connection) error {
		if err := knowMembers(ctx, p, st, conn.ID); err != nil {
			return err
		}
		rows, err := st.Permissions.Profiles(ctx, conn.ID)
		if err != nil {
			return err
		}
		return printProfiles(p, conn.ID, rows)
	})
}

// knowMembers reads the CRM's profiles and users where nobody has read them yet.
func knowMembers(ctx context.Context, p *session.Session, st *store.Store, connection string) error {
	rows, err := st.Permissions.Profiles(ctx, connection)
	if err != nil || len(rows) > 0 {
		return err
	}
	if err := app.NewSides(st).RefreshMembers(ctx, connection); err != nil {
		p.Note("the CRM's profiles were not read: %s", err)
	}
	return nil
}

func printProfiles(p *session.Session, connection string, rows []administration.Profile) error {
	out := report.NewProfiles(connection, rows)
	if p.JSON {
		return p.PrintJSON(out)
	}
	if len(out.Profiles) == 0 {
		p.Printf("no profile of %s is known yet: `starter permissions refresh %s` reads them\n", connection, connection)
		return nil
	}
	t := p.Table("profile", "id", "quotes", "invoices", "receivables", "")
	for _, r := range out.Profiles {
		note := ""
		switch {
		case r.Gone:
			note = "deleted in the CRM"
		case !r.Set && r.Quotes.Access:
			note = "from the start"
		case !r.Set:
			note = "nobody has set it"
		}
		t.AppendRow([]any{screen.Clean(r.Profile), r.ID, rightsText(r.Quotes), rightsText(r.Invoices), onOff(r.Receivables), note})
	}
	t.Render()
	return nil
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

func rightsText(r permission.Rights) string {
	if !r.Access {
		return "none"
	}
	out := []string{"access"}
	for _, one := range []struct {
		has  bool
		word string
	}{{r.View, "view"}, {r.Edit, "edit"}, {r.Send, "send"}} {
		if one.has {
			out = append(out, one.word)
		}
	}
	return strings.Join(out, ",")
}

type permissionsSetCmd struct {
	session.Selection
	Profile     string `required:"" placeholder:"NAME" help:"The profile, by name or id."`
	Quotes      string `placeholder:"RIGHTS" help:"What it may do with quotes: none, all, or some of access,view,edit,send."`
	Invoices    string `placeholder:"RIGHTS" help:"What it may do with invoices, in the same words."`
	Receivables string `placeholder:"on|off" enum:",on,off" default:"" help:"Whether it may see the receivables of accounts and contacts."`
}

// Run sets what a profile may do.
func (c *permissionsSetCmd) Run(ctx context.Context, p *session.Session) error {
	return p.OnConnection(ctx, c.Selection, func(st *store.Store, conn record.Connection) error {
		row, err := profile(ctx, p, st, conn.ID, c.Profile)
		if err != nil {
			return err
		}
		set := row.Permission
		for _, r := range []struct {
			into *permission.Rights
			said string
			flag string
		}{{&set.Quotes, c.Quotes, "quotes"}, {&set.Invoices, c.Invoices, "invoices"}} {
			if r.said == "" {
				continue
			}
			if *r.into, err = parseRights(r.said); err != nil {
				return fmt.Errorf("--%s: %w", r.flag, err)
			}
		}
		if c.Receivables != "" {
			set.Receivables = c.Receivables == "on"
		}
		if err := st.Permissions.Set(ctx, conn.ID, row.ID, set); err != nil {
			return err
		}
		row.Permission, row.Set = set, true
		return printProfiles(p, conn.ID, []administration.Profile{row})
	})
}

// profile finds a profile among those that are known, else among those that the CRM has now.
func profile(ctx context.Context, p *session.Session, st *store.Store, connection, named string) (administration.Profile, error) {
	rows, err := st.Permissions.Profiles(ctx, connection)
	if err != nil {
		return administration.Profile{}, err
	}
	row, unknown := profileOf(rows, named, connection)
	if unknown == nil {
		return row, nil
	}
	if err := app.NewSides(st).RefreshMembers(ctx, connection); err != nil {
		return row, errors.Join(unknown, fmt.Errorf("the CRM could not be asked for its profiles: %w", err))
	}
	if rows, err = st.Permissions.Profiles(ctx, connection); err != nil {
		return row, err
	}
	return profileOf(rows, named, connection)
}

// profileOf finds a profile by id, or by a name that one alone has.
func profileOf(rows []administration.Profile, named, connection string) (administration.Profile, error) {
	var found []administration.Profile
	for _, r := range rows {
		if r.ID == named {
			return r, nil
		}
		if strings.EqualFold(r.Name, named) && !r.Gone {
			found = append(found, r)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return administration.Profile{}, fmt.Errorf("the CRM of %s has no profile %q: `starter permissions list %s` lists its profiles", connection, screen.Clean(named), connection)
	}
	return administration.Profile{}, fmt.Errorf("%d profiles are called %q: name one by its id", len(found), screen.Clean(named))
}

func parseRights(text string) (permission.Rights, error) {
	switch strings.TrimSpace(text) {
	case "none":
		return permission.Rights{}, nil
	case "all":
		return permission.Everything().Quotes, nil
	}
	var r permission.Rights
	into := map[string]*bool{"access": &r.Access, "view": &r.View, "edit": &r.Edit, "send": &r.Send}
	for word := range strings.SplitSeq(text, ",") {
		at, known := into[strings.TrimSpace(word)]
		if !known {
			return r, fmt.Errorf("%q is no right: use none, all, or some of access, view, edit, send", screen.Clean(word))
		}
		*at = true
	}
	r.Access = true // what may be done needs it
	return r, nil
}

type permissionsRefreshCmd struct{ session.Selection }

// Run reads profiles and users.
func (c *permissionsRefreshCmd) Run(ctx context.Context, p *session.Session) error {
	return p.OnConnection(ctx, c.Selection, func(st *store.Store, conn record.Connection) error {
		if err := app.NewSides(st).RefreshMembers(ctx, conn.ID); err != nil {
			return err
		}
		rows, err := st.Permissions.Profiles(ctx, conn.ID)
		if err != nil {
			return err
		}
		return printProfiles(p, conn.ID, rows)
	})
}

type permissionsUsersCmd struct{ session.Selection }

// Run lists users as they were read last.
func (c *permissionsUsersCmd) Run(ctx context.Context, p *session.Session) error {
	return p.OnConnection(ctx, c.Selection, func(st *store.Store, conn record.Connection) error {
		if err := knowMembers(ctx, p, st, conn.ID); err != nil {
			return err
		}
		rows, err := st.Permissions.Members(ctx, conn.ID)
		if err != nil {
			return err
		}
		profiles, err := st.Permissions.Profiles(ctx, conn.ID)
		if err != nil {
			return err
		}
		names := map[string]string{}
		for _, r := range profiles {
			names[r.ID] = r.Name
		}
		out := report.NewMembers(conn.ID, rows)
		if p.JSON {
			return p.PrintJSON(out)
		}
		if len(out.Users) == 0 {
			p.Printf("no user of %s is known yet: `starter permissions refresh %s` reads them\n", conn.ID, conn.ID)
			return nil
		}
		t := p.Table("user", "id", "profile", "active")
		for _, m := range out.Users {
			t.AppendRow([]any{screen.Clean(m.Name), m.ID, screen.Clean(names[m.Profile]), m.Active})
		}
		t.Render()
		return nil
	})
}
