package verify

import (
	"maps"
	"slices"
	"strings"

	"causeway/internal/mapping"
	"causeway/internal/reconcile"
	"causeway/internal/record"
)

// currencyCode cannot be unset: where the CRM has no currency, billing sets its own.
const currencyCode = "currency_code"

// expected returns the values that the billing record should hold.
func (v *verification) expected(entity record.Entity, r record.Record) mapping.Result {
	out := v.maps.Map(entity, r)
	if out.Values.Text(currencyCode) == "" {
		delete(out.Values, currencyCode)
	}
	// A field that goes to the CRM only may be edited in billing, so nothing is expected of it here.
	for unit, direction := range v.maps.Directions(entity, r.Module) {
		if direction == record.ToCRM {
			delete(out.Values, unit)
		}
	}
	return out
}

// differences compares a linked pair field by field.
func (v *verification) differences(p *pair, target record.Record) []Difference {
	entity, source, want := p.entity, p.source, p.want
	// Dates, times and choices are compared in the form that the map writes.
	values := target.Values.Clone()
	for unit, held := range v.maps.Held(entity, source.Module, target) {
		if !record.EqualValues(values[unit], held) {
			values[unit] = held
		}
	}
	var out []Difference
	add := func(field string, crm, billing any) {
		out = append(out, Difference{Entity: entity, CRMID: source.ID, BillingID: target.ID, Field: field, CRM: crm, Billing: billing})
	}
	differ := reconcile.Differences(entity, source.ID, values, want.Values)
	for _, field := range slices.Sorted(maps.Keys(differ)) {
		if v.keptInBilling(p, field) {
			p.sent = append(p.sent, field)
		}
		leaves(field, differ[field], values[field], add)
	}
	p.modified = target.Modified
	for _, p := range want.Problems {
		add(p.Target, p.String(), valueAt(target.Values, p.Target))
	}
	return out
}

// keptInBilling reports whether a field that differs may be correct: the field goes to billing only, and its CRM
// value was already sent there.
func (v *verification) keptInBilling(p *pair, field string) bool {
	if v.prefs.Extent(p.entity) == record.Both && v.maps.Directions(p.entity, p.source.Module)[field] != record.ToBilling {
		return false
	}
	return p.link != nil && len(reconcile.Differences(p.entity, p.source.ID, p.link.Base, record.Values{field: p.want.Values[field]})) == 0
}

// edited reports whether a user changed the field in billing since we last wrote it. That is so if our newest
// operation did not write the field, or if billing's record was changed after that operation. Where the sync goes
// both ways, each sync has read billing's value, so the link's base is enough. Times have whole seconds.
func (v *verification) edited(p pair, field string, last record.Operation) bool {
	_, wrote := last.After[field]
	return !wrote || p.modified.After(last.DoneAt) || v.prefs.Extent(p.entity) == record.Both
}

// leaves calls add for each field in which two values differ, and for each differing field inside an object.
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

// explains reports whether the record's newest operation is the reason why a field differs: the record was parked
// before anything could change, or while that field was to change.
func explains(op record.Operation, d Difference) bool {
	if !op.Outcome.Parked() {
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
