package transform

import (
	"fmt"
	"slices"

	"causeway/internal/mapping/value"
	"causeway/internal/record"

	"cel.dev/cel-go/cel"
)

// Check returns what is wrong with the map's expression on records with these fields: it does not compile, it reads a
// missing field, its result does not fit the map's kind, or it costs too much.
func Check(m record.FieldMap, fields []record.Field) (reason string) {
	known := make(map[string]*cel.Type, len(fields))
	for _, f := range fields {
		known[f.Name] = celType(value.ClassOf(f))
	}
	t := compileWith(m.Transform, known)
	switch {
	case t.reason != "":
		return t.reason
	case t.least > maxCost:
		return "has a transform that costs too much for every record; make the expression simpler"
	case !carries(m.Kind, t.result):
		return fmt.Sprintf("has a transform that gives a %s, which cannot be carried over as %s; change the expression or the kind", t.result, m.Kind)
	default:
		return ""
	}
}

// celType returns the CEL type of a field. Any field may be unset, which is null. All numbers are decimals at run time,
// also whole ones. Dates and times are the texts that the CRM writes.
func celType(c value.Class) *cel.Type {
	switch c {
	case value.ClassText, value.ClassEmail, value.ClassChoice, value.ClassDate, value.ClassTime:
		return cel.NullableType(cel.StringType)
	case value.ClassNumber, value.ClassWhole:
		return cel.NullableType(cel.DoubleType)
	case value.ClassBool:
		return cel.NullableType(cel.BoolType)
	default:
		return cel.DynType
	}
}

var (
	textKinds   = []cel.Kind{cel.StringKind, cel.IntKind, cel.UintKind, cel.DoubleKind, cel.BoolKind, cel.TimestampKind, cel.ListKind}
	numberKinds = []cel.Kind{cel.IntKind, cel.UintKind, cel.DoubleKind}
	timeKinds   = []cel.Kind{cel.StringKind, cel.TimestampKind}
	results     = map[record.ValueKind][]cel.Kind{
		record.KindText: textKinds, record.KindEmail: {cel.StringKind}, record.KindDecimal: numberKinds, record.KindInteger: numberKinds,
		record.KindBool: {cel.BoolKind}, record.KindActive: {cel.BoolKind}, record.KindDate: timeKinds, record.KindTime: timeKinds,
		record.KindChoice: {cel.StringKind}, record.KindChoices: {cel.ListKind, cel.StringKind},
	}
)

// carries reports whether a result of the type fits the kind. What depends on the record is checked on each record.
func carries(kind record.ValueKind, result *cel.Type) bool {
	k := result.Kind()
	return k == cel.DynKind || k == cel.NullTypeKind || slices.Contains(results[kind], k)
}
