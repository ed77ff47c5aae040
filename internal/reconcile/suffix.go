package reconcile

import (
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

// WithSuffix is a creation as it is tried again where the side refuses its name or SKU: under the
// suffixed name, without the SKU, both shown in the operation.
func WithSuffix(op record.Operation) record.Operation {
	field := nameField(op.Entity)
	after := op.After.Clone()
	after[field] = SuffixedName(after.Text(field), op.SourceID, maxName(op.Entity))
	op.Code = CodeSuffixedName
	op.Reason = "billing refused a second record of this name; created as \"" + after.Text(field) + "\""
	if after.Text(sku) != "" {
		op.Reason = "billing refused a second record of this name or SKU; created as \"" + after.Text(field) + "\", without the SKU"
		delete(after, sku)
	}
	op.After, op.NameKey = after, record.NameKey(after.Text(field))
	return op
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
