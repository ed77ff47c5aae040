package zohocrm

import (
	"strconv"
	"strings"
)

// markerField is the text field in which a connection marks the records that it created.
const markerField = "Causeway_ID"

// module is one kind of record. A further module is one more entry of the table below.
type module struct {
	API, Singular, Plural string
	// NameField must be given by every new record, and by every CSV.
	NameField string
	// CheckField is the system's own duplicate check field of an upsert.
	CheckField string
	// Label makes a record's display name: what a lookup shows.
	Label func(values map[string]any) string

	fields []field
	number int
}

// modules in the order in which settings/modules lists them and CSV files are read: a lookup's target first.
var modules = numbered([]*module{
	{API: "Accounts", Singular: "Account", Plural: "Accounts", NameField: "Account_Name",
		CheckField: "Account_Name", Label: labelFrom("Account_Name"), fields: accountFields()},
	{API: "Contacts", Singular: "Contact", Plural: "Contacts", NameField: "Last_Name",
		CheckField: "Email", Label: fullName, fields: contactFields()},
	{API: "Products", Singular: "Product", Plural: "Products", NameField: "Product_Name",
		CheckField: "Product_Name", Label: labelFrom("Product_Name"), fields: productFields()},
})

// Ids of metadata are fixed, so that they stay the same from one start to the next.
const (
	idBase         = 5820000000000000
	idModules      = idBase + 2000
	idFields       = idBase + 10000 // a thousand for each module
	idCustomFields = idBase + 50000
	idViews        = idBase + 60000 // a thousand for each module
	idLayouts      = idBase + 70000
	idProfiles     = idBase + 80000
	idUsers        = idBase + 90000
	idPicks        = idBase + 95000
	idFirstRecord  = idBase + 1000000
)

func digits(n int64) string { return strconv.FormatInt(n, 10) }

func numbered(all []*module) []*module {
	for i, m := range all {
		m.number = i + 1
		m.fields = append(m.fields, systemFields()...)
		for j := range m.fields {
			m.fields[j].ID = digits(int64(idFields + m.number*1000 + j))
		}
	}
	return all
}

// moduleNamed finds a module by its API name; Zoho does not look at case in a path.
func moduleNamed(api string) *module {
	for _, m := range modules {
		if strings.EqualFold(m.API, api) {
			return m
		}
	}
	return nil
}

func (m *module) id() string { return digits(int64(idModules + m.number)) }

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
