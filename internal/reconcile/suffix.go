package reconcile

import (
	"fmt"

	"causeway/internal/record"
)

// WithSuffix returns a creation or renaming as it is retried after the side refused its name or SKU: under the
// suffixed name, and a creation without the SKU. Both show in the operation. An existing record keeps its SKU
// unless it has none: without its new SKU the two sides would stay different for ever. Base then holds what the
// side really has, so that the missing SKU does not look removed by a user. WithSuffix returns false where the
// operation writes no name, or already the suffixed one: then the refusal stands.
func WithSuffix(op record.Operation) (record.Operation, bool) {
	names := namesIn(op.TargetModule)
	name := op.After.Text(names.name)
	if name == "" || !names.single || op.Code == CodeSuffixedName {
		return op, false
	}
	after := op.After.Clone()
	after[names.name] = SuffixedName(name, op.SourceID, maxName(op.Entity))
	what, left := "name", ""
	had, known := op.Before[names.sku]
	without := Creates(op) || known && record.EqualValues(had, nil)
	if without = without && after.Text(names.sku) != ""; without {
		what, left = "name or SKU", ", without the SKU"
		delete(after, names.sku)
	}
	if op.Base != nil {
		op.Base = op.Base.Clone()
		op.Base[nameField(op.Entity)] = after[names.name]
		if without {
			op.Base[sku] = nil
		}
	}
	if op.Reason != "" {
		op.Reason += "; "
	}
	op.Code = CodeSuffixedName
	op.Reason += fmt.Sprintf("%s refused a second record of this %s, so it is named %q%s", record.SideOf(op.TargetModule).Name(), what, after.Text(names.name), left)
	op.After, op.NameKey = after, record.NameKey(after.Text(names.name))
	return op, true
}
