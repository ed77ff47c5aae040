package mapping

import (
	"fmt"
	"strings"

	"causeway/internal/record"
)

// FieldCurrencyCode is billing's field of a customer's currency.
const FieldCurrencyCode = "currency_code"

// Remedy returns what to do about a record that billing refused with this message. It names the CRM field that fills
// the billing field in the message.
func (m Maps) Remedy(entity record.Entity, module record.Module, message string) string {
	var found record.FieldMap
	for _, one := range m.For(entity, module) {
		if mentions(message, one.Target) && len(one.Target) > len(found.Target) {
			found = one
		}
	}
	switch found.Target {
	case "":
		return fmt.Sprintf("correct the record in %s in the CRM, or the field map", module)
	case FieldCurrencyCode:
		return fmt.Sprintf("it is filled from %s of %s: correct it in the CRM, or enable that currency in billing", found.Source, module)
	default:
		return fmt.Sprintf("it is filled from %s of %s: correct it in the CRM", found.Source, module)
	}
}

// mentions reports whether the message contains the target as a whole word.
func mentions(message, target string) bool {
	for rest := message; ; {
		i := strings.Index(rest, target)
		if i < 0 {
			return false
		}
		end := i + len(target)
		if (i == 0 || !inName(rest[i-1])) && (end == len(rest) || !inName(rest[end])) {
			return true
		}
		rest = rest[end:]
	}
}

func inName(b byte) bool {
	return b == '_' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9'
}
