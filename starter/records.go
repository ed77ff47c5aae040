package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/internal/store/history"
)

type historyRecordsCmd struct {
	selection
	InSync   bool   `help:"List what is linked, and failed at nothing since." xor:"list"`
	Excluded bool   `help:"List what is left out, and why: a duplicate, a view, the mode, a deletion." xor:"list"`
	Failing  bool   `help:"List what is parked, and why." xor:"list"`
	Entity   string `help:"Only this entity: ${entities}." placeholder:"ENTITY"`
	Limit    int    `help:"The most records to list; 0 lists all. As text 50 unless told." default:"-1"`
}

// Validate refuses a filter that can match nothing.
func (c *historyRecordsCmd) Validate() error {
	if c.Entity != "" && !slices.Contains(entities(), c.Entity) {
		return fmt.Errorf("--entity=%s: use one of %s", c.Entity, strings.Join(entities(), ", "))
	}
	if c.Limit < -1 {
		return fmt.Errorf("--limit=%d: give 0 for all, or more", c.Limit)
	}
	return c.selection.Validate()
}

// list is the one that was asked for, empty where none was.
func (c *historyRecordsCmd) list() history.List {
	switch {
	case c.InSync:
		return history.InSync
	case c.Excluded:
		return history.Excluded
	case c.Failing:
		return history.Failing
	}
	return ""
}

// standings are the three lists: how long they are, and one of them.
type standings struct {
	Connection string                    `json:"connection"`
	Counts     map[string]standingCounts `json:"counts"`
	List       history.List              `json:"list"`
	Records    []standingRecord          `json:"records"`
}

type standingCounts struct {
	InSync   int `json:"in_sync"`
	Excluded int `json:"excluded"`
	Failing  int `json:"failing"`
}

// standingRecord is one record and where it stands.
type standingRecord struct {
	Entity    string     `json:"entity"`
	Side      string     `json:"side"`
	Module    string     `json:"module"`
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	CRMID     string     `json:"crm_id"`
	BillingID string     `json:"billing_id"`
	Code      string     `json:"code"`
	Reason    string     `json:"reason"`
	Rule      string     `json:"rule"`
	RunID     string     `json:"run_id"`
	At        *time.Time `json:"at"`
}

// Run counts the three lists, and shows one.
func (c *historyRecordsCmd) Run(ctx context.Context, p *program) error {
	return p.onConnection(ctx, c.selection, func(st *store.Store, conn record.Connection) error {
		wanted := record.Entities()
		if c.Entity != "" {
			wanted = []record.Entity{record.Entity(c.Entity)}
		}
		lists, err := newLists(ctx, st, conn.ID)
		if err != nil {
			return err
		}
		out := standings{Connection: conn.ID, Counts: map[string]standingCounts{}, List: c.list(), Records: []standingRecord{}}
		for _, entity := range wanted {
			if out.Counts[string(entity)], err = lists.count(ctx, entity); err != nil {
				return err
			}
		}
		limit := p.limit(c.Limit)
		if out.List != "" {
			if out.Records, err = lists.read(ctx, out.List, wanted, limit); err != nil {
				return err
			}
		}
		if p.json {
			return p.printJSON(out)
		}
		p.printStandings(out, wanted)
		if limit > 0 && len(out.Records) == limit {
			p.note("the first %d records are shown: give --limit 0 for all", limit)
		}
		return nil
	})
}

// limit is how many rows are shown: as many as were asked for, and without that as JSON all, as text a screen full.
func (p *program) limit(asked int) int {
	switch {
	case asked >= 0:
		return asked
	case p.json:
		return 0
	}
	return textOperations
}

// lists reads the lists of a connection.
type lists struct {
	store      *store.Store
	connection string
	// modules are those of the CRM that feed an entity: what a view leaves out is told of them.
	modules map[record.Entity][]record.Module
	// fed are those that feed it by the preferences.
	fed map[record.Entity][]record.Module
}

func newLists(ctx context.Context, st *store.Store, connection string) (lists, error) {
	out := lists{
		store: st, connection: connection, fed: map[record.Entity][]record.Module{},
		modules: map[record.Entity][]record.Module{record.EntityItems: {record.Products}},
	}
	prefs, err := st.Connections.Preferences(ctx, connection, 0)
	if record.IsKind(err, record.NotFound) {
		prefs.Customers = record.CustomerOptions{Mode: record.ModeAccountsAndContacts, Unattached: true} // nothing is left out
	}
	for _, entity := range record.Entities() {
		for _, feed := range reconcile.SourcesOf(entity, prefs.Customers) {
			out.fed[entity] = append(out.fed[entity], feed.Module)
		}
	}
	switch {
	case record.IsKind(err, record.NotFound):
	case err != nil:
		return out, err
	case prefs.Customers.Mode == record.ModeContacts:
		out.modules[record.EntityCustomers] = []record.Module{record.Contacts}
		return out, nil
	case prefs.Customers.Mode == record.ModeAccountsAndContacts:
		out.modules[record.EntityContactPersons] = []record.Module{record.Contacts}
	}
	out.modules[record.EntityCustomers] = []record.Module{record.Accounts}
	return out, nil
}

