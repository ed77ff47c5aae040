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
// keeps its SKU, unless it has none: leaving out a new one would leave the two sides apart for ever. The
// operation's Base then is what the side really holds, so that the SKU is not taken for one that somebody
// removed. It is false where the operation writes no name, or the suffixed one already: then the refusal
// stands.
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
	side := record.Billing
	if op.Direction() == record.ToCRM {
		side = record.CRM
	}
	op.Code = CodeSuffixedName
	op.Reason += fmt.Sprintf("%s refused a second record of this %s: named %q%s", sideName(side), what, after.Text(names.name), left)
	op.After, op.NameKey = after, record.NameKey(after.Text(names.name))
	return op, true
}

// isSuffixed says whether a target holds the name that WithSuffix gave it.
func isSuffixed(entity record.Entity, module record.Module, sourceID string, have, want record.Values) bool {
	names := namesIn(module)
	name := want.Text(names.name)
	return names.single && name != "" && have.Text(names.name) == SuffixedName(name, sourceID, maxName(entity))
}

func maxName(entity record.Entity) int {
	if entity == record.EntityItems {
		return maxItemName
	}
	return maxDisplayName
}
