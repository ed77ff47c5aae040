package transform

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
	"cel.dev/cel-go/common/types/traits"
)

// whyNot returns what went wrong, without the details of CEL, which may hold the record's values.
func whyNot(err error) string {
	text := err.Error()
	switch {
	case errors.Is(err, errDivideByZero) || strings.Contains(text, "division by zero") || strings.Contains(text, "modulus by zero"):
		return "has a transform that divides by zero on this record; let the expression look before it divides"
	case strings.Contains(text, "cost limit exceeded"):
		return "has a transform that takes too many steps on this record; make the expression simpler"
	case strings.Contains(text, "interrupted") || errors.Is(err, context.DeadlineExceeded):
		return "has a transform that runs too long on this record; make the expression simpler"
	case errors.Is(err, errTooLong):
		return "has a transform that makes a text or a list that is too long; make the expression simpler"
	case errors.Is(err, errNumberRange):
		return "has a transform that makes a number with more digits than can be kept; round what it reads"
	case strings.Contains(text, "no such key"):
		return "has a transform that reads a field that is unset in this record; ask first, as in has(record.Name) ? record.Name : \"\""
	case strings.Contains(text, "no such overload"):
		return "has a transform that fails on this record: a field is unset, or holds another type than the expression takes; ask first, as in has(record.Name) ? record.Name : \"\""
	default:
		return "has a transform that fails on this record; try it on the record with: starter map try"
	}
}

// native returns a result in the form of CRM values.
func native(v ref.Val) (result any, reason string) {
	switch x := v.(type) {
	case types.Null:
		return nil, ""
	case types.String:
		return string(x), ""
	case types.Bool:
		return bool(x), ""
	case types.Timestamp:
		return x.Format(time.RFC3339), ""
	case number, types.Int, types.Uint, types.Double:
		n, ok := asNumber(v)
		if !ok {
			return nil, "has a transform that makes a number with more digits than can be kept; round what it reads"
		}
		return jsonNumber(n), ""
	}
	return nativeList(v)
}

func nativeList(v ref.Val) (result any, reason string) {
	list, ok := v.(traits.Lister)
	if !ok {
		return nil, "has a transform whose result is of the type " + v.Type().TypeName() + "; let it give a text, a number, true or false, a time, or a list of texts"
	}
	var out []any
	for it := list.Iterator(); it.HasNext() == types.True; {
		one, reason := native(it.Next())
		if reason != "" {
			return nil, reason
		}
		out = append(out, one)
	}
	return out, ""
}

func jsonNumber(n number) json.Number { return json.Number(n.String()) }
