package reconcile

import (
	"cmp"
	"slices"
	"time"

	"causeway/internal/record"
)

// Creates says whether the operation makes a record: only such a one must be settled before it is
// repeated. An update or a link that was sent and got no answer is simply sent again, for it says what
// the values shall be.
func Creates(op record.Operation) bool {
	return op.Action == record.ActionCreate || op.Action == record.ActionClone || op.Action == record.ActionMove && op.TargetID == ""
}

// Suspects lists the rows, short or whole, that one of the unsettled creations may have made, and that
// must be read whole to tell: rows without a link that were created at or after since, the oldest open
// intent less a margin, or that have an intent's name, plain or suffixed.
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

// ByMarker gives, by the operation's id, the record that each unsettled creation has made: the whole row
// that carries its marker. One that is not among them has made none.
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

// ByCount gives, by the operation's id, the contact person that each unsettled creation has made. Persons
// carry no marker, so those of the operation's customer, name and e-mail are counted, less the linked:
// each goes to one operation, both taken in order. It holds only as long as nobody else creates persons
// of that customer for us meanwhile: one claim at a time.
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

// inOrder sorts by the plan's order, so that the same rows are always given to the same operations.
func inOrder(ops []record.Operation) []record.Operation {
	return slices.SortedStableFunc(slices.Values(ops), func(a, b record.Operation) int {
		return cmp.Or(cmp.Compare(a.Seq, b.Seq), compareIDs(a.SourceID, b.SourceID))
	})
}
