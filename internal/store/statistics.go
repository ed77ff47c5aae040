package store

import (
	"context"
	"fmt"
)

// planTables are those that a plan looks into by lists of ids.
var planTables = []string{"links", "mirror", "operations"}

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
		if err := s.read.GetContext(ctx, &lacks, fmt.Sprintf(lacksStatistics, table)); err != nil {
			return fmt.Errorf("look for statistics of %s: %w", table, err)
		}
		if lacks == 0 {
			continue
		}
		if _, err := s.read.ExecContext(ctx, "ANALYZE "+table); err != nil {
			return fmt.Errorf("gather statistics of %s: %w", table, err)
		}
	}
	return nil
}
