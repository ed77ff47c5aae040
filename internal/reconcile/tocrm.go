package reconcile

import (
	"fmt"
	"strings"

	"causeway/internal/record"
)

// BillingSource is one record of billing with all that the decision in the CRM's direction needs.
type BillingSource struct {
	Record record.Record // whole, but for a contact person
	Hash   string
	Link   *record.Link
	Parent *Parent // of a contact person: its customer

	// Held are the record's mapped fields, by billing's names and as the map would write them.
	Held record.Values
	// Back are the same by the CRM's fields, of every unit that goes to the CRM; BackOf gives those of some
	// units. Mapped maps CRM fields to billing's, as a CRM record that holds them would be mapped; it may be nil.
	Back   record.Values
	BackOf func(units []string) record.Values
	Mapped func(crm record.Values) record.Values
	// CRM is the linked CRM record, and CRMValues its mapped fields by billing's names.
	CRM       *record.Record
	CRMValues record.Values
	// Directions says by field which way it goes.
	Directions map[string]record.Direction
	Newer      record.Side
	Decided    []record.Decision
	// Problems say why one of the two records cannot be mapped.
	Problems []string
	// Rivals are billing records without a link, the record among them or not, that have its name or its SKU.
	Rivals []record.Record
	// OutOfView says that the view that bounds what is fetched does not hold the linked CRM record.
	OutOfView bool
}

// CRMModule is where a billing record has its place in the CRM: a business customer among Accounts, an
// individual and a contact person among Contacts. A customer that does not say what it is goes where the mode
// has a place for it.
func CRMModule(entity record.Entity, mode record.Mode, r record.Record) record.Module {
	switch entity {
	case record.EntityItems:
		return record.Products
	case record.EntityContactPersons:
		return record.Contacts
	case record.EntityCustomers:
	}
	switch kind := r.Values.Text(subType); {
	case kind == individual, kind == "" && mode == record.ModeContacts:
		return record.Contacts
	default:
		return record.Accounts
	}
}

// RivalsCount says whether billing's other records of a name or SKU bear upon the decision: where one of them may
// take a CRM record over.
func (p *Planner) RivalsCount() bool {
	return p.entity != record.EntityContactPersons && p.duplicates() == record.Overwrite
}

// KeysCRM are what CRM candidates for the source are looked for by, as Keys are for the other direction.
func (p *Planner) KeysCRM(src BillingSource) (nameKey, stockUnit string) {
	if p.linked(src.Link) || len(src.Problems) > 0 || record.OwnMarker(p.rules.Incarnation, src.Record.Marker) {
		return "", ""
	}
	return record.NameKey(targetName(p.entity, src.Held)), p.skuOf(src.Held)
}

// DecideCRM gives the operation for a billing record in the CRM's direction, as Decide does in billing's.
// Candidates are CRM records without a link. After, and Before, hold the CRM's fields; Base says what the
// link's base becomes. A new contact person's contact holds its account in After as the CRM writes a lookup.
func (p *Planner) DecideCRM(src BillingSource, candidates []record.Record) record.Operation {
	op := p.draftCRM(src)
	switch {
	case src.Link != nil && src.Link.Gone == record.CRM:
		skip(&op, CodeDeletedInCRM, fmt.Sprintf("%s %s was deleted in the CRM: billing's record stays as it is, and none is created anew",
			crmThing(op.TargetModule), src.Link.CRMID))
	case src.Link != nil && src.Link.Gone == record.Moved:
		skip(&op, CodeMoved, MovedOn(src.Link))
	case !p.inMode(op.TargetModule):
		skip(&op, CodeNotInMode, p.notInMode(op.TargetModule))
	case src.OutOfView:
		op.Rule = RuleView
		skip(&op, CodeLeftView, fmt.Sprintf("%s %s left the view: it stays linked and is no longer read, so nothing is written to it",
			crmThing(op.TargetModule), op.TargetID))
	case len(src.Problems) > 0:
		fail(&op, CodeFieldInvalid, string(src.Record.Module)+": "+strings.Join(src.Problems, "; "))
	case !src.Record.Whole && src.Record.Module != record.ContactPersons:
		fail(&op, CodeDetailsMissing, fmt.Sprintf("%s %s in billing could not be read whole; retry", thing(p.entity), src.Record.ID))
	case src.Link != nil && p.elsewhere(src.CRM):
		skip(&op, CodeMoved, p.whereNow(src))
	case src.Link != nil:
		p.updateCRM(&op, src)
		restored(&op, src.Link, src.Link.Gone == record.Billing)
	case record.OwnMarker(p.rules.Incarnation, src.Record.Marker):
		skip(&op, CodeOriginGone, "it was made for a record of the CRM that is not linked with it any more, or was deleted there: none is created anew")
	case op.NameKey == "":
		fail(&op, CodeNameMissing, fmt.Sprintf("the record has no name: give %s %s one in billing", thing(p.entity), src.Record.ID))
	case p.entity == record.EntityContactPersons && !findAccount(&op, src):
		// findAccount has said why.
	default:
		p.match(p.seekerCRM(&op, src), p.place(candidates))
	}
	return p.decided(op)
}

