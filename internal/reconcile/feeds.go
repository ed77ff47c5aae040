package reconcile

import "causeway/internal/record"

// Feed selects records of the sending side that become records of one entity.
type Feed struct {
	Module record.Module
	// Attached restricts Contacts to those with an account (true) or without one (false). Nil takes all.
	Attached *bool
}

// Step is one entity in one direction.
type Step struct {
	Entity    record.Entity
	Direction record.Direction
}

// Steps lists what a sync does, in order. The CRM's customers and billing's items go first: where both sides have a
// record of one name, the first to be synced finds the other. A customer goes before its contact persons, which
// need its id.
func Steps(p record.Preferences) []Step {
	customers := []record.Entity{record.EntityCustomers}
	if p.Customers.Mode == record.ModeAccountsAndContacts {
		customers = append(customers, record.EntityContactPersons)
	}
	steps := stepsOf(customers, record.ToBilling)
	if p.Customers.Extent == record.Both {
		steps = append(steps, stepsOf(customers, record.ToCRM)...)
		// Some billing fields depend on fields that just went to the CRM. They follow in the same run.
		steps = append(steps, Step{record.EntityCustomers, record.ToBilling})
	}
	if p.Items.Extent == record.Both {
		steps = append(steps, Step{record.EntityItems, record.ToCRM})
	}
	return append(steps, Step{record.EntityItems, record.ToBilling})
}

func stepsOf(entities []record.Entity, to record.Direction) []Step {
	out := make([]Step, 0, len(entities))
	for _, e := range entities {
		out = append(out, Step{e, to})
	}
	return out
}

// Entities lists the entities that a sync in this mode fills, in the order of its steps.
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

// Strays lists the CRM records that no longer feed the entity but may still be linked as one of it: contacts that
// lost their account, where such contacts are left out. Plan only those with a link.
func Strays(entity record.Entity, o record.CustomerOptions) []Feed {
	if entity != record.EntityContactPersons || o.Mode != record.ModeAccountsAndContacts || o.Unattached {
		return nil
	}
	unattached := false
	return []Feed{{Module: record.Contacts, Attached: &unattached}}
}

// BillingFeeds lists the billing records that feed the entity in the CRM's direction.
func BillingFeeds(entity record.Entity, o record.CustomerOptions) []Feed {
	if entity == record.EntityContactPersons && o.Mode != record.ModeAccountsAndContacts {
		return nil
	}
	return []Feed{{Module: entity.Module()}}
}
