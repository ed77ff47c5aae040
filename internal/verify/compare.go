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
	// What only billing changes is the CRM's to take over, and may be edited there.
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
	// Dates, times and choices are compared in the form in which the map writes them.
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
			p.carried = append(p.carried, field)
		}
		leaves(field, differ[field], values[field], add)
	}
	p.modified = target.Modified
	for _, p := range want.Problems {
		add(p.Target, p.String(), at(target.Values, p.Target))
	}
	return out
}

// keptInBilling says of a field that differs that this may be as it should be: the field goes to billing only, and its
// CRM value was carried over.
func (v *verification) keptInBilling(p *pair, field string) bool {
	if v.prefs.Extent(p.entity) == record.Both && v.maps.Directions(p.entity, p.source.Module)[field] != record.ToBilling {
		return false
	}
	return p.link != nil && len(reconcile.Differences(p.entity, p.source.ID, p.link.Base, record.Values{field: p.want.Values[field]})) == 0
}

// edited says whether somebody has edited the field in billing since we last wrote it there: our newest operation left
// it as it was, or billing's record was changed after that was done. Where the sync goes both ways each sync has read
// what is there, and the link's base tells enough: times are of whole seconds.
func (v *verification) edited(p pair, field string, last record.Operation) bool {
	_, wrote := last.After[field]
	return !wrote || p.modified.After(last.DoneAt) || v.prefs.Extent(p.entity) == record.Both
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
	switch op.Outcome {
	case record.Skipped, record.Failed, record.Conflicts, record.Deleted:
		return true
	case record.Added, record.Updated, record.Linked, record.Unchanged:
	}
	return false
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
