package zohocrm

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"iter"
	"strings"
	"unicode"

	"causeway/internal/sandbox/sample"
)

// Load stores sample records, all or none of them.
func (s *Store) Load(ctx context.Context, rows iter.Seq[sample.Row]) error {
	err := s.db.Write(ctx, func(tx *sql.Tx) error {
		l := s.newLoader(ctx, tx)
		for row := range rows {
			m := moduleNamed(row.Module)
			if m == nil {
				return unknownModule(row.Module)
			}
			if err := l.add(l.set(m), row.ID, row.Age.Milliseconds(), row.Values); err != nil {
				return err
			}
		}
		return l.finish()
	})
	if err != nil {
		return fmt.Errorf("load sample records: %w", err)
	}
	return nil
}

// loader puts many records into one transaction.
type loader struct {
	store   *Store
	ctx     context.Context
	tx      *sql.Tx
	now     int64
	highest int64
	sets    map[string]*fieldSet
}

func (s *Store) newLoader(ctx context.Context, tx *sql.Tx) *loader {
	return &loader{store: s, ctx: ctx, tx: tx, now: s.now(), sets: map[string]*fieldSet{}}
}

func (l *loader) set(m *module) *fieldSet {
	if l.sets[m.API] == nil {
		l.sets[m.API] = l.store.defs.writable(m)
	}
	return l.sets[m.API]
}

// add stores a record that was made age milliseconds ago. Nothing is checked.
func (l *loader) add(set *fieldSet, id, age int64, values map[string]any) error {
	me, at := users[0].ID, (l.now-age)/1000*1000
	l.highest = max(l.highest, id)
	return l.store.insert(l.ctx, l.tx, set, &record{ID: id, Module: set.module.API, Created: at, Modified: at,
		Owner: me, CreatedBy: me, ModifiedBy: me, Values: values})
}

func (l *loader) finish() error { return l.store.raiseID(l.ctx, l.tx, l.highest) }

func insertField(ctx context.Context, tx *sql.Tx, m *module, f *field) error {
	definition, err := json.Marshal(f)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, "INSERT INTO custom_fields (module, definition) VALUES (?, ?)", m.API, string(definition))
	return err
}

// apiNameOf makes an API name of a column's name: letters, digits and underscores.
func apiNameOf(name string) string {
	return strings.Trim(strings.Map(func(r rune) rune {
		if r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			return r
		}
		return '_'
	}, strings.TrimSpace(name)), "_")
}
