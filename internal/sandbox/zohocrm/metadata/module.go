package metadata

import (
	"fmt"
	"strings"
)

// MarkerField is the text field in which Causeway marks the records that it creates.
const MarkerField = "Causeway_ID"

// Module is one kind of record. To add a module, add an entry to Modules.
type Module struct {
	API, Singular, Plural string
	// NameField is the field that every new record and every CSV file must have.
	NameField string
	// CheckField is the field by which an upsert finds a record when the call names no field.
	CheckField string
	// Label returns a record's display name, which lookups show.
	Label func(values map[string]any) string

	fields []Field
	Number int
}

// Modules are listed and imported in this order. A module that lookups point at stands before theirs.
var Modules = numbered([]*Module{
	{API: "Accounts", Singular: "Account", Plural: "Accounts", NameField: "Account_Name",
		CheckField: "Account_Name", Label: labelFrom("Account_Name"), fields: accountFields()},
	{API: "Contacts", Singular: "Contact", Plural: "Contacts", NameField: "Last_Name",
		CheckField: "Email", Label: fullName, fields: contactFields()},
	{API: "Products", Singular: "Product", Plural: "Products", NameField: "Product_Name",
		CheckField: "Product_Name", Label: labelFrom("Product_Name"), fields: productFields()},
})

// The ids of metadata start here. They are fixed, so that a restart does not change them.
const (
	IDBase         = 5820000000000000
	idModules      = IDBase + 2000
	idFields       = IDBase + 10000 // a thousand for each module
	IDCustomFields = IDBase + 50000
	IDViews        = IDBase + 60000 // a thousand for each module
	IDLayouts      = IDBase + 70000
	IDProfiles     = IDBase + 80000
	idUsers        = IDBase + 90000
	idPicks        = IDBase + 95000
	IDFirstRecord  = IDBase + 1000000
)

func numbered(all []*Module) []*Module {
	for i, m := range all {
		m.Number = i + 1
		m.fields = append(m.fields, systemFields()...)
		for j := range m.fields {
			m.fields[j].ID = FormatID(int64(idFields + m.Number*1000 + j))
		}
	}
	return all
}

// ModuleNamed returns the module of an API name, in any case, and nil if there is none.
func ModuleNamed(api string) *Module {
	for _, m := range Modules {
		if strings.EqualFold(m.API, api) {
			return m
		}
	}
	return nil
}

// ID returns the module's own id.
func (m *Module) ID() string { return FormatID(int64(idModules + m.Number)) }

func labelFrom(api string) func(map[string]any) string {
	return func(values map[string]any) string {
		s, _ := values[api].(string)
		return s
	}
}

func fullName(values map[string]any) string {
	first, _ := values["First_Name"].(string)
	last, _ := values["Last_Name"].(string)
	return strings.TrimSpace(first + " " + last)
}

// UnknownModule is the error for a module that does not exist. It lists those that do.
func UnknownModule(api string) error {
	names := make([]string, len(Modules))
	for i, m := range Modules {
		names[i] = m.API
	}
	return fmt.Errorf("module %q is unknown; there are %s", api, strings.Join(names, ", "))
}

// FieldID returns the id of a standard field, and "" if the module has none of that name.
func (m *Module) FieldID(api string) string {
	for i := range m.fields {
		if m.fields[i].API == api {
			return m.fields[i].ID
		}
	}
	return ""
}

// Keyed reports whether records can be found by the field's values: it is a duplicate check field, unique, or a lookup.
func (m *Module) Keyed(f *Field) bool {
	return f.API == m.CheckField || f.Unique || f.API == MarkerField || f.Type == TypeLookup
}
