package mapping

import (
	"slices"

	"causeway/internal/record"
)

// class is what values of a field are, whatever a side calls its type.
type class string

const (
	classText    class = "a text"
	classEmail   class = "an e-mail address"
	classNumber  class = "a number"
	classWhole   class = "a whole number"
	classBool    class = "a checkbox"
	classDate    class = "a date"
	classTime    class = "a date and time"
	classChoice  class = "a picklist"
	classChoices class = "a picklist of several values"
	classLookup  class = "a lookup"
	classOther   class = "a field that no map carries over"
	classUnknown class = "a field of an unknown type"
)

// classes are the types of both sides. A type that is not among them is unknown: nothing is refused for it.
var classes = map[string]class{
	"text": classText, "textarea": classText, "string": classText, "multiline": classText, "phone": classText, "website": classText,
	"url": classText, "autonumber": classText, "auto_number": classText, "profileimage": classOther,
	"email":  classEmail,
	"double": classNumber, "decimal": classNumber, "currency": classNumber, "amount": classNumber, "percent": classNumber,
	"rollup_summary": classNumber, "integer": classWhole, "bigint": classWhole,
	"boolean": classBool, "bool": classBool, "checkbox": classBool, "check_box": classBool,
	"date": classDate, "datetime": classTime, "date_time": classTime,
	"picklist": classChoice, "dropdown": classChoice, "multiselectpicklist": classChoices, "multiselect": classChoices,
	"lookup": classLookup, "ownerlookup": classLookup, "userlookup": classLookup,
	"subform": classOther, "fileupload": classOther, "imageupload": classOther, "multiselectlookup": classOther, "multiuserlookup": classOther,
}

func classOf(f record.Field) class {
	if f.Type == "number" {
		if f.Custom {
			return classWhole // a custom field of billing of that type takes no fraction
		}
		return classNumber
	}
	if c, ok := classes[f.Type]; ok {
		return c
	}
	return classUnknown
}

var (
	anyClass = []class{classText, classEmail, classNumber, classWhole, classBool, classDate, classTime, classChoice, classChoices, classLookup}
	anyText  = []class{classText, classEmail}
)

// plain are the classes whose values can be read as a kind, and that take what the kind gives, on both sides.
var plain = map[record.ValueKind][]class{
	record.KindEmail:   anyText,
	record.KindDecimal: {classNumber},
	record.KindInteger: {classWhole},
	record.KindBool:    {classBool},
	record.KindDate:    {classDate},
	record.KindTime:    {classTime},
	record.KindChoice:  {classChoice},
	record.KindChoices: {classChoices},
}

// more are the further classes that can be read as a kind, or that take it, on one side.
var (
	moreRead = map[record.ValueKind][]class{
		record.KindText: anyClass, record.KindDecimal: {classWhole}, record.KindDate: {classTime},
	}
	moreTaken = map[record.ValueKind][]class{
		record.KindText: {classText}, record.KindInteger: {classNumber},
	}
	// billingText: a text field of billing holds any of these in their one written form.
	billingText = []record.ValueKind{record.KindDecimal, record.KindInteger, record.KindDate, record.KindTime}
)

// readable says whether values of the class on the side can be read as the kind.
func readable(side record.Side, kind record.ValueKind, c class) bool {
	switch {
	case c == classUnknown:
		return true
	case kind == record.KindActive:
		return activeIn(side, c)
	case kind == record.KindChoice && side == record.Billing && c == classText:
		return true
	}
	return slices.Contains(plain[kind], c) || slices.Contains(moreRead[kind], c)
}

// writable says whether a field of the class on the side takes what the kind gives.
func writable(side record.Side, kind record.ValueKind, c class) bool {
	switch {
	case c == classUnknown:
		return true
	case kind == record.KindActive:
		return activeIn(side, c)
	case side == record.Billing && c == classText && (kind == record.KindChoice || slices.Contains(billingText, kind)):
		return true
	}
	return slices.Contains(plain[kind], c) || slices.Contains(moreTaken[kind], c)
}

// activeIn says whether the class is the CRM's checkbox, or billing's status.
func activeIn(side record.Side, c class) bool {
	if side == record.CRM {
		return c == classBool
	}
	return c == classChoice || c == classText
}

// kindBetween is the kind that carries one class to the other and keeps its meaning; empty where none does.
func kindBetween(from, to class) record.ValueKind {
	switch {
	case from == classChoice && to == classChoice:
		return record.KindChoice
	case from == classChoices && to == classChoices:
		return record.KindChoices
	case from == classEmail && (to == classEmail || to == classText), to == classEmail && from == classText:
		return record.KindEmail
	case to == classText && from != classOther && from != classUnknown:
		return record.KindText
	case from == classWhole && to == classWhole:
		return record.KindInteger
	case (from == classWhole || from == classNumber) && to == classNumber:
		return record.KindDecimal
	case from == classBool && to == classBool:
		return record.KindBool
	case from == classDate && to == classDate:
		return record.KindDate
	case from == classTime && to == classTime:
		return record.KindTime
	default:
		return ""
	}
}