func (l lists) count(ctx context.Context, entity record.Entity) (out standingCounts, err error) {
	resting := 0
	for list, n := range map[history.List]*int{history.InSync: &out.InSync, history.Excluded: &out.Excluded, history.Failing: &out.Failing, history.Resting: &resting} {
		if *n, err = l.store.History.CountStanding(ctx, l.connection, l.query(list, entity)); err != nil {
			return out, err
		}
	}
	out.Excluded += resting
	if len(l.modules[entity]) == 0 {
		return out, nil
	}
	n, err := l.store.History.CountOutOfView(ctx, l.connection, l.modules[entity])
	out.Excluded += n
	return out, err
}

func (l lists) query(list history.List, entity record.Entity) history.StandingQuery {
	return history.StandingQuery{List: list, Entity: entity, Fed: l.fed[entity]}
}

// standingPage is how many records are read at once.
const standingPage = 1000

func (l lists) read(ctx context.Context, list history.List, wanted []record.Entity, limit int) ([]standingRecord, error) {
	out := []standingRecord{}
	for _, entity := range wanted {
		of := func(list history.List) func(after string, n int) ([]history.Standing, error) {
			return func(after string, n int) ([]history.Standing, error) {
				q := l.query(list, entity)
				q.After, q.Limit = after, n
				return l.store.History.Standing(ctx, l.connection, q)
			}
		}
		sources := []func(after string, n int) ([]history.Standing, error){of(list)}
		if list == history.Excluded {
			sources = append(sources, of(history.Resting))
		}
		if list == history.Excluded && len(l.modules[entity]) > 0 {
			sources = append(sources, func(after string, n int) ([]history.Standing, error) {
				return l.store.History.OutOfView(ctx, l.connection, entity, l.modules[entity], after, n)
			})
		}
		for _, source := range sources {
			var err error
			if out, err = appendPages(out, limit, source); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// appendPages reads page after page until there are enough.
func appendPages(out []standingRecord, limit int, read func(after string, n int) ([]history.Standing, error)) ([]standingRecord, error) {
	for after := ""; ; {
		n := standingPage
		if limit > 0 {
			n = min(n, limit-len(out))
		}
		if n <= 0 {
			return out, nil
		}
		page, err := read(after, n)
		if err != nil {
			return nil, err
		}
		for _, s := range page {
			out = append(out, newStandingRecord(s))
			after = s.ID
		}
		if len(page) < n {
			return out, nil
		}
	}
}

func newStandingRecord(s history.Standing) standingRecord {
	out := standingRecord{
		Entity: string(s.Entity), Side: string(record.SideOf(s.Module)), Module: string(s.Module), ID: s.ID, Name: s.Name,
		CRMID: s.CRMID, BillingID: s.BillingID, Code: s.Code, Reason: s.Reason, Rule: s.Rule, RunID: s.Run,
	}
	if s.Run != "" {
		at := s.At.UTC()
		out.At = &at
	}
	return out
}

func (p *program) printStandings(s standings, wanted []record.Entity) {
	t := p.table("entity", "in sync", "excluded", "failing")
	for _, e := range wanted {
		c := s.Counts[string(e)]
		t.AppendRow([]any{e, c.InSync, c.Excluded, c.Failing})
	}
	t.Render()
	switch {
	case s.List == "":
		p.note("list one of them with --in-sync, --excluded or --failing")
		return
	case len(s.Records) == 0:
		p.printf("\nno record is %s\n", strings.ReplaceAll(string(s.List), "_", " "))
		return
	}
	p.printf("\n%s:\n", strings.ReplaceAll(string(s.List), "_", " "))
	rows := p.table("entity", "record", "name", "CRM", "billing", "code", "reason")
	for _, r := range s.Records {
		rows.AppendRow([]any{r.Entity, clean(r.Module + "/" + r.ID), clean(r.Name), clean(r.CRMID), clean(r.BillingID), clean(r.Code), sentence(r.Reason)})
	}
	rows.Render()
}
