package db

import (
	"context"
	"fmt"
)

// Table is one table, with the columns that looks go by.
type Table struct{ Name, Columns string }

const lacksStatistics = `
SELECT CASE WHEN EXISTS (SELECT 1 FROM %[1]s) AND NOT EXISTS (
    SELECT 1 FROM pg_stats WHERE schemaname = ANY (current_schemas(false)) AND tablename = '%[1]s'
) THEN 1 ELSE 0 END`

// GatherStatistics has PostgreSQL gather statistics of those of the tables that have rows and none yet. Without them it
// takes the first columns of a primary key for so selective that it reads all of a connection's rows for each list of
// ids, and the time of a first sync would grow with the square of its size until autovacuum comes by.
func (d *DB) GatherStatistics(ctx context.Context, tables []Table) error {
	if d.dialect != postgres {
		return nil
	}
	for _, t := range tables {
		lacks := 0
		if err := d.read.GetContext(ctx, &lacks, fmt.Sprintf(lacksStatistics, t.Name)); err != nil {
			return fmt.Errorf("look for statistics of %s: %w", t.Name, err)
		}
		if lacks == 0 {
			continue
		}
		if _, err := d.read.ExecContext(ctx, "ANALYZE "+t.Name+" ("+t.Columns+")"); err != nil {
			return fmt.Errorf("gather statistics of %s: %w", t.Name, err)
		}
	}
	return nil
}
