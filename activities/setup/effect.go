package setup

import (
	"context"
	"slices"

	"causeway/activities/attempt"
	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/internal/steps"
)

// TakeEffect makes the edits of preferences that were adopted since the last run take effect on what the store holds:
// fields that were never read are read, and records that an edit concerns are looked at again.
//
// It runs with the first run that has the edits, before that run is stored. Earlier would be too early: a run in
// progress would settle with the old preferences what is marked here. If it is cut off, the next attempt repeats it.
func TakeEffect(ctx context.Context, try *attempt.Attempt, in steps.SyncInput, now record.Preferences) error {
	if _, err := try.Store.Runs.Get(ctx, in.RunID); err == nil || !record.IsKind(err, record.NotFound) {
		return err
	}
	last, err := try.Store.Runs.Last(ctx, in.Connection)
	if err != nil || last == nil || last.Preferences >= now.Version {
		return err
	}
	was, err := try.Store.Connections.Preferences(ctx, in.Connection, last.Preferences)
	if err != nil {
		return err
	}
	c := change{was: was, now: now}
	for version := last.Preferences + 1; version <= now.Version; version++ {
		between, err := try.Store.Connections.Preferences(ctx, in.Connection, version)
		if err != nil {
			return err
		}
		c.every = c.every || between.EveryRecord
	}
	return markConcerned(ctx, try, in.Connection, c)
}

func markConcerned(ctx context.Context, try *attempt.Attempt, connection string, c change) error {
	for _, m := range reconcile.CRMModules(c.now.Customers.Mode) {
		if c.rescans(m) {
			if err := try.Store.Mirror.Rescan(ctx, connection, record.CRM, m); err != nil {
				return err
			}
		}
		if c.concerns(m) {
			if _, err := try.Store.Mirror.MarkDue(ctx, connection, record.CRM, m, nil); err != nil {
				return err
			}
		}
	}
	for _, e := range reconcile.Entities(c.now.Customers.Mode) {
		if c.now.Extent(e) != record.Both || !c.concerns(e.Module()) {
			continue
		}
		if _, err := try.Store.Mirror.MarkDue(ctx, connection, record.Billing, e.Module(), nil); err != nil {
			return err
		}
	}
	return nil
}

// change is what the preferences were in the last run, and what they are in this one.
type change struct {
	was, now record.Preferences
	every    bool // the user asked for every record to be looked at
}

// concerns reports whether settled records of the module must be looked at again. An edit of a field map, or of the
// rule for duplicates, applies to later changes only, unless the user asks for every record.
func (c change) concerns(m record.Module) bool {
	e := entityOf(m)
	moved := e == record.EntityCustomers &&
		(c.was.Customers.Mode != c.now.Customers.Mode || c.was.Customers.Unattached != c.now.Customers.Unattached)
	return c.every || moved || c.was.Extent(e) != c.now.Extent(e)
}

// rescans reports whether the mirror may lack fields of the module's records that are needed now. Where the sync goes
// both ways missing fields would look empty, and billing's values would overwrite the CRM's.
func (c change) rescans(m record.Module) bool {
	e := entityOf(m)
	both := c.now.Extent(e) == record.Both
	switch {
	case c.every, !slices.Contains(reconcile.CRMModules(c.was.Customers.Mode), m):
		return true
	case !both:
		return false
	case c.was.Extent(e) != record.Both:
		return true
	}
	had := attempt.CRMFields(c.was, m)
	return slices.ContainsFunc(attempt.CRMFields(c.now, m), func(f string) bool { return !slices.Contains(had, f) })
}
