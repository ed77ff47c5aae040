package verify

import (
	"maps"
	"slices"
	"strings"

	"causeway/internal/mapping"
	"causeway/internal/reconcile"
	"causeway/internal/record"
)

// currencyCode cannot be unset: where the CRM names none, billing gives its own.
const currencyCode = "currency_code"

// wanted are the values that the billing record should hold.
func (v *verification) wanted(entity record.Entity, r record.Record) mapping.Result {
	out := v.maps.Map(entity, r)
	if out.Values.Text(currencyCode) == "" {
		delete(out.Values, currencyCode)
	}
	return out
}

// differences compares a linked pair field by field.
func differences(entity record.Entity, source, target record.Record, want mapping.Result) []Difference {
	var out []Difference
	add := func(field string, crm, billing any) {
		out = append(out, Difference{Entity: entity, CRMID: source.ID, BillingID: target.ID, Field: field, CRM: crm, Billing: billing})
	}
	differ := reconcile.Differences(entity, source.ID, target.Values, want.Values)
	for _, field := range slices.Sorted(maps.Keys(differ)) {
		leaves(field, differ[field], target.Values[field], add)
	}
	for _, p := range want.Problems {
		add(p.Target, p.String(), at(target.Values, p.Target))
	}
	return out
}

// leaves gives the fields in which two values differ, an object's one by one.
func leaves(field string, want, have any, add func(field string, crm, billing any)) {
	inner, ok := want.(map[string]any)
	if !ok {
		if !record.EqualValues(have, want) {
			add(field, want, have)
		}
		return
	}
	object, _ := have.(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(inner)) {
		leaves(field+"."+name, inner[name], object[name], add)
	}
}

// parked says whether the operation left its record out, with a reason.
func parked(op record.Operation) bool {
	return op.Outcome == record.Skipped || op.Outcome == record.Failed || op.Outcome == record.Conflicts
}

// explains says whether the record's newest operation tells why a field differs: it was parked before it
// could change anything, or while it was to change that field.
func explains(op record.Operation, d Difference) bool {
	if !parked(op) {
		return false
	}
	head, _, _ := strings.Cut(d.Field, ".")
	_, ok := op.After[head]
	return ok || len(op.After) == 0
}

func explained(entity record.Entity, r record.Record, op record.Operation) Explained {
	reason := op.Reason
	if reason == "" {
		reason = op.Code
	}
	return Explained{Entity: entity, CRMID: r.ID, Name: nameOf(r), Outcome: op.Outcome, Reason: reason}
}

func nameOf(r record.Record) string { return strings.TrimSpace(r.Name) }
