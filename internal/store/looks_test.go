package store

import (
	"fmt"
	"strings"
	"testing"

	"causeway/internal/record"
	"causeway/internal/store/operations"
	"causeway/internal/store/pgtest"
	"causeway/internal/store/worklist"

	"github.com/stretchr/testify/require"
)

// A first sync is over before PostgreSQL has statistics, and it then takes all columns for equally selective:
// a look by name that can be made by a primary key's first columns reads a whole connection.
func TestLooksByNameGoByTheNameBeforeThereAreStatistics(t *testing.T) {
	t.Parallel()
	s := fresh(t, pgtest.New(t))
	run := startRun(t, s, 1)
	accounts(t, s, run.ID, 3000)
	for range 3 {
		finishAll(t, s, run.ID) // a thousand of them
	}
	list := s.db.List([]string{"name a001", "name a002"})
	for name, look := range map[string]struct {
		query string
		args  []any
	}{
		"nameTaken":        {operations.NameTaken, []any{demo, record.Customers, "name a001", record.EntityCustomers, demo, record.EntityCustomers, "name a001", ""}},
		"skuTaken":         {operations.SkuTaken, []any{demo, "sku"}},
		"candidatesByName": {worklist.CandidatesByName, []any{demo, record.Customers, list}},
		"candidatesBySKU":  {worklist.CandidatesBySKU, []any{demo, record.Items, list}},
		"crmByName":        {worklist.CrmByName, []any{demo, record.Accounts, list}},
		"crmBySKU":         {worklist.CrmBySKU, []any{demo, record.Products, list}},
	} {
		var lines []string
		require.NoError(t, s.db.Reader().All(t.Context(), &lines, "EXPLAIN "+look.query, look.args...))
		plan := strings.Join(lines, "\n")
		require.Contains(t, plan, "Index Cond: ((", name)
		require.NotContains(t, plan, "Seq Scan", fmt.Sprint(name, "\n", plan))
		require.NotContains(t, plan, "mirror_pkey", fmt.Sprint(name, "\n", plan))
		if name != "crmByName" && name != "crmBySKU" { // a CRM record's links are found by its id, which is in the key
			require.NotContains(t, plan, "links_pkey", fmt.Sprint(name, "\n", plan))
		}
	}
}
