package configure

import (
	"context"
	"fmt"
	"strings"

	"causeway/internal/app"
	"causeway/internal/cli/screen"
	"causeway/internal/record"
	"causeway/internal/store"
)

// allRecords is how a view is taken away again.
const allRecords = "all"

// findView looks for a custom view in the CRM by its id or its name.
func findView(ctx context.Context, st *store.Store, connection string, module record.Module, name string) (*record.View, error) {
	if name == allRecords {
		return nil, nil
	}
	port, err := app.NewSides(st).CRM(ctx, connection)
	if err != nil {
		return nil, err
	}
	views, err := port.Views(ctx, module)
	if err != nil {
		return nil, err
	}
	known := make([]string, 0, len(views))
	var found []record.View
	for _, v := range views {
		if v.ID == name {
			return &v, nil
		}
		if record.NameKey(v.Name) == record.NameKey(name) {
			found = append(found, v)
		}
		known = append(known, fmt.Sprintf("%s (%s)", screen.Clean(v.Name), screen.Clean(v.ID)))
	}
	switch len(found) {
	case 0:
		return nil, fmt.Errorf("%s have no view %q: choose one of %s, or %s", module, screen.Clean(name), strings.Join(known, ", "), allRecords)
	case 1:
		return &found[0], nil
	}
	return nil, fmt.Errorf("%s have %d views of the name %q: give the id of one of %s", module, len(found), screen.Clean(name), strings.Join(known, ", "))
}
