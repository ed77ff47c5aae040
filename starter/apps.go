package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"causeway/internal/store/administration"

	"github.com/google/uuid"
)

type appsCmd struct {
	List   appsListCmd   `cmd:"" default:"withargs" help:"List the applications (default)."`
	Add    appsAddCmd    `cmd:"" help:"Register an application, which is told by a signed webhook when the connection is deleted."`
	Remove appsRemoveCmd `cmd:"" help:"Take an application off the list, without telling it."`
}

// financeApp is one application as it is printed.
type financeApp struct {
	ID         string     `json:"id"`
	BillingOrg string     `json:"billing_org"`
	Name       string     `json:"name"`
	URL        string     `json:"url"`
	By         string     `json:"by"`
	Since      time.Time  `json:"since"`
	GoneAt     *time.Time `json:"gone_at"` // when a deletion disconnected it
}

func newFinanceApp(a administration.App) financeApp {
	return financeApp{
		ID: a.ID, BillingOrg: a.BillingOrg, Name: a.Name, URL: a.URL, By: a.Who, Since: a.CreatedAt.UTC(), GoneAt: optional(a.GoneAt),
	}
}

type appsListCmd struct {
	BillingOrg string `placeholder:"ORG" help:"Of this billing organisation alone."`
}

// Run lists applications, those that are gone last.
func (c *appsListCmd) Run(ctx context.Context, p *program) error {
	st, closeStore, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	list, err := st.Apps.List(ctx, c.BillingOrg)
	if err != nil {
		return err
	}
	out := make([]financeApp, len(list))
	for i, a := range list {
		out[i] = newFinanceApp(a)
	}
	if p.json {
		return p.printJSON(map[string][]financeApp{"apps": out})
	}
	if len(out) == 0 {
		p.printf("no application is registered\n")
		return nil
	}
	t := p.table("id", "billing organisation", "name", "told at", "since", "by", "gone")
	for _, a := range out {
		gone := ""
		if a.GoneAt != nil {
			gone = a.GoneAt.Local().Format(time.DateTime)
		}
		t.AppendRow([]any{a.ID, clean(a.BillingOrg), clean(a.Name), sentence(a.URL), a.Since.Local().Format(time.DateTime), clean(a.By), gone})
	}
	t.Render()
	return nil
}

type appsAddCmd struct {
	Name       string `arg:"" help:"What it is called, once for a billing organisation."`
	URL        string `arg:"" name:"url" help:"The address, http or https, that is told by POST."`
	BillingOrg string `placeholder:"ORG" help:"The billing organisation; that of the connection where it is left out."`
	SecretFile string `placeholder:"FILE" help:"Read the secret that signs what it is told from this file; - is standard input. Default: from CAUSEWAY_APP_SECRET."`
	flagged
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
	return c.flagged.Validate()
}

// Run registers an application.
func (c *appsAddCmd) Run(ctx context.Context, p *program) error {
	secret, err := p.sharedSecret(c.SecretFile, "CAUSEWAY_APP_SECRET")
	if err != nil {
		return err
	}
	st, closeStore, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	if c.BillingOrg == "" {
		conn, err := c.selection().find(ctx, st)
		if err != nil {
			return err
		}
		c.BillingOrg = conn.BillingOrg
	}
	if err := p.config.Webhooks().Check(ctx, c.URL); err != nil {
		return err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return err
	}
	a := administration.App{ID: id.String(), BillingOrg: c.BillingOrg, Name: c.Name, URL: c.URL, Who: p.who, CreatedAt: p.now()}
	if err := st.Apps.Put(ctx, a, secret); err != nil {
		return err
	}
	if p.json {
		return p.printJSON(newFinanceApp(a))
	}
	p.printf("%s is registered for billing organisation %s, as %s\n", clean(a.Name), clean(a.BillingOrg), a.ID)
	return nil
}

type appsRemoveCmd struct {
	App string `arg:"" help:"The application, by its id or its name."`
}

// Run takes an application off the list.
func (c *appsRemoveCmd) Run(ctx context.Context, p *program) error {
	st, closeStore, err := p.open(ctx)
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
	if p.json {
		return p.printJSON(map[string]string{"id": a.ID, "name": a.Name})
	}
	p.printf("%s is not registered any more; it was not told\n", clean(a.Name))
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
			named, ids = append(named, a), append(ids, a.ID+" of billing organisation "+clean(a.BillingOrg))
		}
	}
	switch len(named) {
	case 0:
		return administration.App{}, fmt.Errorf("no application %q is registered: see `starter apps list`", clean(name))
	case 1:
		return named[0], nil
	}
	return administration.App{}, fmt.Errorf("several applications are called %q: name one of %s", clean(name), strings.Join(ids, ", "))
}
