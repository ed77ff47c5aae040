package reconcile

import (
	"fmt"
	"slices"
	"strings"

	"causeway/internal/record"
)

// Keys returns the name key and SKU used to look up candidates for the source. Both are empty where no candidate is
// needed.
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

// Owed lists the records of the receiving side with changes of their own that must go the other way, as far as
// decided. The caller marks them due, so that the other direction plans them even if it has already checked them.
func (p *Planner) Owed() []record.Ref { return p.owed }

// NeedsPersons reports whether the contact persons of the source's customer are its candidates. A customer that
// this run did not create may already have some, even ones that we created: persons carry no marker, and their
// links may be lost.
func (p *Planner) NeedsPersons(src Source) bool {
	if p.entity != record.EntityContactPersons || src.Parent == nil || src.Parent.Link == nil || src.Parent.Fresh {
		return false
	}
	return !p.linked(src.Link) || src.Link.BillingParentID != src.Parent.Link.BillingID
}

// NeedsDetails lists the candidates that are known only in a short form. The caller reads them whole before it asks
// for a decision, since a short form has no marker. A candidate that no longer exists is left out.
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

// Decide returns the operation for a source, without ID, Connection, Run, Seq and times. Candidates are records of
// the receiving side without a link, in any order; they may include those of other sources.
//
// An ActionUpdate without After writes nothing: it only moves the link's base, and its record is unchanged. An
// ActionMove with a TargetID takes over that person; without one it creates the person. In both cases the person
// named in Before is removed afterwards.
func (p *Planner) Decide(src Source, candidates []record.Record) record.Operation {
	op := p.draft(src)
	switch {
	case src.OutOfView:
		skipOutOfView(&op, src.Link)
	case p.linked(src.Link) && goneInBilling(src):
		skipDeletedInBilling(&op, src.Link)
	case len(src.Problems) > 0:
		markFailed(&op, CodeFieldInvalid, string(src.Record.Module)+": "+strings.Join(src.Problems, "; "))
	case op.NameKey == "":
		markFailed(&op, CodeNameMissing, nameMissing(src.Record.Module))
	case p.entity == record.EntityContactPersons && !p.findParent(&op, src):
		// findParent has recorded why.
	case !p.linked(src.Link):
		p.match(p.seeker(&op, src), candidates)
		noteFormerLink(&op, src.Link)
	case p.entity == record.EntityContactPersons && src.Link.BillingParentID != op.TargetParentID:
		p.planMove(&op, src, candidates)
	default:
		p.planUpdate(&op, src)
		planRestore(&op, src.Link, wasUnused(src.Link))
	}
	return p.finish(op)
}

func (p *Planner) finish(op record.Operation) record.Operation {
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

// planUpdate plans the fields that changed since both sides last agreed.
func (p *Planner) planUpdate(op *record.Operation, src Source) {
	if src.Target != nil {
		p.mergeToBilling(op, src)
		return
	}
	op.Before = src.Link.Base.Clone()
	op.After = Differences(p.entity, src.Record.ID, src.Link.Base, toBilling(src.Values, src.Directions))
	op.Action = record.ActionUpdate
	if len(op.After) == 0 {
		markUnchanged(op)
	}
}

// mergeToBilling plans billing's half of the merge.
func (p *Planner) mergeToBilling(op *record.Operation, src Source) {
	if !src.Target.Whole && src.Target.Module != record.ContactPersons {
		markFailed(op, CodeDetailsMissing, fmt.Sprintf("the details of %s %s in billing could not be read, so its changes are not known; retry", billingNoun(p.entity), src.Target.ID))
		return
	}
	p.planHalf(op, Merge(p.pairOf(src)), record.Billing)
	if op.Action == record.ActionUpdate {
		op.Before = pick(src.Held, op.After)
	}
}

func nameMissing(module record.Module) string {
	field := map[record.Module]string{
		record.Accounts: "Account_Name", record.Contacts: "Last_Name", record.Products: "Product_Name",
	}[module]
	return fmt.Sprintf("the record has no name; fill %s in the CRM's %s, then retry", field, module)
}
