package reconcile

import (
	"fmt"
	"slices"
	"strings"

	"causeway/internal/record"
)

// Planner decides for the records of one entity, one after the other, and keeps which targets it has
// given away: no target is given twice. It is for one goroutine.
type Planner struct {
	rules  Rules
	entity record.Entity
	taken  map[string]bool // ids of targets
}

// NewPlanner makes the planner of one entity in one plan.
func NewPlanner(rules Rules, entity record.Entity) *Planner {
	return &Planner{rules: rules, entity: entity, taken: map[string]bool{}}
}

// Keys are what candidates for the source are looked for by: the key of the name that its target gets,
// and the SKU. Both are empty where no candidate is needed.
func (p *Planner) Keys(src Source) (nameKey, stockUnit string) {
	if src.Link != nil || len(src.Problems) > 0 {
		return "", ""
	}
	nameKey = record.NameKey(targetName(p.entity, src.Values))
	if p.entity == record.EntityItems {
		stockUnit = strings.TrimSpace(src.Values.Text(sku))
	}
	return nameKey, stockUnit
}

// NeedsPersons says whether the source's candidates are the contact persons of its customer: one that this
// run did not create may have some already, also ours, whose links were lost: they carry no marker.
func (p *Planner) NeedsPersons(src Source) bool {
	return p.entity == record.EntityContactPersons && src.Link == nil && src.Parent != nil &&
		src.Parent.Link != nil && !src.Parent.Fresh
}

// NeedsDetails lists the candidates that are known by a short form alone. The caller reads them whole
// before it asks for a decision, since a short form does not tell whose record it is; one that is not
// found any more is left out of the candidates.
func (p *Planner) NeedsDetails(candidates []record.Record) []string {
	var ids []string
	for _, c := range candidates {
		if !c.Whole && c.Module != record.ContactPersons && !p.taken[c.ID] {
			ids = append(ids, c.ID)
		}
	}
	slices.SortFunc(ids, compareIDs)
	return slices.Compact(ids)
}

// Decide gives the operation for a source, all but ID, Connection, Run, Seq and times. Candidates are
// records of the receiving side without a link, in any order, and may be more than the source's own.
func (p *Planner) Decide(src Source, candidates []record.Record) record.Operation {
	op := p.draft(src)
	switch {
	case len(src.Problems) > 0:
		fail(&op, CodeFieldInvalid, string(src.Record.Module)+": "+strings.Join(src.Problems, "; "))
	case op.NameKey == "":
		fail(&op, CodeNameMissing, nameMissing(src.Record.Module))
	case src.Link != nil && src.Link.Entity != p.entity:
		fail(&op, CodeParentChanged, kindChanged(src.Link))
	case p.entity == record.EntityContactPersons && !p.findParent(&op, src):
		// findParent has said why.
	case src.Link != nil:
		p.update(&op, src)
	default:
		p.match(&op, src, candidates)
	}
	if op.Outcome != "" {
		op.State = record.OpDone
	} else if op.TargetID != "" {
		p.taken[op.TargetID] = true
	}
	return op
}

func (p *Planner) draft(src Source) record.Operation {
	name := strings.TrimSpace(src.Record.Name)
	if name == "" {
		name = targetName(p.entity, src.Values)
	}
	op := record.Operation{
		Entity:       p.entity,
		SourceModule: src.Record.Module,
		SourceID:     src.Record.ID,
		SourceName:   name,
		SourceHash:   src.Hash,
		TargetModule: p.entity.Module(),
		NameKey:      record.NameKey(targetName(p.entity, src.Values)),
		State:        record.OpPlanned,
	}
	if p.entity != record.EntityContactPersons {
		op.Marker = record.Marker(p.rules.Incarnation, src.Record.Module, src.Record.ID)
	}
	if src.Link != nil {
		op.TargetID, op.TargetParentID = src.Link.BillingID, src.Link.BillingParentID
	}
	return op
}

// update plans the fields that changed since both sides last agreed.
func (p *Planner) update(op *record.Operation, src Source) {
	op.Before = src.Link.Base.Clone()
	op.After = Differences(p.entity, src.Record.ID, src.Link.Base, src.Values)
	op.Action = record.ActionUpdate
	if len(op.After) == 0 {
		op.Action, op.Outcome, op.Before, op.After = record.ActionNone, record.Unchanged, nil, nil
	}
}

// create plans a new record with all mapped fields that are set.
func (p *Planner) create(op *record.Operation, src Source, action record.Action) {
	op.Action, op.Before, op.After = action, nil, filled(src.Values)
	for field, v := range filled(src.Defaults) {
		if _, ok := op.After[field]; !ok {
			op.After[field] = v
		}
	}
}

// link plans to take an existing record over: the mapped fields that differ are replaced, the others left.
func (p *Planner) link(op *record.Operation, src Source, target record.Record, code, reason string) {
	op.Action, op.Code, op.Reason = record.ActionLink, code, reason
	op.TargetID, op.TargetParentID = target.ID, target.ParentID
	op.Before = known(target.Values, src.Values)
	op.After = Differences(p.entity, src.Record.ID, target.Values, src.Values)
}

func fail(op *record.Operation, code, reason string) {
	op.Action, op.Outcome, op.Code, op.Reason = record.ActionFail, record.Failed, code, reason
}

func nameMissing(module record.Module) string {
	field := map[record.Module]string{
		record.Accounts: "Account_Name", record.Contacts: "Last_Name", record.Products: "Product_Name",
	}[module]
	return fmt.Sprintf("the record has no name: fill %s of the record in %s in the CRM", field, module)
}

func kindChanged(link *record.Link) string {
	was, now := "customer", "a contact person of its account's customer"
	if link.Entity == record.EntityContactPersons {
		was, now = "contact person", "a customer of its own"
	}
	return fmt.Sprintf("the contact is %s %s in billing, and by its account in the CRM or by the preferences would now be %s: "+
		"such a move is not followed; put its account or the preferences back, or move it in billing by hand", was, link.BillingID, now)
}

// compareIDs orders ids as the sides count them: numbers of any length.
func compareIDs(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}
