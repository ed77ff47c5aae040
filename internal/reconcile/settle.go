package reconcile

import (
	"cmp"
	"slices"
	"time"

	"causeway/internal/record"
)

// Suspects lists the rows that one of the unsettled creations may have made and that must be read whole to tell.
// These are rows without a link that were created at or after since (the oldest unsettled intent less a margin), or
// that have an intent's name, plain or suffixed. Rows may be short or whole.
func Suspects(ops []record.Operation, rows []record.Record, linked map[string]bool, since time.Time) []string {
	names := map[string]bool{}
	for _, op := range ops {
		if Creates(op) {
			names[op.NameKey] = true
			names[record.NameKey(SuffixedName(targetName(op.Entity, op.After), op.SourceID, maxName(op.Entity)))] = true
		}
	}
	var ids []string
	for _, row := range rows {
		if !linked[row.ID] && (!row.Created.Before(since) || names[nameKeyOf(row)]) {
			ids = append(ids, row.ID)
		}
	}
	slices.SortFunc(ids, compareIDs)
	return slices.Compact(ids)
}

// ByMarker returns, by operation id, the record that each unsettled creation made: the whole row that carries its
// marker. An operation without an entry made none.
func ByMarker(ops []record.Operation, rows []record.Record) map[string]record.Record {
	made := map[string]record.Record{}
	for _, row := range byID(rows) {
		if _, ok := made[row.Marker]; row.Marker != "" && !ok {
			made[row.Marker] = row
		}
	}
	out := map[string]record.Record{}
	for _, op := range ops {
		if row, ok := made[op.Marker]; ok && op.Marker != "" && Creates(op) {
			out[op.ID] = row
		}
	}
	return out
}

// ByCount returns, by operation id, the contact person that each unsettled creation made. Persons carry no marker.
// So the unlinked persons with the operation's customer, name and e-mail are counted, and each is assigned to one
// operation, both in order. This holds only while nobody else creates persons of that customer for us: one claim at
// a time.
func ByCount(ops []record.Operation, persons []record.Record, linked map[string]bool) map[string]record.Record {
	type key struct{ customer, name, email string }
	free := map[key][]record.Record{}
	for _, person := range byID(persons) {
		if !linked[person.ID] {
			k := key{person.ParentID, nameKeyOf(person), emailKey(person)}
			free[k] = append(free[k], person)
		}
	}
	out := map[string]record.Record{}
	for _, op := range inOrder(ops) {
		k := key{op.TargetParentID, op.NameKey, record.NameKey(op.After.Text(email))}
		if Creates(op) && len(free[k]) > 0 {
			out[op.ID], free[k] = free[k][0], free[k][1:]
		}
	}
	return out
}

// inOrder sorts operations in the plan's order, so that the same rows always go to the same operations.
func inOrder(ops []record.Operation) []record.Operation {
	return slices.SortedStableFunc(slices.Values(ops), func(a, b record.Operation) int {
		return cmp.Or(cmp.Compare(a.Seq, b.Seq), compareIDs(a.SourceID, b.SourceID))
	})
}
