package store

import (
	"context"
	"strings"
	"testing"

	"causeway/internal/record"
	"causeway/internal/store/pgtest"

	"github.com/stretchr/testify/require"
)

func TestAPlanLooksUpListsOfIDsByTheIDs(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := fresh(t, pgtest.New(t))
	run := startRun(t, s, 1)
	accounts(t, s, run.ID, 3000)
	for range 3 {
		finishAll(t, s, run.ID)
	}
	_, err := s.DuePage(ctx, DueQuery{Connection: demo, Run: run.ID, Module: record.Accounts, Limit: 10})
	require.NoError(t, err)
	list := s.db.list([]string{"a001", "a002"})
	for name, look := range map[string]struct {
		query string
		args  []any
	}{
		"linksOfModule": {linksOfModule, []any{demo, record.Accounts, list}},
		"linksBySource": {linksBySource, []any{demo, record.EntityCustomers, list}},
		"mirrorRecords": {mirrorRecords, []any{demo, record.CRM, record.Accounts, list}},
	} {
		var lines []string
		require.NoError(t, s.db.reader().all(t.Context(), &lines, "EXPLAIN "+look.query, look.args...))
		plan := strings.Join(lines, "\n")
		_, after, _ := strings.Cut(plan, "Index Cond: ")
		cond, _, _ := strings.Cut(after, "\n")
		require.Contains(t, cond, "id = ANY", "%s\n%s", name, plan)
	}
}
