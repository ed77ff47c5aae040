package reconcile

import (
	"fmt"
	"slices"
	"strings"

	"causeway/internal/record"
)

// Pool finds the candidates of each source of a page among those of the whole page.
type Pool struct {
	byName, bySKU map[string][]record.Record
}

// NewPool orders the candidates of a page.
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

// For gives the candidates that have the name key or the SKU, as Keys gives them, each once.
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

func nameKeyOf(c record.Record) string {
	if c.Module == record.ContactPersons {
		if name := personName(c.Values); name != "" {
			return record.NameKey(name)
		}
	}
	return record.NameKey(c.Name)
}

// byID orders records by id and drops repetitions, so that decisions do not hang on the order of rows.
func byID(records []record.Record) []record.Record {
	out := slices.Clone(records)
	slices.SortStableFunc(out, func(a, b record.Record) int { return compareIDs(a.ID, b.ID) })
	return slices.CompactFunc(out, func(a, b record.Record) bool { return a.ID == b.ID })
}

// match decides for a source without a link.
func (p *Planner) match(op *record.Operation, src Source, candidates []record.Record) {
	var free []record.Record
	for _, c := range byID(candidates) {
		if c.Module == p.entity.Module() && !p.taken[c.ID] {
			free = append(free, c)
		}
	}
	if p.entity == record.EntityContactPersons {
		p.matchPerson(op, src, free)
		return
	}
	var others []record.Record
	for _, c := range free {
		switch {
		case c.Marker == op.Marker:
			p.link(op, src, c, CodeAdopted, "this record was created for it before: its link is restored")
			return
		case !record.OwnMarker(p.rules.Incarnation, c.Marker):
			others = append(others, c)
		}
	}
	names, units := p.equals(op, src, others)
	for _, c := range slices.Concat(units, names) {
		if !c.Whole {
			fail(op, CodeDetailsMissing, fmt.Sprintf("%s %s of this name in billing could not be read whole, so whether it is a duplicate is not known; retry",
				thing(p.entity), c.ID))
			return
		}
	}
	p.duplicate(op, src, names, units)
}

// equals gives the candidates of equal name, and those of equal SKU.
func (p *Planner) equals(op *record.Operation, src Source, candidates []record.Record) (names, units []record.Record) {
	unit := ""
	if p.entity == record.EntityItems {
		unit = strings.TrimSpace(src.Values.Text(sku))
	}
	for _, c := range candidates {
		if nameKeyOf(c) == op.NameKey {
			names = append(names, c)
		}
		if unit != "" && strings.TrimSpace(c.SKU) == unit {
			units = append(units, c)
		}
	}
	return names, units
}

// duplicate applies the preferences' rule to the records that the source seems to be already. The SKU
// decides, unless the name says that it is another item.
func (p *Planner) duplicate(op *record.Operation, src Source, names, units []record.Record) {
	found, by := names, "name"
	if len(units) > 0 {
		found, by = units, "SKU"
		if len(names) > 0 && !overlap(names, units) {
			conflict(op, fmt.Sprintf("billing has item %s of this SKU and item %s of this name: which one is meant is open; rename one or correct a SKU",
				units[0].ID, names[0].ID))
			return
		}
	}
	if len(found) == 0 {
		p.create(op, src, record.ActionCreate)
		return
	}
	first := found[0]
	switch p.duplicates() {
	case record.Overwrite:
		if len(found) > 1 {
			conflict(op, fmt.Sprintf("billing has %d %ss of this %s, %s among them: which one to overwrite is open; rename the others, or choose clone or skip for duplicates",
				len(found), thing(p.entity), by, listed(found)))
			return
		}
		p.link(op, src, first, CodeDuplicate, fmt.Sprintf("billing had %s %s of this %s: linked with it", thing(p.entity), first.ID, by))
	case record.Clone:
		p.create(op, src, record.ActionClone)
		op.Code = CodeDuplicate
		op.Reason = fmt.Sprintf("billing has %s %s of this %s%s: created beside it", thing(p.entity), first.ID, by, more(found))
	default:
		op.Action, op.Outcome, op.Code, op.TargetID = record.ActionSkip, record.Skipped, CodeDuplicate, first.ID
		op.Reason = fmt.Sprintf("billing has %s %s of this %s already%s; to sync it, choose overwrite or clone for duplicates, or rename one of them",
			thing(p.entity), first.ID, by, more(found))
	}
}

func (p *Planner) duplicates() record.Duplicates {
	if p.entity == record.EntityItems {
		return p.rules.Items.Duplicates
	}
	return p.rules.Customers.Duplicates
}

func conflict(op *record.Operation, reason string) {
	op.Action, op.Outcome, op.Code, op.Reason = record.ActionConflict, record.Conflicts, CodeAmbiguous, reason
}

func overlap(a, b []record.Record) bool {
	return slices.ContainsFunc(a, func(x record.Record) bool {
		return slices.ContainsFunc(b, func(y record.Record) bool { return x.ID == y.ID })
	})
}

// listed names the first two.
func listed(found []record.Record) string { return found[0].ID + " and " + found[1].ID }

func more(found []record.Record) string {
	if len(found) == 1 {
		return ""
	}
	return fmt.Sprintf(" (%d in all)", len(found))
}

func thing(entity record.Entity) string {
	if entity == record.EntityItems {
		return "item"
	}
	return "customer"
}
