package custom

import (
	"encoding/json"

	"causeway/internal/sandbox/zohocrm/metadata"
	"causeway/internal/sandbox/zohocrm/query"
)

// View is a saved filter of a module's records.
type View struct {
	Name     string          `json:"name"`
	Criteria *query.Criteria `json:"criteria"` // nil: every record
	Fields   []string        `json:"fields"`
}

// SavedView is a View that has an id.
type SavedView struct {
	View
	ID     string
	System string // the system's name of it; empty for a view that people made
	Mine   bool   // it shows the caller's own records only
}

// StandardViews returns the views that every organisation has.
func StandardViews(m *metadata.Module) []*SavedView {
	id := func(n int) string { return metadata.FormatID(int64(metadata.IDViews + m.Number*1000 + n)) }
	own := func(n int, name string, c query.Criteria) *SavedView {
		return &SavedView{View: View{Name: name, Criteria: &c}, ID: id(n)}
	}
	views := []*SavedView{
		{View: View{Name: "All " + m.Plural}, ID: id(1), System: "ALLVIEWS"},
		{View: View{Name: "My " + m.Plural}, ID: id(2), System: "MYVIEWS", Mine: true},
	}
	is := func(field, comparator string, value any) query.Criteria {
		return query.Criteria{Field: field, Comparator: comparator, Value: value}
	}
	switch m.API {
	case "Accounts":
		return append(views,
			own(3, "Customers", is("Account_Type", "equal", "Customer")),
			own(4, "German or French Accounts", is("Billing_Country", "in", []any{"Germany", "France", "Deutschland"})),
			own(5, "Accounts with Phone and Website", query.Criteria{GroupOperator: "and",
				Group: []query.Criteria{is("Phone", "not_equal", "${EMPTY}"), is("Website", "not_equal", "${EMPTY}")}}))
	case "Contacts":
		return append(views,
			own(3, "Contacts with Email", is("Email", "not_equal", "${EMPTY}")),
			own(4, "Contacts without Account", is("Account_Name", "equal", "${EMPTY}")))
	default:
		return append(views,
			own(3, "Active Products", is("Product_Active", "equal", true)),
			own(4, "Products over 100", is("Unit_Price", "greater_than", json.Number("100"))))
	}
}

func addedView(number int64, definition []byte) (*SavedView, error) {
	v := &SavedView{ID: metadata.FormatID(metadata.IDViews + 100_000 + number)}
	return v, json.Unmarshal(definition, &v.View)
}
