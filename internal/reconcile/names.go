package reconcile

import (
	"strings"

	"causeway/internal/record"
)

// What the plan must know of the fields of the CRM: which hold the name, and which the SKU.
const (
	accountName = "Account_Name" // of an account its name, of a contact its account
	crmFirst    = "First_Name"
	crmLast     = "Last_Name"
	productName = "Product_Name"
	productCode = "Product_Code"
)

// nameFields are the fields of a module that hold a record's name and SKU. A person's name is not single:
// nobody refuses a second person of one name, and a suffix would be in the way.
type nameFields struct {
	name, sku string
	single    bool
}

func namesIn(module record.Module) nameFields {
	switch module {
	case record.Customers:
		return nameFields{name: displayName, single: true}
	case record.Items:
		return nameFields{name: itemName, sku: sku, single: true}
	case record.ContactPersons:
		return nameFields{name: lastName}
	case record.Accounts:
		return nameFields{name: accountName, single: true}
	case record.Products:
		return nameFields{name: productName, sku: productCode, single: true}
	case record.Contacts:
		return nameFields{name: crmLast}
	case record.Quotes, record.Invoices: // they are not matched by name
	}
	return nameFields{}
}

// TargetName is the name under which the operation's target is written.
func TargetName(op record.Operation) string {
	if op.TargetModule == record.Contacts {
		return strings.TrimSpace(op.After.Text(crmFirst) + " " + op.After.Text(crmLast))
	}
	if op.Direction() == record.ToCRM {
		return op.After.Text(namesIn(op.TargetModule).name)
	}
	return targetName(op.Entity, op.After)
}

// plainPair gives the pair with a name that a side made us suffix as the plain one, and without a say on the
// SKU that was left out with it: what we had to write is no edit of that side's, and never comes back. Once
// the other side has a new name, its SKU is open again, and is tried with that name.
func plainPair(entity record.Entity, crmID, billingID string, p Pair) Pair {
	if entity == record.EntityContactPersons {
		return p
	}
	field, most := nameField(entity), maxName(entity)
	base, crm, billing := p.Base.Text(field), p.CRM.Text(field), p.Billing.Text(field)
	if plain, ok := plainOf(base, crmID, most, crm); ok {
		p.Base, base = unsuffixed(p.Base, base, plain), plain
	} else if plain, ok := plainOf(base, billingID, most, billing); ok {
		p.Base, base = unsuffixed(p.Base, base, plain), plain
	}
	if plain, ok := plainOf(billing, crmID, most, crm, base); ok {
		p.Billing = unsuffixed(p.Billing, billing, plain)
		p.Base, p.Billing = leftOut(p.Base, p.Billing, p.CRM, plain == crm)
	}
	if plain, ok := plainOf(crm, billingID, most, billing, base); ok {
		p.CRM = unsuffixed(p.CRM, crm, plain)
		p.Base, p.CRM = leftOut(p.Base, p.CRM, p.Billing, plain == billing)
	}
	return p
}

// plainOf is the one of the plain names that the name is with the id behind it.
func plainOf(name, id string, most int, plain ...string) (string, bool) {
	if !strings.HasSuffix(name, " ("+id+")") || id == "" {
		return "", false
	}
	for _, one := range plain {
		if one != "" && name == SuffixedName(one, id, most) {
			return one, true
		}
	}
	return "", false
}

// unsuffixed has the plain name wherever the suffixed one stands, since other fields may be filled by the name.
func unsuffixed(values record.Values, name, plain string) record.Values {
	out := values.Clone()
	for field, v := range values {
		if v == name {
			out[field] = plain
		}
	}
	return out
}

// leftOut settles the SKU of a record that was made without it: as agreed on while the name is the same, else
// as never carried over.
func leftOut(base, without, with record.Values, sameName bool) (newBase, newWithout record.Values) {
	if !record.EqualValues(without[sku], nil) || record.EqualValues(with[sku], nil) {
		return base, without
	}
	newBase = base.Clone()
	if !sameName {
		newBase[sku] = nil
		return newBase, without
	}
	newWithout = without.Clone()
	newBase[sku], newWithout[sku] = with[sku], with[sku]
	return newBase, newWithout
}
