package metadata

import "strings"

// DataType is Zoho's name for the kind of a field, as settings/fields gives it.
type DataType string

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
	TypeAuto      DataType = "autonumber" // the system counts
	TypeFormula   DataType = "formula"    // shows another field's value
	TypeID        DataType = "id"         // only of the column id, which is no field of settings/fields
)

// Field is one field of a module: what it may hold, and what settings/fields says of it.
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
	Lookup    string // the module that a lookup points into
	Formula   string // of a formula: the field whose value it shows
	ID        string
}

// JsonType is the JSON form that the field's values take on the wire.
func (f *Field) JsonType() string {
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

// IsText says whether values of the field are plain strings.
func (f *Field) IsText() bool {
	switch f.Type {
	case TypeText, TypeTextArea, TypeEmail, TypePhone, TypeWebsite, TypePicklist:
		return true
	default:
		return false
	}
}

// IsNumber says whether values of the field are numbers.
func (f *Field) IsNumber() bool {
	switch f.Type {
	case TypeInteger, TypeBigint, TypeDouble, TypeCurrency, TypePercent:
		return true
	default:
		return false
	}
}

// IsReference says whether values of the field name a user or another record.
func (f *Field) IsReference() bool { return f.Type == TypeLookup || f.Type == TypeOwner }

// The makers below keep the tables of standard fields readable: one line a field.

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

// address makes the fields of one postal address, whose API names share a prefix.
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

// systemFields end every module's list: they are kept in columns of their own, not among the values.
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

// currencyFields exist where the organisation has more than one currency.
func currencyFields(codes []string) []Field {
	return []Field{picklist("Currency", codes...), decimal("Exchange_Rate", 9)}
}

// LabelOf makes a label of an API name where none is given: "Billing_City" is shown as "Billing City".
func LabelOf(f *Field) string {
	if f.Label != "" {
		return f.Label
	}
	return strings.ReplaceAll(f.API, "_", " ")
}
