package custom

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"causeway/internal/sandbox/platform"
	"causeway/internal/sandbox/zohocrm/metadata"
	"causeway/internal/sandbox/zohocrm/query"
)

// AddView saves a view, and returns its id (cvid).
func (d *Definitions) AddView(ctx context.Context, moduleAPI string, v View) (string, error) {
	m := metadata.ModuleNamed(moduleAPI)
	if m == nil {
		return "", fmt.Errorf("add view %q: %w", v.Name, metadata.UnknownModule(moduleAPI))
	}
	if v.Criteria != nil {
		if _, err := v.Criteria.Expr(d.Fields(m)); err != nil {
			return "", fmt.Errorf("add view %q of %s: %w", v.Name, m.API, err)
		}
	}
	definition, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("add view %q: %w", v.Name, err)
	}
	var number int64
	err = d.db.Write(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, "INSERT INTO views (module, definition) VALUES (?, ?) RETURNING number", m.API, string(definition)).Scan(&number)
	})
	if err != nil {
		return "", fmt.Errorf("add view %q: %w", v.Name, err)
	}
	return metadata.FormatID(metadata.IDViews + 100_000 + number), d.Reload(ctx)
}

// Views returns the module's views that were not deleted.
func (d *Definitions) Views(m *metadata.Module) []*SavedView {
	d.mu.RLock()
	defer d.mu.RUnlock()
	all := append(StandardViews(m), d.views[m.API]...)
	return slices.DeleteFunc(all, func(v *SavedView) bool { return d.droppedViews[v.ID] })
}

// ErrNoView is returned for an id that no view has.
var ErrNoView error = platform.Missing("no such view")

// DropView deletes a view. It refuses to delete the system's own views.
func (d *Definitions) DropView(ctx context.Context, id string) error {
	for _, m := range metadata.Modules {
		v := d.View(m, id)
		switch {
		case v == nil:
			continue
		case v.System != "":
			return fmt.Errorf("delete view %s of %s: it is one of the system's own views, which cannot be deleted", id, m.API)
		}
		err := d.db.Write(ctx, func(tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, "INSERT INTO dropped_views (id) VALUES (?)", id)
			return err
		})
		if err != nil {
			return fmt.Errorf("delete view %s of %s: %w", id, m.API, err)
		}
		return d.Reload(ctx)
	}
	return fmt.Errorf("delete view %s: %w", id, ErrNoView)
}

// View returns the module's view of an id, and nil if there is none.
func (d *Definitions) View(m *metadata.Module, id string) *SavedView {
	for _, v := range d.Views(m) {
		if v.ID == id {
			return v
		}
	}
	return nil
}

// Filter returns the condition that the view's records meet for a user, and nil if all records do.
func (d *Definitions) Filter(set *metadata.FieldSet, v *SavedView, userID string) (*query.Expr, error) {
	if v.Mine {
		id, _ := metadata.ParseID(metadata.UserNamed(userID).ID)
		return query.OnReference(set.ByAPI["Owner"], id), nil
	}
	if v.Criteria == nil {
		return nil, nil
	}
	return v.Criteria.Expr(set)
}
