package mirror

import (
	"context"
	"time"

	"causeway/activities/attempt"
	"causeway/internal/record"
	"causeway/internal/store/mirror"
)

const (
	listRecords   listKind = ""        // its records
	listDeletions listKind = "deleted" // what was deleted from it
	listAllIDs    listKind = "sweep"   // the ids of all its records, or all of a list that could show the changes alone
	listView      listKind = "view"    // the members of its view
)

// overlap is how far an incremental read reaches back before the newest change that the last one saw, by the side's
// own clock: a side may show a change a moment after the time that the change carries.
const overlap = time.Minute

// sweepEvery is how often whole lists of ids are compared where the CRM's list of deletions does not reach back to the
// last look.
const sweepEvery = 24 * time.Hour

// list is one of the lists of a side whose place the store keeps.
type list struct {
	side   record.Side
	module record.Module
	kind   listKind
}

// listKind is what a list of a module holds.
type listKind string

// key names the list's pages in a run.
func (l list) key() string {
	if l.kind == listRecords {
		return string(l.module)
	}
	return string(l.module) + "/" + string(l.kind)
}

// reading returns the list's reading in the store, which keeps a place for each.
func (l list) reading() mirror.Reading {
	switch l.kind {
	case listDeletions:
		return mirror.OfDeletions
	case listAllIDs:
		return mirror.OfSweep
	default: // the place in a view passes through the workflow, not the store
		return mirror.OfRecords
	}
}

// place returns how far the list was read.
func (l list) place(ctx context.Context, try *attempt.Attempt, connection string) (mirror.State, error) {
	return try.Store.Mirror.StateOf(ctx, connection, l.side, l.module, l.reading())
}

// keep stores a page of the list and the place behind it, and returns how many records the page changed.
func (l list) keep(ctx context.Context, try *attempt.Attempt, connection string, page mirror.Page) (changed int, err error) {
	page.Connection, page.Side, page.Module, page.Reading = connection, l.side, l.module, l.reading()
	return try.Store.Mirror.PutPage(ctx, page)
}
