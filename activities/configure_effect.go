package activities

import (
	"context"
	"slices"

	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/workflows/contract"
)

// takeUp has the edits of preferences that were adopted since the last run take effect on what the store
// holds: fields that were never read are read, and records that an edit concerns are looked at again. It comes
// with the first run that has the edits, and before that run is stored: a run that is under way would settle
// with the old preferences what is marked here, and a crash in between does it once more.
func (p *part) takeUp(ctx context.Context, in contract.SyncInput, now record.Preferences) error {
	if _, err := p.Store.Runs.Get(ctx, in.RunID); err == nil || !record.IsKind(err, record.NotFound) {
		return err
	}
	last, err := p.Store.Runs.Last(ctx, in.Connection)
	if err != nil || last == nil || last.Preferences >= now.Version {
		return err
	}
	was, err := p.Store.Connections.Preferences(ctx, in.Connection, last.Preferences)
	if err != nil {
		return err
	}
	c := change{was: was, now: now}
	for version := last.Preferences + 1; version <= now.Version; version++ {
		between, err := p.Store.Connections.Preferences(ctx, in.Connection, version)
		if err != nil {
			return err
		}
		c.every = c.every || between.EveryRecord
	}
	return p.apply(ctx, in.Connection, c)
}

func (p *part) apply(ctx context.Context, connection string, c change) error {
	for _, m := range reconcile.CRMModules(c.now.Customers.Mode) {
		if c.rescans(m) {
			if err := p.Store.Mirror.Rescan(ctx, connection, record.CRM, m); err != nil {
				return err
			}
		}
		if c.concerns(m) {
			if _, err := p.Store.Mirror.MarkDue(ctx, connection, record.CRM, m, nil); err != nil {
				return err
			}
		}
	}
	for _, e := range reconcile.Entities(c.now.Customers.Mode) {
		if c.now.Extent(e) != record.Both || !c.concerns(e.Module()) {
			continue
		}
		if _, err := p.Store.Mirror.MarkDue(ctx, connection, record.Billing, e.Module(), nil); err != nil {
			return err
		}
	}
	return nil
}

// change is what preferences were in the last run, and are in this one.
type change struct {
	was, now record.Preferences
	every    bool // somebody asked for every record to be looked at
}

// concerns says that records of the module that were settled must be looked at again. An edit of a field map,
// or of the rule for duplicates, applies to what changes from then on, unless asked for otherwise.
func (c change) concerns(m record.Module) bool {
	e := entityOf(m)
	moved := e == record.EntityCustomers &&
		(c.was.Customers.Mode != c.now.Customers.Mode || c.was.Customers.Unattached != c.now.Customers.Unattached)
	return c.every || moved || c.was.Extent(e) != c.now.Extent(e)
}

// rescans says that the mirror may lack fields of the module's records that are needed now. Where the sync goes
// both ways that would be taken for empty fields, and billing's values would overwrite the CRM's.
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
	had := crmFields(c.was, m)
	return slices.ContainsFunc(crmFields(c.now, m), func(f string) bool { return !slices.Contains(had, f) })
}
