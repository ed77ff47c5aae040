package metadata

import "strings"

// DataType is Zoho's name for the type of a field, as settings/fields shows it.
type DataType string

// The types of fields.
const (
	TypeText      DataType = "text"
	TypeTextArea  DataType = "textarea"
	TypeEmail     DataType = "email"
	TypePhone     DataType = "phone"
	TypeWebsite   DataType = "website"
	TypePicklist  DataType = "picklist"
	TypeMultiPick DataType = "multiselectpicklist"
	TypeInteger   DataType = "integer"
	TypeBigint    DataType = "bigint"
	TypeDouble    DataType = "double"
	TypeCurrency  DataType = "currency"
	TypePercent   DataType = "percent"
	TypeBoolean   DataType = "boolean"
	TypeDate      DataType = "date"
	TypeDateTime  DataType = "datetime"
	TypeLookup    DataType = "lookup"
	TypeOwner     DataType = "ownerlookup"
	TypeAuto      DataType = "autonumber" // the system counts up
	TypeFormula   DataType = "formula"    // shows another field's value
	TypeID        DataType = "id"         // of the column id only; settings/fields does not list it
)

// Field is one field of a module: what it may hold, and what settings/fields shows of it.
type Field struct {
	API       string
	Label     string
	Type      DataType
	Length    int // characters of a text, digits of a number
	Decimals  int
	Mandatory bool
	ReadOnly  bool
	Custom    bool
	Unique    bool
	Section   string
	Picks     []string
	Lookup    string // of a lookup: the module of the records that it points at
	Formula   string // of a formula: the field whose value it shows
	ID        string
}

// JSONType returns the JSON type that the field's values have in requests and replies.
func (f *Field) JSONType() string {
	switch f.Type {
	case TypeInteger:
		return "integer"
	case TypeDouble, TypeCurrency, TypePercent:
		return "double"
	case TypeBoolean:
		return "boolean"
	case TypeLookup, TypeOwner:
		return "jsonobject"
	case TypeMultiPick:
		return "jsonarray"
	default:
		return "string"
	}
}

// IsText reports whether the field's values are plain strings.
func (f *Field) IsText() bool {
	switch f.Type {
	case TypeText, TypeTextArea, TypeEmail, TypePhone, TypeWebsite, TypePicklist:
		return true
	default:
		return false
	}
}

// IsNumber reports whether the field's values are numbers.
func (f *Field) IsNumber() bool {
	switch f.Type {
	case TypeInteger, TypeBigint, TypeDouble, TypeCurrency, TypePercent:
		return true
	default:
		return false
	}
}

// IsReference reports whether the field's values are ids of users or of other records.
func (f *Field) IsReference() bool { return f.Type == TypeLookup || f.Type == TypeOwner }

// The functions below make fields. They keep the tables of standard fields readable: one line a field.

func text(api string, length int) Field { return Field{API: api, Type: TypeText, Length: length} }
func textArea(api string) Field {
	return Field{API: api, Type: TypeTextArea, Length: 32000, Section: "Description Information"}
}
func email(api string) Field   { return Field{API: api, Type: TypeEmail, Length: 100} }
func phone(api string) Field   { return Field{API: api, Type: TypePhone, Length: 30} }
func website(api string) Field { return Field{API: api, Type: TypeWebsite, Length: 450} }
func boolean(api string) Field { return Field{API: api, Type: TypeBoolean, Length: 5} }
func integer(api string) Field { return Field{API: api, Type: TypeInteger, Length: 9} }
func date(api string) Field    { return Field{API: api, Type: TypeDate, Length: 20} }
func picklist(api string, picks ...string) Field {
	return Field{API: api, Type: TypePicklist, Length: 120, Picks: picks}
}
func money(api string) Field {
	return Field{API: api, Type: TypeCurrency, Length: 16, Decimals: 2}
}
func decimal(api string, decimals int) Field {
	return Field{API: api, Type: TypeDouble, Length: 16, Decimals: decimals}
}
func lookup(api, module string) Field {
	return Field{API: api, Type: TypeLookup, Length: 120, Lookup: module}
}
func mandatory(f Field) Field { f.Mandatory = true; return f }
func readOnly(f Field) Field  { f.ReadOnly = true; return f }
func labelled(label string, f Field) Field {
	f.Label = label
	return f
}

// address returns the fields of one postal address. Their API names start with the prefix.
func address(prefix string) []Field {
	parts := []Field{text(prefix+"_Street", 250), text(prefix+"_City", 100), text(prefix+"_State", 100),
		text(prefix+"_Code", 30), text(prefix+"_Country", 100)}
	if prefix == "Mailing" || prefix == "Other" {
		parts[3] = labelled(prefix+" Zip", text(prefix+"_Zip", 30))
	}
	for i := range parts {
		parts[i].Section = "Address Information"
	}
	return parts
}

// systemFields returns the last fields of every module. A record keeps them beside its values, in columns of their own.
func systemFields() []Field {
	return []Field{
		{API: "Owner", Type: TypeOwner, Length: 120},
		{API: "Created_By", Type: TypeOwner, Length: 120, ReadOnly: true},
		{API: "Created_Time", Type: TypeDateTime, Length: 120, ReadOnly: true},
		{API: "Modified_By", Type: TypeOwner, Length: 120, ReadOnly: true},
		{API: "Modified_Time", Type: TypeDateTime, Length: 120, ReadOnly: true},
		{API: "Last_Activity_Time", Type: TypeDateTime, Length: 120, ReadOnly: true},
		{API: "Tag", Type: TypeText, Length: 2000, ReadOnly: true},
	}
}

// currencyFields returns the fields that a module has when the organisation has several currencies.
func currencyFields(codes []string) []Field {
	return []Field{picklist("Currency", codes...), decimal("Exchange_Rate", 9)}
}

// LabelOf returns the field's label. A field without one is shown by its API name: "Billing_City" as "Billing City".
func LabelOf(f *Field) string {
	if f.Label != "" {
		return f.Label
	}
	return strings.ReplaceAll(f.API, "_", " ")
}
