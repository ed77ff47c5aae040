package reconcile

import (
	"fmt"
	"slices"
	"strings"

	"causeway/internal/record"
)

// Planner decides for the records of one entity in one direction, one after the other, and keeps which
// targets it has given away: no target is given twice. It is for one goroutine.
type Planner struct {
	rules  Rules
	entity record.Entity
	taken  map[string]bool // ids of targets
	keys   map[string]string
	owed   []record.Ref
}

// NewPlanner makes the planner of one entity in one direction of one plan.
func NewPlanner(rules Rules, entity record.Entity) *Planner {
	return &Planner{rules: rules, entity: entity, taken: map[string]bool{}, keys: map[string]string{}}
}

// mostKeys is how many keys are remembered: those of a page and more.
const mostKeys = 1024

// nameKey is the name's key, made once: candidates are looked for by it, and then it is decided upon. It makes most
// of what a decision takes.
func (p *Planner) nameKey(name string) string {
	key, ok := p.keys[name]
	if !ok {
		if len(p.keys) == mostKeys {
			clear(p.keys)
		}
		key = record.NameKey(name)
		p.keys[name] = key
	}
	return key
}

// Keys are what candidates for the source are looked for by: the key of the name that its target gets,
// and the SKU. Both are empty where no candidate is needed.
func (p *Planner) Keys(src Source) (nameKey, stockUnit string) {
	if p.linked(src.Link) || len(src.Problems) > 0 {
		return "", ""
	}
	nameKey = p.nameKey(targetName(p.entity, src.Values))
	if p.entity == record.EntityItems {
		stockUnit = strings.TrimSpace(src.Values.Text(sku))
	}
	return nameKey, stockUnit
}

// linked says whether there is a link, as a record of this entity: a contact that moved may have one as a
// record of another.
func (p *Planner) linked(link *record.Link) bool { return link != nil && link.Entity == p.entity }

// Owed lists the records of the receiving side whose own changes wait to be carried the other way, as the
// decisions so far have seen. The caller marks them due, so that the other direction comes upon them also
// where they were looked at before.
func (p *Planner) Owed() []record.Ref { return p.owed }

// NeedsPersons says whether the source's candidates are the contact persons of its customer: one that this
// run did not create may have some already, also ours, whose links were lost: they carry no marker.
func (p *Planner) NeedsPersons(src Source) bool {
	if p.entity != record.EntityContactPersons || src.Parent == nil || src.Parent.Link == nil || src.Parent.Fresh {
		return false
	}
	return !p.linked(src.Link) || src.Link.BillingParentID != src.Parent.Link.BillingID
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
//
// An ActionUpdate without After has nothing to write: it moves the link's base alone, and its record is
// unchanged. An ActionMove with a TargetID takes that person over, without one it creates the person;
// either way the person that Before names goes when that is done.
func (p *Planner) Decide(src Source, candidates []record.Record) record.Operation {
	op := p.draft(src)
	switch {
	case src.OutOfView:
		outOfView(&op, src.Link)
	case p.linked(src.Link) && goneInBilling(src):
		deletedInBilling(&op, src.Link)
	case len(src.Problems) > 0:
		fail(&op, CodeFieldInvalid, string(src.Record.Module)+": "+strings.Join(src.Problems, "; "))
	case op.NameKey == "":
		fail(&op, CodeNameMissing, nameMissing(src.Record.Module))
	case p.entity == record.EntityContactPersons && !p.findParent(&op, src):
		// findParent has said why.
	case !p.linked(src.Link):
		p.match(p.seeker(&op, src), candidates)
		movedFrom(&op, src.Link)
	case p.entity == record.EntityContactPersons && src.Link.BillingParentID != op.TargetParentID:
		p.move(&op, src, candidates)
	default:
		p.update(&op, src)
		restored(&op, src.Link, rested(src.Link))
	}
	return p.decided(op)
}

func (p *Planner) decided(op record.Operation) record.Operation {
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
		NameKey:      p.nameKey(targetName(p.entity, src.Values)),
		State:        record.OpPlanned,
	}
	if p.entity != record.EntityContactPersons {
		op.Marker = record.Marker(p.rules.Incarnation, src.Record.Module, src.Record.ID)
	}
	if p.linked(src.Link) {
		op.TargetID, op.TargetParentID = src.Link.BillingID, src.Link.BillingParentID
	}
	return op
}

// update plans the fields that changed since both sides last agreed.
func (p *Planner) update(op *record.Operation, src Source) {
	if src.Target != nil {
		p.mergeToBilling(op, src)
		return
	}
	op.Before = src.Link.Base.Clone()
	op.After = Differences(p.entity, src.Record.ID, src.Link.Base, toBilling(src.Values, src.Directions))
	op.Action = record.ActionUpdate
	if len(op.After) == 0 {
		nothing(op)
	}
}

// mergeToBilling plans billing's half of the merge.
func (p *Planner) mergeToBilling(op *record.Operation, src Source) {
	if !src.Target.Whole && src.Target.Module != record.ContactPersons {
		fail(op, CodeDetailsMissing, fmt.Sprintf("%s %s in billing could not be read whole, so what changed there is not known; retry", thing(p.entity), src.Target.ID))
		return
	}
	p.half(op, Merge(p.pairOf(src)), record.Billing)
	if op.Action == record.ActionUpdate {
		op.Before = pick(src.Held, op.After)
	}
}

func (p *Planner) pairOf(src Source) Pair {
	return plainPair(p.entity, src.Record.ID, src.Link.BillingID, Pair{
		Base: src.Link.Base, CRM: src.Values, Billing: src.Held, Directions: src.Directions,
		Rule: p.rules.Conflicts, Newer: src.Newer, Decided: src.Decided,
	})
}

func nothing(op *record.Operation) {
	op.Action, op.Outcome, op.Before, op.After = record.ActionNone, record.Unchanged, nil, nil
}

// create plans a new record with all mapped fields that are set.
func (p *Planner) create(op *record.Operation, src Source, action record.Action) {
	op.Action, op.Before, op.After = action, nil, filled(toBilling(src.Values, src.Directions))
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
	want := toBilling(src.Values, src.Directions)
	op.Before = known(target.Values, want)
	op.After = Differences(p.entity, src.Record.ID, target.Values, want)
	if code == CodeDuplicate {
		op.Reason += emptied(*op)
	}
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

// compareIDs orders ids as the sides count them: numbers of any length.
func compareIDs(a, b string) int {
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}
