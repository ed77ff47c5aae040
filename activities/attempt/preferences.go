package attempt

import (
	"context"

	"causeway/internal/mapping"
	"causeway/internal/mapping/check"
	"causeway/internal/record"
)

// Preferences returns those that the run began with, without the maps whose fields have changed: an edit of the
// preferences applies to the next run.
func (a *Attempt) Preferences(ctx context.Context, connection, run string) (record.Preferences, error) {
	begun, err := a.Store.Runs.Get(ctx, run)
	if err != nil {
		return record.Preferences{}, err
	}
	prefs, err := a.Store.Connections.Preferences(ctx, connection, begun.Preferences)
	if err != nil || len(begun.Drift) == 0 {
		return prefs, err
	}
	return check.Without(mapping.Of(prefs), begun.Drift).Into(prefs), nil
}

// CRMFields are the fields of a CRM module that the preferences read.
func CRMFields(prefs record.Preferences, module record.Module) []string {
	switch module {
	case record.Accounts:
		return mapping.Sources(prefs.Customers.AccountMap)
	case record.Contacts:
		return mapping.Sources(prefs.Customers.ContactMap, prefs.Customers.PersonMap)
	case record.Products:
		return mapping.Sources(prefs.Items.Map)
	default:
		return nil
	}
}
