package zohocrm

import "strings"

// dataType is Zoho's name for the kind of a field, as settings/fields gives it.
type dataType string

const (
	typeText      dataType = "text"
	typeTextArea  dataType = "textarea"
	typeEmail     dataType = "email"
	typePhone     dataType = "phone"
	typeWebsite   dataType = "website"
	typePicklist  dataType = "picklist"
	typeMultiPick dataType = "multiselectpicklist"
	typeInteger   dataType = "integer"
	typeBigint    dataType = "bigint"
	typeDouble    dataType = "double"
	typeCurrency  dataType = "currency"
	typePercent   dataType = "percent"
	typeBoolean   dataType = "boolean"
	typeDate      dataType = "date"
	typeDateTime  dataType = "datetime"
	typeLookup    dataType = "lookup"
	typeOwner     dataType = "ownerlookup"
	typeAuto      dataType = "autonumber" // the system counts
	typeFormula   dataType = "formula"    // shows another field's value
	typeID        dataType = "id"         // only of the column id, which is no field of settings/fields
)

// field is one field of a module: what it may hold, and what settings/fields says of it.
type field struct {
	API       string
	Label     string
	Type      dataType
	Length    int // characters of a text, digits of a number
	Decimals  int
	Mandatory bool
	ReadOnly  bool
	Custom    bool
	Unique    bool
	Section   string
	Picks     []string
	Lookup    string // the module that a lookup points into
	Formula   string // of a formula: the field whose value it shows
	ID        string
}

// jsonType is the JSON form that the field's values take on the wire.
func (f *field) jsonType() string {
	switch f.Type {
	case typeInteger:
		return "integer"
	case typeDouble, typeCurrency, typePercent:
		return "double"
	case typeBoolean:
		return "boolean"
	case typeLookup, typeOwner:
		return "jsonobject"
	case typeMultiPick:
		return "jsonarray"
	default:
		return "string"
	}
}

// isText says whether values of the field are plain strings.
func (f *field) isText() bool {
	switch f.Type {
	case typeText, typeTextArea, typeEmail, typePhone, typeWebsite, typePicklist:
		return true
	default:
		return false
	}
}

// isNumber says whether values of the field are numbers.
func (f *field) isNumber() bool {
	switch f.Type {
	case typeInteger, typeBigint, typeDouble, typeCurrency, typePercent:
		return true
	default:
		return false
	}
}

// isReference says whether values of the field name a user or another record.
func (f *field) isReference() bool { return f.Type == typeLookup || f.Type == typeOwner }

// The makers below keep the tables of standard fields readable: one line a field.

func text(api string, length int) field { return field{API: api, Type: typeText, Length: length} }
func textArea(api string) field {
	return field{API: api, Type: typeTextArea, Length: 32000, Section: "Description Information"}
}
func email(api string) field   { return field{API: api, Type: typeEmail, Length: 100} }
func phone(api string) field   { return field{API: api, Type: typePhone, Length: 30} }
func website(api string) field { return field{API: api, Type: typeWebsite, Length: 450} }
func boolean(api string) field { return field{API: api, Type: typeBoolean, Length: 5} }
func integer(api string) field { return field{API: api, Type: typeInteger, Length: 9} }
func date(api string) field    { return field{API: api, Type: typeDate, Length: 20} }
func picklist(api string, picks ...string) field {
	return field{API: api, Type: typePicklist, Length: 120, Picks: picks}
}
func money(api string) field {
	return field{API: api, Type: typeCurrency, Length: 16, Decimals: 2}
}
func decimal(api string, decimals int) field {
	return field{API: api, Type: typeDouble, Length: 16, Decimals: decimals}
}
func lookup(api, module string) field {
	return field{API: api, Type: typeLookup, Length: 120, Lookup: module}
}
func mandatory(f field) field { f.Mandatory = true; return f }
func readOnly(f field) field  { f.ReadOnly = true; return f }
func labelled(label string, f field) field {
	f.Label = label
	return f
}

// address makes the fields of one postal address, whose API names share a prefix.
func address(prefix string) []field {
	parts := []field{text(prefix+"_Street", 250), text(prefix+"_City", 100), text(prefix+"_State", 100),
		text(prefix+"_Code", 30), text(prefix+"_Country", 100)}
	if prefix == "Mailing" || prefix == "Other" {
		parts[3] = labelled(prefix+" Zip", text(prefix+"_Zip", 30))
	}
	for i := range parts {
		parts[i].Section = "Address Information"
	}
	return parts
}

// systemFields end every module's list: they are kept in columns of their own, not among the values.
func systemFields() []field {
	return []field{
		{API: "Owner", Type: typeOwner, Length: 120},
		{API: "Created_By", Type: typeOwner, Length: 120, ReadOnly: true},
		{API: "Created_Time", Type: typeDateTime, Length: 120, ReadOnly: true},
		{API: "Modified_By", Type: typeOwner, Length: 120, ReadOnly: true},
		{API: "Modified_Time", Type: typeDateTime, Length: 120, ReadOnly: true},
		{API: "Last_Activity_Time", Type: typeDateTime, Length: 120, ReadOnly: true},
		{API: "Tag", Type: typeText, Length: 2000, ReadOnly: true},
	}
}

// currencyFields exist where the organisation has more than one currency.
func currencyFields(codes []string) []field {
	return []field{picklist("Currency", codes...), decimal("Exchange_Rate", 9)}
}

// labelOf makes a label of an API name where none is given: "Billing_City" is shown as "Billing City".
func labelOf(f *field) string {
	if f.Label != "" {
		return f.Label
	}
	return strings.ReplaceAll(f.API, "_", " ")
}
