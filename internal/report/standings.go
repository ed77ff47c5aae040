package report

import (
	"context"
	"time"

	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/internal/store/history"
)

// Standings are the sizes of the three lists, and the records of one of them.
type Standings struct {
	Connection string                    `json:"connection"`
	Counts     map[string]StandingCounts `json:"counts"`
	List       history.List              `json:"list"`
	Records    []StandingRecord          `json:"records"`
}

// StandingCounts are the sizes of the three lists of an entity.
type StandingCounts struct {
	InSync   int `json:"in_sync"`
	Excluded int `json:"excluded"`
	Failing  int `json:"failing"`
}

// StandingRecord is one record in a list.
type StandingRecord struct {
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

// ReadStandings counts the three lists of the given entities, and reads the named one, if any. A limit of 0 reads all.
func ReadStandings(ctx context.Context, st *store.Store, connection string, list history.List, wanted []record.Entity, limit int) (Standings, error) {
	out := Standings{Connection: connection, Counts: map[string]StandingCounts{}, List: list, Records: []StandingRecord{}}
	lists, err := newLists(ctx, st, connection)
	if err != nil {
		return out, err
	}
	for _, entity := range wanted {
		if out.Counts[string(entity)], err = lists.count(ctx, entity); err != nil {
			return out, err
		}
	}
	if list != "" {
		out.Records, err = lists.read(ctx, list, wanted, limit)
	}
	return out, err
}

// lists reads the lists of a connection.
type lists struct {
	store      *store.Store
	connection string
	// modules are the CRM modules of an entity. Records that a view leaves out belong to these.
	modules map[record.Entity][]record.Module
	// fed are the modules that the preferences use.
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

func (l lists) count(ctx context.Context, entity record.Entity) (out StandingCounts, err error) {
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

func (l lists) read(ctx context.Context, list history.List, wanted []record.Entity, limit int) ([]StandingRecord, error) {
	out := []StandingRecord{}
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
func appendPages(out []StandingRecord, limit int, read func(after string, n int) ([]history.Standing, error)) ([]StandingRecord, error) {
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

func newStandingRecord(s history.Standing) StandingRecord {
	out := StandingRecord{
		Entity: string(s.Entity), Side: string(record.SideOf(s.Module)), Module: string(s.Module), ID: s.ID, Name: s.Name,
		CRMID: s.CRMID, BillingID: s.BillingID, Code: s.Code, Reason: s.Reason, Rule: s.Rule, RunID: s.Run,
	}
	if s.Run != "" {
		at := s.At.UTC()
		out.At = &at
	}
	return out
}
