package discover

import (
	"slices"
	"strings"

	"causeway/internal/mapping"
	"causeway/internal/record"
)

// The well-known pairs of fields, by the kind of record that they fill. If several sources fill one target, the first
// that the CRM has is used.
var (
	// AccountPairs fill business customers from accounts.
	AccountPairs = slices.Concat([]record.FieldMap{
		text("Account_Name", mapping.FieldDisplayName), text("Account_Name", "company_name"), email("Email", "email"),
		text("Phone", "phone"), text("Website", "website"), text("Currency", "currency_code"), text("Description", "notes"),
	}, address("Billing", "billing_address"), []record.FieldMap{text("Fax", "billing_address.fax")}, address("Shipping", "shipping_address"))

	contactPairs = slices.Concat([]record.FieldMap{
		text("Full_Name", mapping.FieldDisplayName), text("Salutation", "salutation"), text("First_Name", "first_name"), text("Last_Name", mapping.FieldLastName),
		email("Email", "email"), text("Phone", "phone"), text("Mobile", "mobile"), text("Title", "designation"),
		text("Department", "department"), text("Account_Name.Account_Name", "company_name"),
		text("Currency", "currency_code"), text("Description", "notes"),
	}, address("Mailing", "billing_address"), address("Other", "shipping_address"))

	personPairs = []record.FieldMap{
		text("First_Name", "first_name"), text("Last_Name", mapping.FieldLastName), email("Email", "email"),
		text("Phone", "phone"), text("Mobile", "mobile"), text("Fax", "fax"),
	}

	// ItemPairs fill items from products.
	ItemPairs = []record.FieldMap{
		text("Product_Name", mapping.FieldItemName), text("Product_Code", "sku"),
		{Source: "Unit_Price", Target: mapping.FieldRate, Kind: record.KindDecimal},
		text("Usage_Unit", "unit"), text("Description", "description"),
		{Source: "Product_Active", Target: "status", Kind: record.KindActive},
	}
)

// accountTargets are further fields of a business customer. The names of a person are not among them: if they were
// set, billing would create a contact person by itself.
var accountTargets = []record.FieldMap{text("", "mobile")}

// Defaults returns the field maps that need no decision: the well-known pairs whose source exists in the CRM, custom
// fields named like a billing field that nothing else fills, and custom fields of billing that are named or labelled
// like a CRM field. fields are the fields of the modules of both sides. Without those of billing only its standard
// fields are filled. A map goes both ways if its way back is unambiguous.
func Defaults(fields map[record.Module][]record.Field) mapping.Maps {
	customers, items := fields[record.Customers], fields[record.Items]
	return mapping.Maps{
		Account: defaults(fields[record.Accounts], customers, AccountPairs, accountTargets),
		Contact: defaults(fields[record.Contacts], customers, contactPairs, nil),
		Person:  defaults(fields[record.Contacts], fields[record.ContactPersons], personPairs, nil),
		Item:    withProductType(fields[record.Products], defaults(fields[record.Products], items, ItemPairs, nil)),
	}
}

func defaults(crm, billing []record.Field, pairs, more []record.FieldMap) []record.FieldMap {
	var out []record.FieldMap
	taken := map[string]bool{}
	for _, pair := range pairs {
		if !taken[pair.Target] && has(crm, pair) {
			out = append(out, pair)
			taken[pair.Target] = true
		}
	}
	for _, target := range slices.Concat(pairs, more) {
		if taken[target.Target] {
			continue
		}
		if f, ok := namesake(crm, target); ok {
			out = append(out, record.FieldMap{Source: f.Name, Target: target.Target, Kind: target.Kind})
			taken[target.Target] = true
		}
	}
	if len(crm) > 0 {
		out = append(out, customPairs(crm, billing, out)...)
	}
	return directed(out, crm, billing)
}

// has reports whether the CRM has the source of a pair. For a joined field it looks for the lookup. A custom field with
// the name of a standard field must also have a fitting type.
func has(fields []record.Field, pair record.FieldMap) bool {
	head, _, joined := strings.Cut(pair.Source, ".")
	f, known := mapping.FindField(fields, head)
	return known && (joined || !f.Custom || fits(f, pair.Kind))
}

// namesake returns the custom field whose API name or label equals the target's name.
func namesake(fields []record.Field, target record.FieldMap) (record.Field, bool) {
	name := bareName(target.Target)
	for _, f := range fields {
		if f.Custom && (bareName(f.Name) == name || bareName(f.Label) == name) && fits(f, target.Kind) {
			return f, true
		}
	}
	return record.Field{}, false
}
