package store

import (
	"context"
	"strings"
	"testing"

	"causeway/internal/record"
	"causeway/internal/store/links"
	"causeway/internal/store/mirror"
	"causeway/internal/store/pgtest"
	"causeway/internal/store/worklist"

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
	_, err := s.Worklist.Due(ctx, worklist.Query{Connection: demo, Run: run.ID, Module: record.Accounts, Limit: 10})
	require.NoError(t, err)
	list := s.db.List([]string{"a001", "a002"})
	for name, look := range map[string]struct {
		query string
		args  []any
	}{
		"linksOfModule": {links.LinksOfModule, []any{demo, record.Accounts, list}},
		"linksBySource": {links.LinksBySource, []any{demo, record.EntityCustomers, list}},
		"mirrorRecords": {mirror.MirrorRecords, []any{demo, record.CRM, record.Accounts, list}},
	} {
		var lines []string
		require.NoError(t, s.db.Reader().All(t.Context(), &lines, "EXPLAIN "+look.query, look.args...))
		plan := strings.Join(lines, "\n")
		_, after, _ := strings.Cut(plan, "Index Cond: ")
		cond, _, _ := strings.Cut(after, "\n")
		require.Contains(t, cond, "id = ANY", "%s\n%s", name, plan)
	}
}
