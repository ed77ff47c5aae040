package value

import (
	"slices"

	"causeway/internal/record"
)

// Class says what the values of a field are, under one name for both sides.
type Class string

// The classes. Their texts stand in messages.
const (
	ClassText    Class = "a text"
	ClassEmail   Class = "an e-mail address"
	ClassNumber  Class = "a number"
	ClassWhole   Class = "a whole number"
	ClassBool    Class = "a checkbox"
	ClassDate    Class = "a date"
	ClassTime    Class = "a date and time"
	ClassChoice  Class = "a picklist"
	classChoices Class = "a picklist of several values"
	ClassLookup  Class = "a lookup"
	classOther   Class = "a field that no map carries over"
	ClassUnknown Class = "a field of an unknown type"
)

// classes maps the field types of both sides. A type that is not among them is unknown, and nothing is refused for it.
var classes = map[string]Class{
	"text": ClassText, "textarea": ClassText, "string": ClassText, "multiline": ClassText, "phone": ClassText, "website": ClassText,
	"url": ClassText, "autonumber": ClassText, "auto_number": ClassText, "profileimage": classOther,
	"email":  ClassEmail,
	"double": ClassNumber, "decimal": ClassNumber, "currency": ClassNumber, "amount": ClassNumber, "percent": ClassNumber,
	"rollup_summary": ClassNumber, "integer": ClassWhole, "bigint": ClassWhole,
	"boolean": ClassBool, "bool": ClassBool, "checkbox": ClassBool, "check_box": ClassBool,
	"date": ClassDate, "datetime": ClassTime, "date_time": ClassTime,
	"picklist": ClassChoice, "dropdown": ClassChoice, "multiselectpicklist": classChoices, "multiselect": classChoices,
	"lookup": ClassLookup, "ownerlookup": ClassLookup, "userlookup": ClassLookup,
	"subform": classOther, "fileupload": classOther, "imageupload": classOther, "multiselectlookup": classOther, "multiuserlookup": classOther,
}

// ClassOf returns the class of a field's values.
func ClassOf(f record.Field) Class {
	if f.Type == "number" {
		if f.Custom {
			return ClassWhole // a custom field of billing of that type takes no fraction
		}
		return ClassNumber
	}
	if c, ok := classes[f.Type]; ok {
		return c
	}
	return ClassUnknown
}

var (
	anyClass = []Class{ClassText, ClassEmail, ClassNumber, ClassWhole, ClassBool, ClassDate, ClassTime, ClassChoice, classChoices, ClassLookup}
	anyText  = []Class{ClassText, ClassEmail}
)

// plain are the classes that can be read and written as a kind on both sides.
var plain = map[record.ValueKind][]Class{
	record.KindEmail:   anyText,
	record.KindDecimal: {ClassNumber},
	record.KindInteger: {ClassWhole},
	record.KindBool:    {ClassBool},
	record.KindDate:    {ClassDate},
	record.KindTime:    {ClassTime},
	record.KindChoice:  {ClassChoice},
	record.KindChoices: {classChoices},
}

// more are further classes that can be read or written as a kind on one side.
var (
	moreRead = map[record.ValueKind][]Class{
		record.KindText: anyClass, record.KindDecimal: {ClassWhole}, record.KindDate: {ClassTime},
	}
	moreTaken = map[record.ValueKind][]Class{
		record.KindText: {ClassText}, record.KindInteger: {ClassNumber},
	}
	// billingText: a text field of billing holds any of these in their one written form.
	billingText = []record.ValueKind{record.KindDecimal, record.KindInteger, record.KindDate, record.KindTime}
)

// Readable reports whether values of the class on the side can be read as the kind.
func Readable(side record.Side, kind record.ValueKind, c Class) bool {
	switch {
	case c == ClassUnknown:
		return true
	case kind == record.KindActive:
		return activeIn(side, c)
	case kind == record.KindChoice && side == record.Billing && c == ClassText:
		return true
	}
	return slices.Contains(plain[kind], c) || slices.Contains(moreRead[kind], c)
}

// Writable reports whether a field of the class on the side accepts values of the kind.
func Writable(side record.Side, kind record.ValueKind, c Class) bool {
	switch {
	case c == ClassUnknown:
		return true
	case kind == record.KindActive:
		return activeIn(side, c)
	case side == record.Billing && c == ClassText && (kind == record.KindChoice || slices.Contains(billingText, kind)):
		return true
	}
	return slices.Contains(plain[kind], c) || slices.Contains(moreTaken[kind], c)
}

// activeIn reports whether the class is the CRM's checkbox or billing's status.
func activeIn(side record.Side, c Class) bool {
	if side == record.CRM {
		return c == ClassBool
	}
	return c == ClassChoice || c == ClassText
}

// KindBetween returns the kind that converts one class to the other without changing the meaning, or "" if none does.
func KindBetween(from, to Class) record.ValueKind {
	switch {
	case from == ClassChoice && to == ClassChoice:
		return record.KindChoice
	case from == classChoices && to == classChoices:
		return record.KindChoices
	case from == ClassEmail && (to == ClassEmail || to == ClassText), to == ClassEmail && from == ClassText:
		return record.KindEmail
	case to == ClassText && from != classOther && from != ClassUnknown:
		return record.KindText
	case from == ClassWhole && to == ClassWhole:
		return record.KindInteger
	case (from == ClassWhole || from == ClassNumber) && to == ClassNumber:
		return record.KindDecimal
	case from == ClassBool && to == ClassBool:
		return record.KindBool
	case from == ClassDate && to == ClassDate:
		return record.KindDate
	case from == ClassTime && to == ClassTime:
		return record.KindTime
	default:
		return ""
	}
}
