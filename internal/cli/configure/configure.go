package configure

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"causeway/internal/cli/arguments"
	"causeway/internal/cli/screen"
	"causeway/internal/cli/session"
	"causeway/internal/preferences"
	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/internal/store"
)

// Command shows the preferences, or edits them.
type Command struct {
	session.Selection
	Mode               string        `help:"What becomes a customer: accounts, contacts, or accounts_and_contacts." placeholder:"MODE"`
	Unattached         *bool         `help:"With accounts_and_contacts: contacts without an account become customers of their own." negatable:""`
	CustomersExtent    string        `help:"Customers go to billing only (fetch), or both ways (both)." placeholder:"EXTENT"`
	ItemsExtent        string        `help:"Items go to billing only (fetch), or both ways, billing's first (both)." placeholder:"EXTENT"`
	CustomerDuplicates string        `help:"What happens to a customer whose name the other side has already: skip, overwrite or clone." placeholder:"RULE"`
	ItemDuplicates     string        `help:"What happens to an item whose SKU or name the other side has already: skip, overwrite or clone." placeholder:"RULE"`
	AccountsView       string        `help:"Fetch the accounts of this custom view only, by its name or id; all fetches all." placeholder:"VIEW"`
	ContactsView       string        `help:"Fetch the contacts of this custom view only, by its name or id; all fetches all." placeholder:"VIEW"`
	ProductsView       string        `help:"Fetch the products of this custom view only, by its name or id; all fetches all." placeholder:"VIEW"`
	Conflicts          string        `help:"Who wins if both sides changed the same field: crm, billing, newest, or ask (you decide)." placeholder:"RULE"`
	CatchAllItem       *string       `help:"The billing item, by id, for lines of free text, where billing accepts no line without an item. An empty value removes it." placeholder:"ID"`
	Transactions       string        `help:"What applications may push to billing: off, quotes, invoices, or quotes_and_invoices." placeholder:"KIND"`
	Cadence            time.Duration `help:"The time between two periodic syncs, 5m at least." placeholder:"TIME"`
	Retention          time.Duration `help:"How long the history keeps runs, 24h at least. Links are always kept." placeholder:"TIME"`
	CRMCallsPerDay     *int          `name:"crm-calls-per-day" help:"The CRM's daily allowance, in its credits; 0 is the provider's own, where that is known." placeholder:"N"`
	BillingCallsPerDay *int          `help:"Billing's daily allowance, in calls; 0 is the provider's own, where that is known." placeholder:"N"`
	Saving
}

// shortestRetention keeps a run long enough to be looked at.
const shortestRetention = 24 * time.Hour

// The words that preferences take.
var (
	modeWords      = []string{string(record.ModeAccounts), string(record.ModeContacts), string(record.ModeAccountsAndContacts)}
	ExtentWords    = []string{string(record.Fetch), string(record.Both)}
	duplicateWords = []string{string(record.Skip), string(record.Overwrite), string(record.Clone)}
	ConflictWords  = []string{string(record.CRMWins), string(record.BillingWins), string(record.NewestWins), string(record.AskWins)}
	pushWords      = []string{string(record.TransactionsOff), string(record.PushQuotes), string(record.PushInvoices), string(record.PushAll)}
)

// Validate refuses what no preferences can hold.
func (c *Command) Validate() error {
	err := arguments.CheckWords(
		arguments.NewWord("mode", c.Mode, modeWords), arguments.NewWord("customers-extent", c.CustomersExtent, ExtentWords), arguments.NewWord("items-extent", c.ItemsExtent, ExtentWords),
		arguments.NewWord("customer-duplicates", c.CustomerDuplicates, duplicateWords), arguments.NewWord("item-duplicates", c.ItemDuplicates, duplicateWords),
		arguments.NewWord("conflicts", c.Conflicts, ConflictWords),
	)
	if err != nil {
		return err
	}
	if c.Transactions != "" && !slices.Contains(pushWords, c.Transactions) {
		return fmt.Errorf("--transactions=%s: use off, quotes, invoices or quotes_and_invoices; Causeway pushes no others (retainer invoices, sales receipts, ...): "+
			"write a workflow of your own for them with the Temporal SDK, beside the package causeway/workflows/contract", screen.Clean(c.Transactions))
	}
	if c.Cadence < 0 || c.Cadence > 0 && c.Cadence < record.MinCadence {
		return fmt.Errorf("--cadence=%s: give %s or more", c.Cadence, record.MinCadence)
	}
	if c.Retention < 0 || c.Retention > 0 && c.Retention < shortestRetention {
		return fmt.Errorf("--retention=%s: give %s or more", c.Retention, shortestRetention)
	}
	for _, n := range []*int{c.CRMCallsPerDay, c.BillingCallsPerDay} {
		if n != nil && *n < 0 {
			return fmt.Errorf("%d calls a day: give 0 for the provider's own, or more", *n)
		}
	}
	return c.Selection.Validate()
}

