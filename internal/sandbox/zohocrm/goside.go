package zohocrm

import (
	"context"
	"iter"

	"causeway/internal/sandbox/sample"
	"causeway/internal/sandbox/zohocrm/custom"
)

// This file is the organisation's Go side, for the sandbox's assembly and for tests. None of it counts as a call, and no
// fault or limit touches it.

// Empty reports whether the organisation holds no records.
func (o *Org) Empty(ctx context.Context) (bool, error) { return o.store.Empty(ctx) }

// Count returns how many records a module has.
func (o *Org) Count(ctx context.Context, module string) (int, error) {
	return o.store.Count(ctx, module)
}

// Load stores sample records, all or none of them.
func (o *Org) Load(ctx context.Context, rows iter.Seq[sample.Row]) error {
	return o.store.Load(ctx, rows)
}

// ImportCSV loads the CSV files of a directory, all of them or nothing.
func (o *Org) ImportCSV(ctx context.Context, dir string) error { return o.csv.Import(ctx, dir) }

// ExportCSV writes the records into a directory, in the form that ImportCSV reads.
func (o *Org) ExportCSV(ctx context.Context, dir string) error { return o.csv.Export(ctx, dir) }

// Put stores a record without the checks of the API. An id of 0 makes a new record; one that exists is changed.
// It returns the record's id.
func (o *Org) Put(ctx context.Context, module string, id int64, values map[string]any) (int64, error) {
	return o.admin.Put(ctx, module, id, values)
}

// Delete moves a record to the bin.
func (o *Org) Delete(ctx context.Context, module string, id int64) error {
	return o.admin.Delete(ctx, module, id)
}

// Merge makes loser part of survivor.
func (o *Org) Merge(ctx context.Context, module string, loser, survivor int64) error {
	return o.admin.Merge(ctx, module, loser, survivor)
}

// Restore takes a record out of the bin.
func (o *Org) Restore(ctx context.Context, module string, id int64) error {
	return o.admin.Restore(ctx, module, id)
}

// Purge empties the bin: what was deleted counts as permanently deleted.
func (o *Org) Purge(ctx context.Context) error { return o.admin.Purge(ctx) }

// AddField adds a custom field.
func (o *Org) AddField(ctx context.Context, f custom.Field) error { return o.defs.AddField(ctx, f) }

// SetField adds a custom field, or changes the definition of the one of that name.
func (o *Org) SetField(ctx context.Context, f custom.Field) error { return o.admin.SetField(ctx, f) }

// DropField deletes a custom field, with its values.
func (o *Org) DropField(ctx context.Context, module, name string) error {
	return o.admin.DropField(ctx, module, name)
}

// AddView saves a view, and returns its id (cvid).
func (o *Org) AddView(ctx context.Context, module string, v custom.View) (string, error) {
	return o.defs.AddView(ctx, module, v)
}

// DropView deletes a view. The system's own views stay.
func (o *Org) DropView(ctx context.Context, id string) error { return o.defs.DropView(ctx, id) }

// AddActivity adds a note, an event or a call, as the first user does on the CRM's pages. list is Notes, Events or
// Calls, and given is what POST takes.
func (o *Org) AddActivity(ctx context.Context, list string, given map[string]any) (id string, err error) {
	return o.documents.AddActivity(ctx, list, given)
}
