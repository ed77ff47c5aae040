package metadata

import (
	"fmt"
	"strconv"
	"strings"
)

// MarkerField is the text field in which a connection marks the records that it created.
const MarkerField = "Causeway_ID"

// Module is one kind of record. A further module is one more entry of the table below.
type Module struct {
	API, Singular, Plural string
	// NameField must be given by every new record, and by every CSV.
	NameField string
	// CheckField is the system's own duplicate check field of an upsert.
	CheckField string
	// Label makes a record's display name: what a lookup shows.
	Label func(values map[string]any) string

	fields []Field
	Number int
}

// Modules in the order in which settings/modules lists them and CSV files are read: a lookup's target first.
var Modules = numbered([]*Module{
	{API: "Accounts", Singular: "Account", Plural: "Accounts", NameField: "Account_Name",
		CheckField: "Account_Name", Label: labelFrom("Account_Name"), fields: accountFields()},
	{API: "Contacts", Singular: "Contact", Plural: "Contacts", NameField: "Last_Name",
		CheckField: "Email", Label: fullName, fields: contactFields()},
	{API: "Products", Singular: "Product", Plural: "Products", NameField: "Product_Name",
		CheckField: "Product_Name", Label: labelFrom("Product_Name"), fields: productFields()},
})

// Ids of metadata are fixed, so that they stay the same from one start to the next.
const (
	IdBase         = 5820000000000000
	idModules      = IdBase + 2000
	idFields       = IdBase + 10000 // a thousand for each module
	IdCustomFields = IdBase + 50000
	IdViews        = IdBase + 60000 // a thousand for each module
	IdLayouts      = IdBase + 70000
	IdProfiles     = IdBase + 80000
	idUsers        = IdBase + 90000
	idPicks        = IdBase + 95000
	IdFirstRecord  = IdBase + 1000000
)

func FormatID(n int64) string { return strconv.FormatInt(n, 10) }

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

// ModuleNamed finds a module by its API name; Zoho does not look at case in a path.
func ModuleNamed(api string) *Module {
	for _, m := range Modules {
		if strings.EqualFold(m.API, api) {
			return m
		}
	}
	return nil
}

func (m *Module) Id() string { return FormatID(int64(idModules + m.Number)) }

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

func UnknownModule(api string) error {
	names := make([]string, len(Modules))
	for i, m := range Modules {
		names[i] = m.API
	}
	return fmt.Errorf("module %q is unknown; there are %s", api, strings.Join(names, ", "))
}

func (m *Module) FieldID(api string) string {
	for i := range m.fields {
		if m.fields[i].API == api {
			return m.fields[i].ID
		}
	}
	return ""
}

// Keyed says whether the field's values are kept for look-ups: duplicate checks, unique fields, lookups.
func (m *Module) Keyed(f *Field) bool {
	return f.API == m.CheckField || f.Unique || f.API == MarkerField || f.Type == TypeLookup
}
