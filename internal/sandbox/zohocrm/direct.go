package zohocrm

import (
	"context"
	"iter"

	"causeway/internal/sandbox/sample"
	"causeway/internal/sandbox/zohocrm/custom"
)

// The methods below are for the sandbox's start and for tests. They go past HTTP: they do not count as calls, and meet no
// fault and no limit.

// Empty reports whether the organisation has no records.
func (o *Org) Empty(ctx context.Context) (bool, error) { return o.store.Empty(ctx) }

// Count returns how many records a module has.
func (o *Org) Count(ctx context.Context, module string) (int, error) {
	return o.store.Count(ctx, module)
}

// Load stores sample records: all of them or none.
func (o *Org) Load(ctx context.Context, rows iter.Seq[sample.Row]) error {
	return o.store.Load(ctx, rows)
}

// ImportCSV loads the CSV files of a directory: all of them or nothing.
func (o *Org) ImportCSV(ctx context.Context, dir string) error { return o.csv.Import(ctx, dir) }

// ExportCSV writes the records into a directory, in the form that ImportCSV reads.
func (o *Org) ExportCSV(ctx context.Context, dir string) error { return o.csv.Export(ctx, dir) }

// Put stores a record without the checks of the API. An id of 0 creates a record, and the id of a record changes it. It
// returns the record's id.
func (o *Org) Put(ctx context.Context, module string, id int64, values map[string]any) (int64, error) {
	return o.admin.Put(ctx, module, id, values)
}

// Delete moves a record to the bin.
func (o *Org) Delete(ctx context.Context, module string, id int64) error {
	return o.admin.Delete(ctx, module, id)
}

// Merge makes loser part of survivor: loser is deleted, and lookups that pointed at it point at survivor.
func (o *Org) Merge(ctx context.Context, module string, loser, survivor int64) error {
	return o.admin.Merge(ctx, module, loser, survivor)
}

// Restore takes a record out of the bin.
func (o *Org) Restore(ctx context.Context, module string, id int64) error {
	return o.admin.Restore(ctx, module, id)
}

// Purge empties the bin. What was deleted is then deleted permanently.
func (o *Org) Purge(ctx context.Context) error { return o.admin.Purge(ctx) }

// AddField adds a custom field.
func (o *Org) AddField(ctx context.Context, f custom.Field) error { return o.defs.AddField(ctx, f) }

// SetField adds a custom field, or changes the definition of the one of that name.
func (o *Org) SetField(ctx context.Context, f custom.Field) error { return o.admin.SetField(ctx, f) }

// DropField deletes a custom field and its values.
func (o *Org) DropField(ctx context.Context, module, name string) error {
	return o.admin.DropField(ctx, module, name)
}

// AddView saves a view, and returns its id (cvid).
func (o *Org) AddView(ctx context.Context, module string, v custom.View) (string, error) {
	return o.defs.AddView(ctx, module, v)
}

// DropView deletes a view. It refuses to delete the system's own views.
func (o *Org) DropView(ctx context.Context, id string) error { return o.defs.DropView(ctx, id) }

// AddActivity adds a note, an event or a call, as the first user does on the CRM's pages. list is Notes, Events or
// Calls, and given is what POST takes.
func (o *Org) AddActivity(ctx context.Context, list string, given map[string]any) (id string, err error) {
	return o.documents.AddActivity(ctx, list, given)
}