// Run shows the preferences, or edits them: the edit applies to the next sync.
func (c *Command) Run(ctx context.Context, p *session.Session) error {
	return p.OnConnection(ctx, c.Selection, func(st *store.Store, conn record.Connection) error {
		was, err := st.Connections.Preferences(ctx, conn.ID, 0)
		if err != nil {
			return err
		}
		if c.asksNothing() {
			return PrintConfigured(p, report.Configured{Connection: conn.ID, Preferences: preferences.ToContract(was), Changes: []preferences.Change{}})
		}
		now, err := c.edit(was)
		if err == nil {
			err = c.editViews(ctx, st, conn, &now)
		}
		if err != nil {
			return err
		}
		out, err := Save(ctx, p, st, conn, was, now, c.Saving)
		if err != nil {
			return err
		}
		return PrintConfigured(p, out)
	})
}

// asksNothing reports whether no flag was given: then the preferences are only shown.
func (c *Command) asksNothing() bool {
	bare := *c
	bare.Selection, bare.Yes = session.Selection{}, false
	return bare == Command{}
}

// edit is the preferences with what the flags say in place of their own.
func (c *Command) edit(prefs record.Preferences) (record.Preferences, error) {
	set := func(to *string, value string) {
		if value != "" {
			*to = value
		}
	}
	set((*string)(&prefs.Customers.Mode), c.Mode)
	set((*string)(&prefs.Customers.Extent), c.CustomersExtent)
	set((*string)(&prefs.Items.Extent), c.ItemsExtent)
	set((*string)(&prefs.Customers.Duplicates), c.CustomerDuplicates)
	set((*string)(&prefs.Items.Duplicates), c.ItemDuplicates)
	set((*string)(&prefs.Conflicts), c.Conflicts)
	set((*string)(&prefs.Transactions), c.Transactions)
	if c.CatchAllItem != nil {
		prefs.CatchAllItem = *c.CatchAllItem
	}
	if c.Unattached != nil {
		prefs.Customers.Unattached = *c.Unattached
		if prefs.Customers.Mode != record.ModeAccountsAndContacts {
			return prefs, errors.New("--unattached needs the mode accounts_and_contacts: add --mode accounts_and_contacts")
		}
	}
	if c.Cadence != 0 {
		prefs.Cadence = c.Cadence
	}
	if c.Retention != 0 {
		prefs.Retention = c.Retention
	}
	perDay := func(side record.Side, given *int) int {
		if given == nil {
			return prefs.CallsPerDay[side]
		}
		return *given
	}
	prefs.CallsPerDay = preferences.PerDay(perDay(record.CRM, c.CRMCallsPerDay), perDay(record.Billing, c.BillingCallsPerDay))
	return prefs, nil
}

// editViews sets the views, by what the CRM has now.
func (c *Command) editViews(ctx context.Context, st *store.Store, conn record.Connection, prefs *record.Preferences) error {
	for _, v := range []struct {
		module record.Module
		name   string
		to     **record.View
	}{
		{record.Accounts, c.AccountsView, &prefs.Customers.AccountView},
		{record.Contacts, c.ContactsView, &prefs.Customers.ContactView},
		{record.Products, c.ProductsView, &prefs.Items.View},
	} {
		if v.name == "" {
			continue
		}
		view, err := findView(ctx, st, conn.ID, v.module, v.name)
		if err != nil {
			return err
		}
		*v.to = view
	}
	return nil
}
