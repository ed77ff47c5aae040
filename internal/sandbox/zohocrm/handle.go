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
func (o *Org) Empty(ctx context.Context) (bool, error) {
	var any bool
	if err := o.db.Read().QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM records)").Scan(&any); err != nil {
		return false, fmt.Errorf("look for CRM records: %w", err)
	}
	return !any, nil
}

// Count says how many records a module has.
func (o *Org) Count(ctx context.Context, moduleAPI string) (int, error) {
	m := moduleNamed(moduleAPI)
	if m == nil {
		return 0, unknownModule(moduleAPI)
	}
	return o.count(ctx, m, nil)
}

// Put stores a record without the checks of the API, so that tests can have what users would not be let in with.
// Values are as the API takes them (numbers as json.Number, lookups as ids). An id of 0 makes a new record; one that
// exists is changed. It returns the record's id.
func (o *Org) Put(ctx context.Context, moduleAPI string, id int64, values map[string]any) (int64, error) {
	m := moduleNamed(moduleAPI)
	if m == nil {
		return 0, unknownModule(moduleAPI)
	}
	err := o.db.Write(ctx, func(tx *sql.Tx) (err error) {
		id, err = o.put(ctx, tx, o.writable(m), id, values)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("put record of %s: %w", m.API, err)
	}
	return id, nil
}

func (o *Org) put(ctx context.Context, tx *sql.Tx, set *fieldSet, id int64, values map[string]any) (int64, error) {
	me := users[0].ID
	rec, err := o.find(ctx, o.prepared(tx), set.module.API, id)
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
		rec.Modified = max(o.now(), rec.Modified)
		return id, o.update(ctx, tx, set, before, rec)
	}
	if id == 0 {
		id, err = o.nextID(ctx, tx)
	} else if err = o.raiseID(ctx, tx, id); err == nil {
		err = forget(ctx, tx, set.module, id) // a record that lives is not among the deleted
	}
	if err != nil {
		return 0, err
	}
	now := o.now()
	rec = &record{ID: id, Module: set.module.API, Created: now, Modified: now, Owner: me, CreatedBy: me, ModifiedBy: me, Values: values}
	if err := o.autonumber(ctx, tx, set, rec); err != nil {
		return 0, err
	}
	return id, o.insert(ctx, tx, set, rec)
}