func (p *Planner) draftCRM(src BillingSource) record.Operation {
	name := strings.TrimSpace(src.Record.Name)
	if name == "" {
		name = targetName(p.entity, src.Held)
	}
	op := record.Operation{
		Entity:       p.entity,
		SourceModule: src.Record.Module,
		SourceID:     src.Record.ID,
		SourceName:   name,
		SourceHash:   src.Hash,
		TargetModule: CRMModule(p.entity, p.rules.Customers.Mode, src.Record),
		NameKey:      record.NameKey(targetName(p.entity, src.Held)),
		State:        record.OpPlanned,
	}
	if src.Link != nil {
		op.TargetModule, op.TargetID = src.Link.CRMModule, src.Link.CRMID
		return op
	}
	op.Marker = record.Marker(p.rules.Incarnation, src.Record.Module, src.Record.ID)
	return op
}

// inMode says whether the preferences' mode has a place for the entity's records in that module.
func (p *Planner) inMode(module record.Module) bool {
	mode := p.rules.Customers.Mode
	switch p.entity {
	case record.EntityContactPersons:
		return mode == record.ModeAccountsAndContacts
	case record.EntityCustomers:
		if module == record.Accounts {
			return mode != record.ModeContacts
		}
		return mode == record.ModeContacts || mode == record.ModeAccountsAndContacts && p.rules.Customers.Unattached
	case record.EntityItems:
	}
	return true
}

func (p *Planner) notInMode(module record.Module) string {
	switch {
	case p.entity == record.EntityContactPersons:
		return "contact persons go to the CRM in the mode accounts_and_contacts only"
	case module == record.Accounts:
		return "a business customer belongs to the CRM's accounts, and the preferences sync contacts only"
	case p.rules.Customers.Mode == record.ModeAccounts:
		return "an individual customer belongs to the CRM's contacts, and the preferences sync accounts only"
	}
	return "an individual customer belongs to the contacts without an account, which the preferences leave out"
}

// updateCRM plans the CRM's half of the merge.
func (p *Planner) updateCRM(op *record.Operation, src BillingSource) {
	if src.CRM == nil {
		fail(op, CodeDetailsMissing, fmt.Sprintf("%s %s could not be read in the CRM, so what changed there is not known; retry", crmThing(op.TargetModule), op.TargetID))
		return
	}
	m := Merge(plainPair(p.entity, src.Link.CRMID, src.Link.BillingID, Pair{
		Base: src.Link.Base, CRM: src.CRMValues, Billing: src.Held, Directions: src.Directions,
		Rule: p.rules.Conflicts, Newer: src.Newer, Decided: src.Decided,
	}))
	p.half(op, m, record.CRM)
	if op.Action != record.ActionUpdate || len(op.After) == 0 {
		return
	}
	back := src.BackOf(sortedFields(op.After))
	op.After = differencesIn(p.entity, op.TargetModule, src.Record.ID, src.CRM.Values, back)
	op.Before = pick(src.CRM.Values, op.After)
}
