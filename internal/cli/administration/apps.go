package administration

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"causeway/internal/cli/screen"
	"causeway/internal/cli/secrets"
	"causeway/internal/cli/session"
	"causeway/internal/report"
	"causeway/internal/store/administration"

	"github.com/google/uuid"
)

// Apps lists, adds and removes finance applications.
type Apps struct {
	List   appsListCmd   `cmd:"" default:"withargs" help:"List the applications (default)."`
	Add    appsAddCmd    `cmd:"" help:"Register an application. A signed webhook tells it when the connection is deleted."`
	Remove appsRemoveCmd `cmd:"" help:"Remove an application from the list. It is not told."`
}

type appsListCmd struct {
	BillingOrg string `placeholder:"ORG" help:"Only those of this billing organisation."`
}

// Run lists applications, those that are gone last.
func (c *appsListCmd) Run(ctx context.Context, p *session.Session) error {
	st, closeStore, err := p.Open(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	list, err := st.Apps.List(ctx, c.BillingOrg)
	if err != nil {
		return err
	}
	out := report.NewApplications(list)
	if p.JSON {
		return p.PrintJSON(out)
	}
	if len(out.Apps) == 0 {
		p.Printf("no application is registered\n")
		return nil
	}
	t := p.Table("id", "billing organisation", "name", "told at", "since", "by", "gone")
	for _, a := range out.Apps {
		gone := ""
		if a.GoneAt != nil {
			gone = a.GoneAt.Local().Format(time.DateTime)
		}
		t.AppendRow([]any{a.ID, screen.Clean(a.BillingOrg), screen.Clean(a.Name), screen.Sentence(a.URL), a.Since.Local().Format(time.DateTime), screen.Clean(a.By), gone})
	}
	t.Render()
	return nil
}

type appsAddCmd struct {
	Name       string `arg:"" help:"The application's name. It is unique in a billing organisation."`
	URL        string `arg:"" name:"url" help:"The application's address, http or https. It is told by POST."`
	BillingOrg string `placeholder:"ORG" help:"The billing organisation. Default: the connection's."`
	SecretFile string `placeholder:"FILE" help:"Read the signing secret from this file; - is standard input. Default: CAUSEWAY_APP_SECRET."`
	session.Flagged
}

// longestAppName is in characters.
const longestAppName = 100

// Validate refuses what is no name, and two organisations.
func (c *appsAddCmd) Validate() error {
	if c.Name = strings.TrimSpace(c.Name); c.Name == "" || len([]rune(c.Name)) > longestAppName {
		return fmt.Errorf("the application's name: use 1 to %d characters", longestAppName)
	}
	if c.BillingOrg != "" && c.Connection != "" {
		return errors.New("a billing organisation and a connection are named: name one")
	}
	return c.Flagged.Validate()
}

// Run registers an application.
func (c *appsAddCmd) Run(ctx context.Context, p *session.Session) error {
	secret, err := secrets.SharedSecret(p, c.SecretFile, "CAUSEWAY_APP_SECRET")
	if err != nil {
		return err
	}
	st, closeStore, err := p.Open(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	if c.BillingOrg == "" {
		conn, err := c.Selection().Find(ctx, st)
		if err != nil {
			return err
		}
		c.BillingOrg = conn.BillingOrg
	}
	if err := p.Config.Webhooks().Check(ctx, c.URL); err != nil {
		return err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	a := administration.App{ID: id.String(), BillingOrg: c.BillingOrg, Name: c.Name, URL: c.URL, Who: p.Who, CreatedAt: p.Now()}
	if err := st.Apps.Put(ctx, a, secret); err != nil {
		return err
	}
	if p.JSON {
		return p.PrintJSON(report.NewApplication(a))
	}
	p.Printf("%s is registered for billing organisation %s, as %s\n", screen.Clean(a.Name), screen.Clean(a.BillingOrg), a.ID)
	return nil
}

type appsRemoveCmd struct {
	App string `arg:"" help:"The application, by its id or its name."`
}

// Run takes an application off the list.
func (c *appsRemoveCmd) Run(ctx context.Context, p *session.Session) error {
	st, closeStore, err := p.Open(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	list, err := st.Apps.List(ctx, "")
	if err != nil {
		return err
	}
	a, err := oneApp(list, c.App)
	if err != nil {
		return err
	}
	if err := st.Apps.Remove(ctx, a.ID); err != nil {
		return err
	}
	if p.JSON {
		return p.PrintJSON(report.ApplicationRemoved{ID: a.ID, Name: a.Name})
	}
	p.Printf("%s is removed from the list; it was not told\n", screen.Clean(a.Name))
	return nil
}

// oneApp is the application of that id, or the only one that is connected under that name.
func oneApp(list []administration.App, name string) (administration.App, error) {
	var named []administration.App
	var ids []string
	for _, a := range list {
		if a.ID == name {
			return a, nil
		}
		if a.Name == name && a.GoneAt.IsZero() {
			named, ids = append(named, a), append(ids, a.ID+" of billing organisation "+screen.Clean(a.BillingOrg))
		}
	}
	switch len(named) {
	case 0:
		return administration.App{}, fmt.Errorf("no application %q is registered: see `starter apps list`", screen.Clean(name))
	case 1:
		return named[0], nil
	}
	return administration.App{}, fmt.Errorf("several applications are called %q: name one of %s", screen.Clean(name), strings.Join(ids, ", "))
}
