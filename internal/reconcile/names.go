package reconcile

import (
	"strings"
	"unicode"

	"causeway/internal/record"
)

// The CRM fields that hold names and SKUs. The plan needs no others.
const (
	accountName = "Account_Name" // an account's name; in a contact, its account
	crmFirst    = "First_Name"
	crmLast     = "Last_Name"
	productName = "Product_Name"
	productCode = "Product_Code"
)

// nameFields are the fields of a module that hold a record's name and SKU. Persons are not single: no side refuses
// a second person of one name, so a suffix is never needed.
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

// TargetName returns the name that the operation's target gets.
func TargetName(op record.Operation) string {
	if op.TargetModule == record.Contacts {
		return strings.TrimSpace(op.After.Text(crmFirst) + " " + op.After.Text(crmLast))
	}
	if op.Direction() == record.ToCRM {
		return op.After.Text(namesIn(op.TargetModule).name)
	}
	return targetName(op.Entity, op.After)
}

// plainPair returns the pair with the plain name wherever a side made us add a suffix, and with the SKU settled
// that was left out with it. What we had to write is not an edit of that side and must never be sent back. Once the
// other side has a new name, its SKU is tried again with that name.
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
		p.Base, p.Billing = settleSKU(p.Base, p.Billing, p.CRM, plain == crm)
	}
	if plain, ok := plainOf(crm, billingID, most, billing, base); ok {
		p.CRM = unsuffixed(p.CRM, crm, plain)
		p.Base, p.CRM = settleSKU(p.Base, p.CRM, p.Billing, plain == billing)
	}
	return p
}

// plainOf returns which of the plain names, with the id as its suffix, makes the name.
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

// unsuffixed replaces the suffixed name by the plain one in every field, since the map may fill other fields with
// the name.
func unsuffixed(values record.Values, name, plain string) record.Values {
	out := values.Clone()
	for field, v := range values {
		if v == name {
			out[field] = plain
		}
	}
	return out
}

// settleSKU settles the SKU of a record that was created without it: as agreed while the name is the same,
// otherwise as never sent.
func settleSKU(base, without, with record.Values, sameName bool) (newBase, newWithout record.Values) {
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

func nameKeyOf(c record.Record) string {
	if c.Module == record.ContactPersons {
		if name := personName(c.Values); name != "" {
			return record.NameKey(name)
		}
	}
	return record.NameKey(c.Name)
}

// emailKey returns the form in which e-mail addresses are compared; case does not count.
func emailKey(person record.Record) string {
	if person.Email != "" {
		return record.NameKey(person.Email)
	}
	return record.NameKey(person.Values.Text(email))
}

// SuffixedName returns the name followed by the source's id. The name is cut so that both fit into maxLen
// characters.
func SuffixedName(name, sourceID string, maxLen int) string {
	suffix := []rune(" (" + sourceID + ")")
	runes := []rune(name)
	if room := max(maxLen-len(suffix), 0); len(runes) > room {
		// Never cut between a letter and its accent: that would make another letter.
		for room > 0 && joins(runes[room]) {
			room--
		}
		runes = runes[:room]
	}
	return strings.TrimSpace(string(runes)) + string(suffix)
}

func joins(r rune) bool { return unicode.Is(unicode.M, r) || r == '\u200d' }

func maxName(entity record.Entity) int {
	if entity == record.EntityItems {
		return maxItemName
	}
	return maxDisplayName
}

// isSuffixed reports whether a target holds the name that WithSuffix gave it.
func isSuffixed(entity record.Entity, module record.Module, sourceID string, have, want record.Values) bool {
	names := namesIn(module)
	name := want.Text(names.name)
	return names.single && name != "" && have.Text(names.name) == SuffixedName(name, sourceID, maxName(entity))
}

func nameField(entity record.Entity) string {
	if entity == record.EntityItems {
		return itemName
	}
	return displayName
}

// targetName returns the name that the target gets.
func targetName(entity record.Entity, values record.Values) string {
	if entity == record.EntityContactPersons {
		return personName(values)
	}
	return values.Text(nameField(entity))
}

func personName(values record.Values) string {
	return strings.TrimSpace(values.Text(firstName) + " " + values.Text(lastName))
}
