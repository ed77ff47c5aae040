package store

import (
	"context"
	"fmt"
)

// planTables are those that a plan looks into by lists of ids, each with its columns that looks go by: a look at the wide
// ones would take seconds, and tell nothing.
var planTables = []struct{ name, columns string }{
	{"links", "connection, entity, crm_module, crm_id, billing_module, billing_id, billing_parent_id"},
	{"mirror", "connection, side, module, id, parent_id, name_key, sku_key, due"},
	{"operations", "connection, entity, run, source_module, source_id, target_module, target_id, name_key, pending"},
}

const lacksStatistics = `
SELECT CASE WHEN EXISTS (SELECT 1 FROM %[1]s) AND NOT EXISTS (
    SELECT 1 FROM pg_stats WHERE schemaname = ANY (current_schemas(false)) AND tablename = '%[1]s'
) THEN 1 ELSE 0 END`

// gatherStatistics has PostgreSQL gather statistics of the tables that have rows and none yet. Without them it takes
// the first columns of a primary key for so selective that it reads all of a connection's rows for each list of ids,
// and the time of a first sync would grow with the square of its size until autovacuum comes by.
func (s *Store) gatherStatistics(ctx context.Context) error {
	if s.dialect != postgres {
		return nil
	}
	for _, table := range planTables {
		lacks := 0
		if err := s.read.GetContext(ctx, &lacks, fmt.Sprintf(lacksStatistics, table.name)); err != nil {
			return fmt.Errorf("look for statistics of %s: %w", table.name, err)
		}
		if lacks == 0 {
			continue
		}
		if _, err := s.read.ExecContext(ctx, "ANALYZE "+table.name+" ("+table.columns+")"); err != nil {
			return fmt.Errorf("gather statistics of %s: %w", table.name, err)
		}
	}
	return nil
}
