package storetest

import (
	"strings"
	"testing"

	"causeway/internal/record"
	"causeway/internal/store/history"
	"causeway/internal/store/worklist"

	"github.com/stretchr/testify/require"
)

// plans returns how PostgreSQL would run the statements that look makes and that contain the text.
func plans(t *testing.T, s *Store, containing string, look func() error) []string {
	t.Helper()
	type statement struct {
		query string
		args  []any
	}
	var made []statement
	s.DB.Watch(func(query string, args []any) { made = append(made, statement{query, args}) })
	err := look()
	s.DB.Watch(nil)
	require.NoError(t, err)
	var out []string
	for _, st := range made {
		if !strings.Contains(st.query, containing) {
			continue
		}
		var lines []string
		require.NoError(t, s.DB.Reader().All(t.Context(), &lines, "EXPLAIN "+st.query, st.args...), st.query)
		out = append(out, strings.Join(lines, "\n"))
	}
	require.NotEmpty(t, out, "no statement contains %q", containing)
	return out
}

// synced is a store of PostgreSQL with 3000 customers that were synced, and the run that did.
func synced(t *testing.T, on Database) (*Store, string) {
	t.Helper()
	s := onlyPostgres(t, on)
	run := startRun(t, s, 1)
	accounts(t, s, run.ID, 3000)
	for range 3 {
		finishAll(t, s, run.ID) // a thousand of them
	}
	return s, run.ID
}

// A first sync is over before PostgreSQL has statistics, and it then takes all columns for equally selective:
// a look by name that can be made by a primary key's first columns reads a whole connection.
func testLooksByNameGoByTheNameBeforeThereAreStatistics(t *testing.T, on Database) {
	s, run := synced(t, on)
	ctx, names := t.Context(), []string{"name a001", "name a002"}
	for what, look := range map[string]struct {
		containing string
		make       func() error
	}{
		"a taken name": {"name_key", func() error {
			_, err := s.Operations.NameTaken(ctx, demo, record.EntityCustomers, "name a001", "")
			return err
		}},
		"a taken SKU": {"sku_key", func() error {
			_, err := s.Operations.SKUTaken(ctx, record.Operation{Connection: demo, Run: run}, "sku")
			return err
		}},
		"candidates by name": {"", func() error { _, err := s.Worklist.Candidates(ctx, demo, record.Customers, names, nil); return err }},
		"candidates by SKU":  {"", func() error { _, err := s.Worklist.Candidates(ctx, demo, record.Items, nil, names); return err }},
		"CRM by name":        {"", func() error { _, err := s.Worklist.CRMCandidates(ctx, demo, record.Accounts, names, nil); return err }},
		"CRM by SKU":         {"", func() error { _, err := s.Worklist.CRMCandidates(ctx, demo, record.Products, nil, names); return err }},
	} {
		for _, plan := range plans(t, s, look.containing, look.make) {
			require.Contains(t, plan, "Index Cond: ((", what)
			require.NotContains(t, plan, "Seq Scan", what)
			require.NotContains(t, plan, "mirror_pkey", what)
			if !strings.HasPrefix(what, "CRM") { // a CRM record's links are found by its id, which is in the key
				require.NotContains(t, plan, "links_pkey", what)
			}
		}
	}
}

func testAPlanLooksUpListsOfIDsByTheIDs(t *testing.T, on Database) {
	s, run := synced(t, on)
	ctx, ids := t.Context(), []string{"a001", "a002"}
	_, err := s.Worklist.Due(ctx, worklist.Query{Connection: demo, Run: run, Module: record.Accounts, Limit: 10})
	require.NoError(t, err)
	for what, look := range map[string]func() error{
		"links of a module": func() error { _, err := s.Links.OfModule(ctx, demo, record.Accounts, ids); return err },
		"links by source":   func() error { _, err := s.Links.OfSources(ctx, demo, record.EntityCustomers, ids); return err },
		"mirrored records":  func() error { _, err := s.Mirror.Records(ctx, demo, record.CRM, record.Accounts, ids); return err },
	} {
		for _, plan := range plans(t, s, "", look) {
			_, after, _ := strings.Cut(plan, "Index Cond: ")
			cond, _, _ := strings.Cut(after, "\n")
			require.Contains(t, cond, "id = ANY", "%s\n%s", what, plan)
		}
	}
}

// What is looked for among hundreds of thousands of records is found by an index, also while PostgreSQL has no
// statistics: a condition that it makes a join of compares all with all then.
func testNoLookIsMadeAJoinBeforeThereAreStatistics(t *testing.T, on Database) {
	s, run := synced(t, on)
	ctx := t.Context()
	standing := func(list history.List) func() error {
		return func() error {
			_, err := s.History.Standing(ctx, demo, history.StandingQuery{List: list, Entity: record.EntityCustomers, Fed: []record.Module{record.Accounts}, Limit: 100})
			return err
		}
	}
	for what, look := range map[string]struct {
		containing string
		make       func() error
	}{
		"due": {"", func() error { // the pages behind the first: that one gathers statistics
			_, err := s.Worklist.Due(ctx, worklist.Query{Connection: demo, Run: run, Module: record.Accounts, After: "0", Limit: 500})
			return err
		}},
		"in sync":   {"", standing(history.InSync)},
		"resting":   {"", standing(history.Resting)},
		"excluded":  {"", standing(history.Excluded)},
		"failing":   {"", standing(history.Failing)},
		"invoiced":  {"", func() error { _, err := s.Transactions.InvoicedCustomers(ctx, demo, "", 100); return err }},
		"conflicts": {"", func() error { _, err := s.History.OpenConflicts(ctx, demo); return err }},
		"persons":   {"", func() error { _, err := s.Links.PersonsOf(ctx, demo, []string{"b1"}); return err }},
		"failed":    {"", func() error { _, err := s.History.Failed(ctx, run, ""); return err }},
		"merged": {"'merge'", func() error {
			_, err := s.History.Explain(ctx, demo, record.Ref{Side: record.CRM, Module: record.Accounts, ID: "a001"})
			return err
		}},
	} {
		for _, plan := range plans(t, s, look.containing, look.make) {
			require.NotContains(t, plan, "Seq Scan", what)
			require.NotContains(t, plan, "Join", what)
			if what == "due" {
				require.Contains(t, plan, "mirror_due")
			}
		}
	}
}

var looksTests = []Test{
	{"LooksByNameGoByTheNameBeforeThereAreStatistics", testLooksByNameGoByTheNameBeforeThereAreStatistics},
	{"APlanLooksUpListsOfIDsByTheIDs", testAPlanLooksUpListsOfIDsByTheIDs},
	{"NoLookIsMadeAJoinBeforeThereAreStatistics", testNoLookIsMadeAJoinBeforeThereAreStatistics},
}
