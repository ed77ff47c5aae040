package discover

import (
	"slices"
	"strings"
	"unicode"

	"causeway/internal/mapping"
	"causeway/internal/mapping/value"
	"causeway/internal/record"
)

// The well-known pairs, by the kind of record that they fill. The first source that the CRM has wins a
// target.
var (
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

	ItemPairs = []record.FieldMap{
		text("Product_Name", mapping.FieldItemName), text("Product_Code", "sku"),
		{Source: "Unit_Price", Target: mapping.FieldRate, Kind: record.KindDecimal},
		text("Usage_Unit", "unit"), text("Description", "description"),
		{Source: "Product_Active", Target: "status", Kind: record.KindActive},
	}
)

// accountTargets can be filled on a business customer besides the pairs. A person's names are not among
// them: given those, billing would make a contact person of its own.
var accountTargets = []record.FieldMap{text("", "mobile")}

func text(source, target string) record.FieldMap {
	return record.FieldMap{Source: source, Target: target, Kind: record.KindText}
}

func email(source, target string) record.FieldMap {
	return record.FieldMap{Source: source, Target: target, Kind: record.KindEmail}
}

func address(prefix, target string) []record.FieldMap {
	return []record.FieldMap{
		text(prefix+"_Street", target+".street"), text(prefix+"_City", target+".city"), text(prefix+"_State", target+".state"),
		text(prefix+"_Code", target+".zip"), text(prefix+"_Country", target+".country"),
	}
}

// Defaults finds the field maps that need no choice: the well-known pairs whose source the CRM module
// really has, custom fields that carry the very name of a target which is still free, and custom fields of
// billing whose name or label a CRM field has, too. The fields are those of the modules of both sides;
// without billing's, only its standard fields are filled. A map goes both ways where the way back is as
// clear as the way there.
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

// has looks for the field itself, of a joined one for the lookup that it is reached through. A custom field
// that only has the name of a standard one must also be of a type that fits.
func has(fields []record.Field, pair record.FieldMap) bool {
	head, _, joined := strings.Cut(pair.Source, ".")
	f, known := mapping.FindField(fields, head)
	return known && (joined || !f.Custom || fits(f, pair.Kind))
}

// namesake is the custom field whose API name or label is the target's name.
func namesake(fields []record.Field, target record.FieldMap) (record.Field, bool) {
	name := bareName(target.Target)
	for _, f := range fields {
		if f.Custom && (bareName(f.Name) == name || bareName(f.Label) == name) && fits(f, target.Kind) {
			return f, true
		}
	}
	return record.Field{}, false
}

// bareName is a name without case and punctuation: "E-Mail", "e_mail" and "Email" are one.
func bareName(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// fits says whether values of the CRM field can be carried over as that kind.
func fits(f record.Field, kind record.ValueKind) bool {
	return value.Readable(record.CRM, kind, value.ClassOf(f))
}
