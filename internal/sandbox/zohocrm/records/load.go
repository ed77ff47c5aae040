package records

import (
	"context"
	"database/sql"
	"fmt"
	"iter"

	"causeway/internal/sandbox/sample"
	"causeway/internal/sandbox/zohocrm/metadata"
	"causeway/internal/sandbox/zohocrm/query"
)

// Load stores sample records, all or none of them.
func (s *Store) Load(ctx context.Context, rows iter.Seq[sample.Row]) error {
	err := s.db.Write(ctx, func(tx *sql.Tx) error {
		l := s.NewLoader(ctx, tx)
		for row := range rows {
			m := metadata.ModuleNamed(row.Module)
			if m == nil {
				return metadata.UnknownModule(row.Module)
			}
			if err := l.Add(l.Set(m), row.ID, row.Age.Milliseconds(), row.Values); err != nil {
				return err
			}
		}
		return l.Finish()
	})
	if err != nil {
		return fmt.Errorf("load sample records: %w", err)
	}
	return nil
}

// Loader stores many records in one transaction.
type Loader struct {
	Store   *Store
	Ctx     context.Context
	Tx      *sql.Tx
	now     int64
	highest int64
	sets    map[string]*metadata.FieldSet
}

// NewLoader returns a loader that stores in tx. Call its Finish at the end.
func (s *Store) NewLoader(ctx context.Context, tx *sql.Tx) *Loader {
	return &Loader{Store: s, Ctx: ctx, Tx: tx, now: s.Now(), sets: map[string]*metadata.FieldSet{}}
}

// Set returns the writable fields of a module.
func (l *Loader) Set(m *metadata.Module) *metadata.FieldSet {
	if l.sets[m.API] == nil {
		l.sets[m.API] = l.Store.defs.Writable(m)
	}
	return l.sets[m.API]
}

// Add stores a record that is age milliseconds old. It checks nothing.
func (l *Loader) Add(set *metadata.FieldSet, id, age int64, values map[string]any) error {
	me, at := metadata.Users[0].ID, (l.now-age)/1000*1000
	l.highest = max(l.highest, id)
	return l.Store.Insert(l.Ctx, l.Tx, set, &query.Record{ID: id, Module: set.Module.API, Created: at, Modified: at,
		Owner: me, CreatedBy: me, ModifiedBy: me, Values: values})
}

// Finish makes the ids of later records higher than those that were added.
func (l *Loader) Finish() error { return l.Store.RaiseID(l.Ctx, l.Tx, l.highest) }
