package worklist

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"causeway/internal/record"
	"causeway/internal/store/db"
	"causeway/internal/store/mirror"
)

// The condition that a billing record is free, and two ways to find it. They are two statements since one
// with OR would scan all records of the module. So would PostgreSQL, before it has statistics, if the
// connection were a bare column: the primary key begins with it.
const (
	candidateFree = `
  AND NOT EXISTS (SELECT 1 FROM links l WHERE l.connection = m.connection AND l.billing_module = m.module AND l.billing_id = m.id` + db.OneLook + `)
  AND NOT EXISTS (SELECT 1 FROM operations o WHERE o.connection = m.connection AND o.target_module = m.module AND o.target_id = m.id
                  AND o.target_id <> '' AND o.pending` + db.OneLook + `)`
	candidatesByName = `
SELECT ` + mirror.RowColumns + ` FROM mirror m
WHERE m.connection || '' = ? AND m.side = 'billing' AND m.module = ? AND m.name_key <> '' AND m.name_key {in}` + candidateFree
	candidatesBySKU = `
SELECT ` + mirror.RowColumns + ` FROM mirror m
WHERE m.connection || '' = ? AND m.side = 'billing' AND m.module = ? AND m.sku_key <> '' AND m.sku_key {in}` + candidateFree
)

const (
	crmFree = `
  AND NOT EXISTS (SELECT 1 FROM links l WHERE l.connection = m.connection AND l.crm_module = m.module AND l.crm_id = m.id
                  AND l.entity IN ('customers', 'contact_persons', 'items') AND l.gone NOT IN ('crm', 'moved')` + db.OneLook + `)
  AND NOT EXISTS (SELECT 1 FROM operations o WHERE o.connection = m.connection AND o.target_module = m.module AND o.target_id = m.id
                  AND o.target_id <> '' AND o.pending` + db.OneLook + `)`
	crmByName = `SELECT ` + mirror.RowColumns + ` FROM mirror m
WHERE m.connection || '' = ? AND m.side = 'crm' AND m.module = ? AND m.name_key <> '' AND m.name_key {in}` + crmFree
	crmBySKU = `SELECT ` + mirror.RowColumns + ` FROM mirror m
WHERE m.connection || '' = ? AND m.side = 'crm' AND m.module = ? AND m.sku_key <> '' AND m.sku_key {in}` + crmFree
)

// CRMCandidates lists CRM records that billing records of these name keys and SKUs may be, by id, as
// Candidates does the other way.
func (s *Worklist) CRMCandidates(ctx context.Context, connection string, module record.Module, nameKeys, skus []string) ([]record.Record, error) {
	return s.candidates(ctx, connection, module, crmByName, crmBySKU, nameKeys, skus)
}

// Candidates lists billing records that sources of these name keys and SKUs may be, by id: of such a name
// or SKU, without a link, and not the target of an operation that is not done.
func (s *Worklist) Candidates(ctx context.Context, connection string, module record.Module, nameKeys, skus []string) ([]record.Record, error) {
	return s.candidates(ctx, connection, module, candidatesByName, candidatesBySKU, nameKeys, skus)
}

func (s *Worklist) candidates(ctx context.Context, connection string, module record.Module, byName, bySKU string, nameKeys, skus []string) ([]record.Record, error) {
	var names, skuKeys []string
	for _, k := range nameKeys {
		names = append(names, db.IndexKey(k))
	}
	for _, k := range skus {
		skuKeys = append(skuKeys, db.IndexKey(record.NameKey(k)))
	}
	found := map[string]mirror.Row{}
	for query, keys := range map[string][]string{byName: names, bySKU: skuKeys} {
		if len(keys) == 0 {
			continue
		}
		var rows []mirror.Row
		if err := s.db.Reader().All(ctx, &rows, query, connection, module, s.db.List(keys)); err != nil {
			return nil, fmt.Errorf("look for duplicates among %s: %w", module, err)
		}
		for _, r := range rows {
			found[r.ID] = r
		}
	}
	out := make([]record.Record, 0, len(found))
	for _, id := range slices.Sorted(maps.Keys(found)) {
		r, err := found[id].Record()
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}
