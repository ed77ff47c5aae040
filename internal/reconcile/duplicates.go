package reconcile

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"causeway/internal/record"
)

// Pool finds the candidates of each source of a page among the candidates of the whole page.
type Pool struct {
	byName, bySKU map[string][]record.Record
}

// NewPool indexes the candidates of a page by name key and by SKU.
func NewPool(candidates []record.Record) *Pool {
	p := &Pool{byName: map[string][]record.Record{}, bySKU: map[string][]record.Record{}}
	for _, c := range candidates {
		key := nameKeyOf(c)
		p.byName[key] = append(p.byName[key], c)
		if c.SKU != "" {
			p.bySKU[strings.TrimSpace(c.SKU)] = append(p.bySKU[strings.TrimSpace(c.SKU)], c)
		}
	}
	return p
}

// For returns the candidates that have the name key or the SKU (as Keys returns them), each once.
func (p *Pool) For(nameKey, stockUnit string) []record.Record {
	var out []record.Record
	if nameKey != "" {
		out = append(out, p.byName[nameKey]...)
	}
	if stockUnit != "" {
		out = append(out, p.bySKU[stockUnit]...)
	}
	return byID(out)
}

func (p *Planner) skuOf(values record.Values) string {
	if p.entity != record.EntityItems {
		return ""
	}
	return strings.TrimSpace(values.Text(sku))
}

// match decides about a source without a link.
func (p *Planner) match(s seeker, candidates []record.Record) {
	var others []record.Record
	for _, c := range p.available(candidates, s.op.TargetModule) {
		switch {
		case c.Marker != "" && c.Marker == s.op.Marker:
			s.link(c, CodeAdopted, "Causeway created this record for it before, so the link is restored")
			return
		case !record.OwnMarker(p.rules.Incarnation, c.Marker):
			others = append(others, c)
		}
	}
	if p.entity == record.EntityContactPersons {
		s.matchPerson(others)
		return
	}
	names, units := s.equals(others)
	for _, c := range slices.Concat(units, names) {
		if !c.Whole && c.Side != record.CRM {
			markFailed(s.op, CodeDetailsMissing, fmt.Sprintf("%s %s in billing has this name or SKU, but its details could not be read, so Causeway cannot tell whether it is a duplicate; retry",
				billingNoun(p.entity), c.ID))
			return
		}
	}
	p.planDuplicate(s, names, units)
}

// available returns the candidates of the module that no earlier decision of this plan took, by id.
func (p *Planner) available(candidates []record.Record, module record.Module) []record.Record {
	var free []record.Record
	for _, c := range byID(candidates) {
		if c.Module == module && !p.taken[c.ID] {
			free = append(free, c)
		}
	}
	return free
}

// planDuplicate applies the preferences' rule to the records that the source may duplicate. The SKU decides, unless
// the name points to another item.
func (p *Planner) planDuplicate(s seeker, names, units []record.Record) {
	found, by := names, "name"
	if len(units) > 0 {
		found, by = units, "SKU"
		if len(names) > 0 && !overlap(names, units) {
			markAmbiguous(s.op, fmt.Sprintf("%s has %s %s of this SKU and %s %s of this name, so Causeway cannot tell which one is meant; rename one or correct a SKU",
				s.where, s.thing, units[0].ID, s.thing, names[0].ID))
			return
		}
	}
	if len(found) == 0 {
		s.create(record.ActionCreate)
		return
	}
	first := found[0]
	s.op.Rule = "duplicates:" + string(p.duplicates())
	switch p.duplicates() {
	case record.Overwrite:
		if len(found) > 1 {
			markAmbiguous(s.op, fmt.Sprintf("%s has %d %ss of this %s, %s among them, so Causeway cannot tell which one to overwrite; rename the others, or choose clone or skip for duplicates",
				s.where, len(found), s.thing, by, firstTwo(found)))
			return
		}
		if rivals := s.rivals(by); len(rivals) > 0 {
			markAmbiguous(s.op, fmt.Sprintf("%s %s of this %s in %s also matches %s %s, so Causeway cannot tell which one belongs to it; give them different names and SKUs, or choose clone or skip for duplicates",
				s.thing, first.ID, by, s.where, billingNoun(s.op.Entity), rivals[0].ID))
			return
		}
		s.link(first, CodeDuplicate, fmt.Sprintf("%s had %s %s of this %s, and it was linked", s.where, s.thing, first.ID, by))
	case record.Clone:
		s.create(record.ActionClone)
		s.op.Code = CodeDuplicate
		s.op.Reason = fmt.Sprintf("%s has %s %s of this %s%s, so a second record is created beside it", s.where, s.thing, first.ID, by, othersCount(found))
	default:
		s.op.TargetID = first.ID
		markSkipped(s.op, CodeDuplicate, fmt.Sprintf("%s already has %s %s of this %s%s, so nothing is written; to sync it, choose overwrite or clone for duplicates, or rename one of them",
			s.where, s.thing, first.ID, by, othersCount(found)))
	}
}

// emptied names the fields of an existing record that an empty value of its new partner clears.
func emptied(op record.Operation) string {
	lost := losses("", op.Before, op.After)
	if len(lost) == 0 {
		return ""
	}
	return "; these fields are empty in " + op.SourceID + " and are cleared there: " + strings.Join(lost, ", ")
}

func losses(path string, before, after map[string]any) []string {
	var out []string
	for _, field := range slices.Sorted(maps.Keys(after)) {
		was, is := before[field], after[field]
		inner, isObject := object(is)
		object, wasObject := object(was)
		switch {
		case isObject && wasObject:
			out = append(out, losses(path+field+".", object, inner)...)
		case record.EqualValues(is, nil) && !record.EqualValues(was, nil):
			out = append(out, path+field)
		}
	}
	return out
}

func (p *Planner) duplicates() record.Duplicates {
	if p.entity == record.EntityItems {
		return p.rules.Items.Duplicates
	}
	return p.rules.Customers.Duplicates
}

func overlap(a, b []record.Record) bool {
	return slices.ContainsFunc(a, func(x record.Record) bool {
		return slices.ContainsFunc(b, func(y record.Record) bool { return x.ID == y.ID })
	})
}

// firstTwo names the first two records.
func firstTwo(found []record.Record) string { return found[0].ID + " and " + found[1].ID }

func othersCount(found []record.Record) string {
	if len(found) == 1 {
		return ""
	}
	return fmt.Sprintf(" (%d in all)", len(found))
}
