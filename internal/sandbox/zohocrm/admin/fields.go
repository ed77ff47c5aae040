package admin

import (
	"context"
	"database/sql"
	"fmt"

	"causeway/internal/sandbox/zohocrm/custom"
	"causeway/internal/sandbox/zohocrm/metadata"
)

// SetField adds a custom field, or changes the definition of the one of that name. Values that the new definition would
// refuse are removed. No record counts as modified.
func (a *Actions) SetField(ctx context.Context, c custom.Field) error {
	m := metadata.ModuleNamed(c.Module)
	if m == nil {
		return fmt.Errorf("set field %s: %w", c.API, metadata.UnknownModule(c.Module))
	}
	old := a.defs.CustomField(m, c.API)
	if old == nil {
		return a.defs.AddField(ctx, c)
	}
	f, err := c.Check(a.defs.Writable(m))
	if err != nil {
		return fmt.Errorf("set field %s of %s: %w", c.API, m.API, err)
	}
	return a.replaceField(ctx, m, old, f)
}

// DropField deletes a custom field and its values. No record counts as modified.
func (a *Actions) DropField(ctx context.Context, moduleAPI, api string) error {
	m := metadata.ModuleNamed(moduleAPI)
	if m == nil {
		return fmt.Errorf("drop field %s: %w", api, metadata.UnknownModule(moduleAPI))
	}
	old := a.defs.CustomField(m, api)
	if old == nil {
		return fmt.Errorf("drop field %s of %s: %w", api, m.API, custom.ErrNoField)
	}
	return a.replaceField(ctx, m, old, nil)
}

// replaceField stores next in the place of old, and fits the values to it. It deletes old if next is nil.
func (a *Actions) replaceField(ctx context.Context, m *metadata.Module, old, next *metadata.Field) error {
	err := a.store.Write(ctx, func(tx *sql.Tx) error {
		if err := custom.ReplaceDefinition(ctx, tx, old, next); err != nil {
			return err
		}
		return a.store.ConvertValues(ctx, tx, m, old, next)
	})
	if err != nil {
		return fmt.Errorf("change field %s of %s: %w", old.API, m.API, err)
	}
	return a.defs.Reload(ctx)
}
