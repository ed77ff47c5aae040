package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"causeway/internal/app"
	"causeway/internal/record"
	"causeway/internal/store"
)

type configureCmd struct {
	selection
	Mode               string        `help:"What becomes a customer: accounts, contacts, or accounts_and_contacts." placeholder:"MODE"`
	Unattached         *bool         `help:"With accounts_and_contacts: contacts without an account become customers of their own." negatable:""`
	CustomersExtent    string        `help:"Customers go to billing only (fetch), or both ways (both)." placeholder:"EXTENT"`
	ItemsExtent        string        `help:"Items go to billing only (fetch), or both ways, billing's first (both)." placeholder:"EXTENT"`
	CustomerDuplicates string        `help:"What happens to a customer whose name the other side has already: skip, overwrite or clone." placeholder:"RULE"`
	ItemDuplicates     string        `help:"What happens to an item whose SKU or name the other side has already: skip, overwrite or clone." placeholder:"RULE"`
	AccountsView       string        `help:"Fetch the accounts of this custom view only, by its name or id; all fetches all." placeholder:"VIEW"`
	ContactsView       string        `help:"Fetch the contacts of this custom view only, by its name or id; all fetches all." placeholder:"VIEW"`
	ProductsView       string        `help:"Fetch the products of this custom view only, by its name or id; all fetches all." placeholder:"VIEW"`
	Conflicts          string        `help:"Who wins where both sides changed one field: crm, billing, newest, or ask (nobody, until you decide)." placeholder:"RULE"`
	CatchAllItem       *string       `help:"The item of billing, by id, that stands in lines of free text where billing takes none without an item; an empty one takes it away." placeholder:"ID"`
	Transactions       string        `help:"What is pushed to billing at once: off, quotes, invoices, or quotes_and_invoices." placeholder:"KIND"`
	Cadence            time.Duration `help:"Time between two periodic syncs, 5m at least." placeholder:"TIME"`
	Retention          time.Duration `help:"How long runs are kept in the history, 24h at least; links are kept always." placeholder:"TIME"`
	CRMCallsPerDay     *int          `name:"crm-calls-per-day" help:"The CRM's daily allowance, in its credits; 0 is the provider's own, where that is known." placeholder:"N"`
	BillingCallsPerDay *int          `help:"Billing's daily allowance, in calls; 0 is the provider's own, where that is known." placeholder:"N"`
	saving
}

// shortestRetention keeps a run long enough to be looked at.
const shortestRetention = 24 * time.Hour

// The words that preferences take.
var (
	modeWords      = []string{string(record.ModeAccounts), string(record.ModeContacts), string(record.ModeAccountsAndContacts)}
	extentWords    = []string{string(record.Fetch), string(record.Both)}
	duplicateWords = []string{string(record.Skip), string(record.Overwrite), string(record.Clone)}
	conflictWords  = []string{string(record.CRMWins), string(record.BillingWins), string(record.NewestWins), string(record.AskWins)}
	pushWords      = []string{string(record.TransactionsOff), string(record.PushQuotes), string(record.PushInvoices), string(record.PushAll)}
)

// word is a flag that takes one of some words; an empty one was not given.
type word struct {
	flag, value string
	known       []string
}

func checkWords(words ...word) error {
	for _, w := range words {
		if w.value != "" && !slices.Contains(w.known, w.value) {
			return fmt.Errorf("--%s=%s: use one of %s", w.flag, clean(w.value), strings.Join(w.known, ", "))
		}
	}
	return nil
}

// Validate refuses what no preferences can hold.
func (c *configureCmd) Validate() error {
	err := checkWords(
		word{"mode", c.Mode, modeWords}, word{"customers-extent", c.CustomersExtent, extentWords}, word{"items-extent", c.ItemsExtent, extentWords},
		word{"customer-duplicates", c.CustomerDuplicates, duplicateWords}, word{"item-duplicates", c.ItemDuplicates, duplicateWords},
		word{"conflicts", c.Conflicts, conflictWords},
	)
	if err != nil {
		return err
	}
	if c.Transactions != "" && !slices.Contains(pushWords, c.Transactions) {
		return fmt.Errorf("--transactions=%s: use off, quotes, invoices or quotes_and_invoices; Causeway pushes no others (retainer invoices, sales receipts, ...): "+
			"write a workflow of your own for them with the Temporal SDK, beside the package causeway/workflows/contract", clean(c.Transactions))
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
	return c.selection.Validate()
}

// Run shows the preferences, or edits them: the edit applies to the next sync.
func (c *configureCmd) Run(ctx context.Context, p *program) error {
	return p.onConnection(ctx, c.selection, func(st *store.Store, conn record.Connection) error {
		was, err := st.Connections.Preferences(ctx, conn.ID, 0)
		if err != nil {
			return err
		}
		if c.asksNothing() {
			return p.printConfigured(configured{Connection: conn.ID, Preferences: app.ToContract(was), Changes: []app.Change{}})
		}
		now, err := c.edit(was)
		if err == nil {
			err = c.editViews(ctx, st, conn, &now)
		}
		if err != nil {
			return err
		}
		out, err := p.save(ctx, st, conn, was, now, c.saving)
		if err != nil {
			return err
		}
		return p.printConfigured(out)
	})
}

// asksNothing says that no flag was given: the preferences are only to be shown.
func (c *configureCmd) asksNothing() bool {
	bare := *c
	bare.selection, bare.Yes = selection{}, false
	return bare == configureCmd{}
}

// edit is the preferences with what the flags say in place of their own.
func (c *configureCmd) edit(prefs record.Preferences) (record.Preferences, error) {
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
			return prefs, errors.New("--unattached counts in the mode accounts_and_contacts only: give --mode accounts_and_contacts, too")
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
	prefs.CallsPerDay = app.PerDay(perDay(record.CRM, c.CRMCallsPerDay), perDay(record.Billing, c.BillingCallsPerDay))
	return prefs, nil
}

// editViews sets the views, by what the CRM has now.
func (c *configureCmd) editViews(ctx context.Context, st *store.Store, conn record.Connection, prefs *record.Preferences) error {
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
