package value

import (
	"encoding/json"
	"strings"
	"time"

	"causeway/internal/record"
)

// Kinds lists the kinds of values that a field map can have.
var Kinds = []record.ValueKind{
	record.KindText, record.KindEmail, record.KindDecimal, record.KindInteger, record.KindBool, record.KindActive,
	record.KindDate, record.KindTime, record.KindChoice, record.KindChoices,
}

// KindNames lists the kinds for a message.
const KindNames = "text, email, decimal, integer, bool, active, date, datetime, choice or choices"

// The two values of billing's status, for the kind active.
const (
	statusActive   = "active"
	statusInactive = "inactive"
)

// ToBilling converts a CRM value for billing. keep is false if the field is left out. reason says why a value cannot be
// converted.
func ToBilling(m record.FieldMap, raw any) (value any, keep bool, reason string) {
	switch m.Kind {
	case record.KindDecimal:
		return toDecimal(raw)
	case record.KindInteger:
		return toInteger(raw)
	case record.KindBool, record.KindActive:
		b, known, reason := toBool(raw)
		switch {
		case !known:
			return nil, false, reason
		case m.Kind == record.KindBool:
			return b, true, ""
		case b:
			return statusActive, true, ""
		}
		return statusInactive, true, ""
	case record.KindText, record.KindEmail:
		s, reason := toText(raw)
		if reason == "" && m.Kind == record.KindEmail {
			reason = checkEmail(s)
		}
		return s, reason == "", reason
	case record.KindDate:
		return texted(raw, toDate)
	case record.KindTime:
		return texted(raw, toInstant)
	case record.KindChoice:
		return paired(m.Choices, raw)
	case record.KindChoices:
		return pairedList(m.Choices, raw)
	default:
		return nil, false, "is mapped as " + Quoted(string(m.Kind)) + ", which is no kind of value; use " + KindNames
	}
}

// Held returns a billing value in the form in which ToBilling would have written it. A value that ToBilling could not have
// written stays, so that it counts as different.
func Held(m record.FieldMap, raw any) (value any, keep bool) {
	switch m.Kind { //nolint:exhaustive // the others are written as they are read
	case record.KindActive:
		s, reason := toText(raw)
		return strings.ToLower(s), reason == "" && s != ""
	case record.KindChoice:
		if s, reason := toText(raw); reason == "" {
			return s, true
		}
		return raw, true
	case record.KindChoices:
		return sorted(several(raw, billingChoices(m.Choices))), true
	case record.KindText, record.KindEmail:
		if s, reason := toText(raw); reason == "" {
			return s, true
		}
		return raw, true
	}
	value, keep, reason := ToBilling(m, raw)
	if reason != "" {
		return raw, true
	}
	return value, keep
}

// ToCRM converts a billing value for the CRM. keep is false if the field is left out. reason says why a value cannot be
// converted. nil clears the field.
func ToCRM(m record.FieldMap, raw any) (value any, keep bool, reason string) {
	switch m.Kind {
	case record.KindActive:
		return activeBack(raw)
	case record.KindChoice:
		return choiceBack(m.Choices, raw)
	case record.KindChoices:
		return choicesBack(m.Choices, raw)
	case record.KindTime:
		value, keep, reason = texted(raw, toInstant)
		if s, ok := value.(string); ok && s != "" {
			// The CRM writes the offset with a colon.
			value = strings.TrimSuffix(s, "+0000") + "+00:00"
		}
	default:
		value, keep, reason = ToBilling(m, raw)
	}
	if s, ok := value.(string); ok && s == "" {
		value = nil
	}
	return value, keep, reason
}

func activeBack(raw any) (value any, keep bool, reason string) {
	s, _ := toText(raw)
	switch strings.ToLower(s) {
	case statusActive:
		return true, true, ""
	case statusInactive:
		return false, true, ""
	case "":
		return nil, false, ""
	default:
		return nil, false, "is neither active nor inactive; map another field"
	}
}

// texted converts a text of a given form. An empty text clears the target.
func texted(raw any, read func(string) (string, string)) (value any, keep bool, reason string) {
	s, reason := toText(raw)
	if reason == "" && s != "" {
		s, reason = read(s)
	}
	return s, reason == "", reason
}

const notWhole = "is not a whole number; enter one, or map it as a decimal"

// maxWhole bounds the digits of a whole number: more are an identifier, not a number.
const maxWhole = 18

func toInteger(raw any) (value any, keep bool, reason string) {
	value, keep, reason = toDecimal(raw)
	if reason != "" {
		return nil, false, notWhole
	}
	n, isNumber := value.(json.Number)
	if !isNumber {
		return value, keep, ""
	}
	whole, fraction, _ := strings.Cut(n.String(), ".")
	if strings.Trim(fraction, "0") != "" || len(strings.TrimPrefix(whole, "-")) > maxWhole {
		return nil, false, notWhole
	}
	if whole == "-0" {
		whole = "0"
	}
	return json.Number(whole), true, ""
}

// wireTime is how billing writes an instant. UTC makes two texts of one instant equal.
const wireTime = "2006-01-02T15:04:05-0700"

func readTime(s string) (time.Time, bool) {
	for _, form := range []string{time.RFC3339, wireTime, "2006-01-02T15:04-07:00"} {
		if t, err := time.Parse(form, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// toInstant reads a date and time with its zone.
func toInstant(s string) (text, reason string) {
	t, ok := readTime(s)
	if !ok {
		return "", "is no date and time with a zone, as in 2026-01-31T09:30:00+01:00; correct it, or map another field"
	}
	return t.UTC().Truncate(time.Second).Format(wireTime), ""
}

// toDate reads a date. From a date and time it takes the day in the text's own zone.
func toDate(s string) (text, reason string) {
	if _, err := time.Parse(time.DateOnly, s); err == nil {
		return s, ""
	}
	if t, ok := readTime(s); ok {
		return t.Format(time.DateOnly), ""
	}
	return "", "is no date, as in 2026-01-31; correct it, or map another field"
}
