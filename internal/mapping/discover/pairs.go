package discover

import (
	"strings"
	"unicode"

	"causeway/internal/mapping/value"
	"causeway/internal/record"
)

func text(source, target string) record.FieldMap {
	return record.FieldMap{Source: source, Target: target, Kind: record.KindText}
}

func email(source, target string) record.FieldMap {
	return record.FieldMap{Source: source, Target: target, Kind: record.KindEmail}
}

func address(prefix, target string) []record.FieldMap {
	return []record.FieldMap{
		text(prefix+"_Street", target+".street"), text(prefix+"_City", target+".city"), text(prefix+"_State", target+".state"),
		text(prefix+"_Code", target+".zip"), text(prefix+"_Country", target+".country"),
	}
}

// bareName removes case and punctuation from a name: "E-Mail", "e_mail" and "Email" become equal.
func bareName(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// fits reports whether the values of a CRM field can be converted as that kind.
func fits(f record.Field, kind record.ValueKind) bool {
	return value.Readable(record.CRM, kind, value.ClassOf(f))
}
