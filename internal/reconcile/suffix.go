package reconcile

import (
	"fmt"
	"strings"
	"unicode"

	"causeway/internal/record"
)

// SuffixedName is the name with the source's id behind it, the name cut so that both fit into maxLen
// characters.
func SuffixedName(name, sourceID string, maxLen int) string {
	suffix := []rune(" (" + sourceID + ")")
	runes := []rune(name)
	if room := max(maxLen-len(suffix), 0); len(runes) > room {
		// Not between a letter and its accent, which would make another letter of it.
		for room > 0 && joins(runes[room]) {
			room--
		}
		runes = runes[:room]
	}
	return strings.TrimSpace(string(runes)) + string(suffix)
}

func joins(r rune) bool { return unicode.Is(unicode.M, r) || r == '\u200d' }

// WithSuffix is a creation, or a renaming, as it is tried again where the side refuses its name or SKU:
// under the suffixed name, a creation without the SKU, both shown in the operation. A record that exists
// keeps its SKU: leaving out a new one would leave the two sides apart for ever. It is false where the
// operation writes no name, or the suffixed one already: then the refusal stands.
func WithSuffix(op record.Operation) (record.Operation, bool) {
	field := nameField(op.Entity)
	name := op.After.Text(field)
	if name == "" || op.Entity == record.EntityContactPersons || op.Code == CodeSuffixedName {
		return op, false
	}
	after := op.After.Clone()
	after[field] = SuffixedName(name, op.SourceID, maxName(op.Entity))
	what, left := "name", ""
	if after.Text(sku) != "" && Creates(op) {
		what, left = "name or SKU", ", without the SKU"
		delete(after, sku)
	}
	if op.Reason != "" {
		op.Reason += "; "
	}
	op.Code = CodeSuffixedName
	op.Reason += fmt.Sprintf("billing refused a second record of this %s: named %q%s", what, after.Text(field), left)
	op.After, op.NameKey = after, record.NameKey(after.Text(field))
	return op, true
}

// isSuffixed says whether a target holds the name that WithSuffix gave it.
func isSuffixed(entity record.Entity, sourceID string, have, want record.Values) bool {
	if entity == record.EntityContactPersons {
		return false
	}
	name := want.Text(nameField(entity))
	return name != "" && have.Text(nameField(entity)) == SuffixedName(name, sourceID, maxName(entity))
}

func maxName(entity record.Entity) int {
	if entity == record.EntityItems {
		return maxItemName
	}
	return maxDisplayName
}
