package zoho

import (
	"context"
	"maps"
	"slices"

	"causeway/internal/record"
)

// standardFields are the fields that Zoho Billing's API definitions list for requests, and customer_sub_type from those of
// Zoho Books' contacts, in the order of the forms. Types have the platform's names for types of custom fields. Lengths are
// those of the definitions or the forms. Counters and times are left out: they change without an edit.
var standardFields = map[record.Module][]record.Field{
	record.Customers: slices.Concat([]record.Field{
		readOnly("customer_id", "Customer ID", "text"),
		required(field("display_name", "Display Name", "text", 200)),
		choice("customer_sub_type", "Customer Type", "business", "individual"),
		field("company_name", "Company Name", "text", 200),
		field("salutation", "Salutation", "text", 25),
		field("first_name", "First Name", "text", 100), field("last_name", "Last Name", "text", 100),
		field("email", "Email", "email", 100),
		field("phone", "Phone", "phone", 50), field("mobile", "Mobile", "phone", 50),
		field("website", "Website", "url", 255),
		field("department", "Department", "text", 100), field("designation", "Designation", "text", 100),
		field("currency_code", "Currency", "text", 3),
		field("notes", "Remarks", "multiline", 3000),
		field("payment_terms", "Payment Terms (days)", "integer", 0), field("payment_terms_label", "Payment Terms", "text", 100),
		field("is_portal_enabled", "Portal Enabled", "check_box", 0),
		field("twitter", "Twitter", "text", 100), field("facebook", "Facebook", "text", 100), field("skype", "Skype", "text", 50),
		choice("status", "Status", "active", "inactive"),
	}, address("billing_address", "Billing Address"), address("shipping_address", "Shipping Address"), []record.Field{
		readOnly("currency_symbol", "Currency Symbol", "text"),
		readOnly("primary_contactperson_id", "Primary Contact Person ID", "text"),
		readOnly("zcrm_account_id", "Zoho CRM Account ID", "text"), readOnly("zcrm_contact_id", "Zoho CRM Contact ID", "text"),
		readOnly("is_linked_with_zohocrm", "Linked with Zoho CRM", "check_box"),
		readOnly("source", "Source", "text"),
	}),
	record.ContactPersons: {
		readOnly("contactperson_id", "Contact Person ID", "text"), readOnly("customer_id", "Customer ID", "text"),
		field("salutation", "Salutation", "text", 25),
		field("first_name", "First Name", "text", 100), field("last_name", "Last Name", "text", 100),
		field("email", "Email", "email", 100),
		field("phone", "Phone", "phone", 50), field("mobile", "Mobile", "phone", 50), field("fax", "Fax", "phone", 50),
	},
	record.Items: {
		readOnly("item_id", "Item ID", "text"),
		required(field("name", "Name", "text", 100)),
		required(field("rate", "Rate", "decimal", 0)),
		field("sku", "SKU", "text", 100),
		field("description", "Description", "multiline", 2000),
		field("unit", "Unit", "text", 100),
		choice("product_type", "Product Type", "goods", "service", "digital_service"),
		field("tax_id", "Tax ID", "text", 50), field("is_taxable", "Taxable", "check_box", 0),
		field("hsn_or_sac", "HSN or SAC", "text", 50),
		choice("status", "Status", "active", "inactive"),
		readOnly("tax_name", "Tax Name", "text"), readOnly("tax_percentage", "Tax Percentage", "text"), readOnly("tax_type", "Tax Type", "text"),
	},
}

func field(name, label, kind string, length int) record.Field {
	return record.Field{Name: name, Label: label, Type: kind, Length: length}
}

func required(f record.Field) record.Field {
	f.Required = true
	return f
}

func readOnly(name, label, kind string) record.Field {
	return record.Field{Name: name, Label: label, Type: kind, ReadOnly: true}
}

func choice(name, label string, options ...string) record.Field {
	return record.Field{Name: name, Label: label, Type: "dropdown", Options: options}
}

func address(name, label string) []record.Field {
	return []record.Field{
		field(name+".attention", label+": Attention", "text", 100), field(name+".street", label+": Street", "multiline", 500),
		field(name+".city", label+": City", "text", 100), field(name+".state", label+": State", "text", 100),
		field(name+".zip", label+": Zip", "text", 50), field(name+".country", label+": Country", "text", 100),
		field(name+".state_code", label+": State Code", "text", 100), field(name+".fax", label+": Fax", "phone", 50),
	}
}

// Fields implements billing.Port. The standard fields come from a table, since no call lists them. The custom fields come
// from up to ten whole records, or from a page of items. A field that has a value in none of them is not found.
func (c *Client) Fields(ctx context.Context, module record.Module) ([]record.Field, error) {
	if _, err := c.shapeOf("list fields of "+string(module), module); err != nil {
		return nil, err
	}
	out := slices.Clone(standardFields[module])
	for i := range out {
		out[i].Options = slices.Clone(out[i].Options)
	}
	if module == record.ContactPersons {
		return out, nil // they have no custom fields
	}
	if err := c.sample(ctx, module, func() bool { return false }); err != nil {
		return nil, err
	}
	known := c.book.all(module)
	for _, key := range slices.Sorted(maps.Keys(known)) {
		f := known[key]
		label := f.label
		if label == "" {
			label = key
		}
		out = append(out, record.Field{Name: key, Label: label, Type: f.dataType, Custom: true})
	}
	return out, nil
}
