package zohocrm

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
)

// This file is the organisation's Go side, for the sandbox's assembly and for tests. Nothing of it is counted as a call.

func unknownModule(api string) error {
	names := make([]string, len(modules))
	for i, m := range modules {
		names[i] = m.API
	}
	return fmt.Errorf("module %q is unknown; there are %s", api, strings.Join(names, ", "))
}

// Empty says whether the organisation holds no records.
func (s *Store) Empty(ctx context.Context) (bool, error) {
	var any bool
	if err := s.db.Read().QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM records)").Scan(&any); err != nil {
		return false, fmt.Errorf("look for CRM records: %w", err)
	}
	return !any, nil
}

// Count says how many records a module has.
func (s *Store) Count(ctx context.Context, moduleAPI string) (int, error) {
	m := moduleNamed(moduleAPI)
	if m == nil {
		return 0, unknownModule(moduleAPI)
	}
	return s.count(ctx, m, nil)
}

// Put stores a record without the checks of the API, so that tests can have what users would not be let in with.
// Values are as the API takes them (numbers as json.Number, lookups as ids). An id of 0 makes a new record; one that
// exists is changed. It returns the record's id.
func (a *adminActions) Put(ctx context.Context, moduleAPI string, id int64, values map[string]any) (int64, error) {
	m := moduleNamed(moduleAPI)
	if m == nil {
		return 0, unknownModule(moduleAPI)
	}
	err := a.store.Write(ctx, func(tx *sql.Tx) (err error) {
		id, err = a.put(ctx, tx, a.defs.writable(m), id, values)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("put record of %s: %w", m.API, err)
	}
	return id, nil
}

func (a *adminActions) put(ctx context.Context, tx *sql.Tx, set *fieldSet, id int64, values map[string]any) (int64, error) {
	me := users[0].ID
	rec, err := a.store.find(ctx, a.store.prepared(tx), set.module.API, id)
	if err != nil {
		return 0, err
	}
	if rec != nil {
		before := rec.Values
		rec.Values = map[string]any{}
		for api, v := range before {
			rec.Values[api] = v
		}
		for api, v := range values {
			if rec.Values[api] = v; v == nil {
				delete(rec.Values, api)
			}
		}
		rec.Modified = max(a.store.now(), rec.Modified)
		return id, a.store.update(ctx, tx, set, before, rec)
	}
	if id == 0 {
		id, err = a.store.nextID(ctx, tx)
	} else if err = a.store.raiseID(ctx, tx, id); err == nil {
		err = forget(ctx, tx, set.module, id) // a record that lives is not among the deleted
	}
	if err != nil {
		return 0, err
	}
	now := a.store.now()
	rec = &record{ID: id, Module: set.module.API, Created: now, Modified: now, Owner: me, CreatedBy: me, ModifiedBy: me, Values: values}
	if err := a.store.autonumber(ctx, tx, set, rec); err != nil {
		return 0, err
	}
	return id, a.store.insert(ctx, tx, set, rec)
}
