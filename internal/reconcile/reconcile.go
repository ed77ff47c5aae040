// Package reconcile decides what a sync does with each record: create, clone, update, link, skip,
// conflict, fail, or nothing; and which record a write of unknown outcome has made. It must never do
// I/O, read a clock or draw a random number: the same rows give the same decisions.
package reconcile

import "causeway/internal/record"

// The codes of the decisions that are not plain, as operations carry them.
const (
	CodeDuplicate      = "DUPLICATE"           // a record of this name or SKU existed
	CodeAmbiguous      = "DUPLICATE_AMBIGUOUS" // several did, and which one is meant is open
	CodeAdopted        = "ADOPTED"             // the record is our own, made for this source, and its link was missing
	CodeNameMissing    = "NAME_MISSING"
	CodeFieldInvalid   = "FIELD_INVALID"
	CodeParentSkipped  = "PARENT_SKIPPED"
	CodeParentFailed   = "PARENT_FAILED"
	CodeParentChanged  = "PARENT_CHANGED"
	CodeDetailsMissing = "DETAILS_MISSING" // a namesake is known by its short form alone
	CodeSuffixedName   = "NAME_SUFFIXED"   // created under a name with a suffix
)

// What the plan must know of the receiving side's fields: which hold the name, and how much they take.
const (
	displayName    = "display_name"
	itemName       = "name"
	sku            = "sku"
	firstName      = "first_name"
	lastName       = "last_name"
	email          = "email"
	maxDisplayName = 200 // characters
	maxItemName    = 100 // characters
)

// Rules are what a plan goes by.
type Rules struct {
	Incarnation string
	Customers   record.CustomerOptions
	Items       record.ItemOptions
}

// Source is one record of the CRM with all that its decision needs.
type Source struct {
	Record record.Record
	Hash   string
	Link   *record.Link
	Parent *Parent // of a contact that belongs to an account

	// Values are the mapped target fields; an empty one clears its target.
	Values record.Values
	// Defaults are sent with a creation besides, and never compared.
	Defaults record.Values
	// Problems say why the record cannot be mapped.
	Problems []string
}

// Parent is the account of a contact, and what became of it.
type Parent struct {
	Known   bool // the mirror has it
	Name    string
	Link    *record.Link
	Fresh   bool           // its customer was created by this run: nobody else has put persons there
	Outcome record.Outcome // of its newest operation
	Code    string
	Reason  string
}

// Feed is one kind of CRM records that become records of an entity.
type Feed struct {
	Module record.Module
	// Attached restricts Contacts to those with an account, or to those without; nil takes all.
	Attached *bool
}

// Entities lists what a sync in this mode fills, in the order of its steps.
func Entities(mode record.Mode) []record.Entity {
	if mode == record.ModeAccountsAndContacts {
		return record.Entities()
	}
	return []record.Entity{record.EntityCustomers, record.EntityItems}
}

// CRMModules lists the CRM modules that a sync in this mode reads.
func CRMModules(mode record.Mode) []record.Module {
	switch mode {
	case record.ModeAccounts:
		return []record.Module{record.Accounts, record.Products}
	case record.ModeContacts:
		return []record.Module{record.Contacts, record.Products}
	case record.ModeAccountsAndContacts:
	}
	return []record.Module{record.Accounts, record.Contacts, record.Products}
}

// SourcesOf lists the CRM records that feed the entity, in the order in which they are planned.
func SourcesOf(entity record.Entity, o record.CustomerOptions) []Feed {
	attached, unattached := true, false
	switch entity {
	case record.EntityItems:
		return []Feed{{Module: record.Products}}
	case record.EntityContactPersons:
		if o.Mode == record.ModeAccountsAndContacts {
			return []Feed{{Module: record.Contacts, Attached: &attached}}
		}
		return nil
	case record.EntityCustomers:
	}
	switch o.Mode {
	case record.ModeAccounts:
		return []Feed{{Module: record.Accounts}}
	case record.ModeContacts:
		return []Feed{{Module: record.Contacts}}
	case record.ModeAccountsAndContacts:
		feeds := []Feed{{Module: record.Accounts}}
		if o.Unattached {
			feeds = append(feeds, Feed{Module: record.Contacts, Attached: &unattached})
		}
		return feeds
	}
	return nil
}

// Born is the side on which the record of a finished link, creation or clone existed first.
func Born(op record.Operation) record.Side {
	if op.Action == record.ActionLink && op.Code != CodeAdopted {
		return record.Billing
	}
	return record.CRM
}
