package zohocrm

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"causeway/internal/sandbox/platform"
)

// Criteria is a view's condition, in the form that custom_views gives it: a group of two or more, or one comparison.
type Criteria struct {
	GroupOperator string     `json:"group_operator,omitempty"` // and | or
	Group         []Criteria `json:"group,omitempty"`
	Field         string     `json:"field,omitempty"` // API name
	Comparator    string     `json:"comparator,omitempty"`
	Value         any        `json:"value,omitempty"` // a string, number or boolean, or a list of them
}

// View is a saved filter of a module's records.
type View struct {
	Name     string    `json:"name"`
	Criteria *Criteria `json:"criteria"` // nil: every record
	Fields   []string  `json:"fields"`
}

// view is a View that has an id.
type view struct {
	View
	id     string
	system string // the system's own name for it, empty for views that people made
	mine   bool   // shows the caller's own records only
}

// standardViews are there in every organisation.
func standardViews(m *module) []*view {
	id := func(n int) string { return digits(int64(idViews + m.number*1000 + n)) }
	own := func(n int, name string, c Criteria) *view {
		return &view{View: View{Name: name, Criteria: &c}, id: id(n)}
	}
	views := []*view{
		{View: View{Name: "All " + m.Plural}, id: id(1), system: "ALLVIEWS"},
		{View: View{Name: "My " + m.Plural}, id: id(2), system: "MYVIEWS", mine: true},
	}
	is := func(field, comparator string, value any) Criteria {
		return Criteria{Field: field, Comparator: comparator, Value: value}
	}
	switch m.API {
	case "Accounts":
		return append(views,
			own(3, "Customers", is("Account_Type", "equal", "Customer")),
			own(4, "German or French Accounts", is("Billing_Country", "in", []any{"Germany", "France", "Deutschland"})),
			own(5, "Accounts with Phone and Website", Criteria{GroupOperator: "and",
				Group: []Criteria{is("Phone", "not_equal", "${EMPTY}"), is("Website", "not_equal", "${EMPTY}")}}))
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

func addedView(number int64, definition []byte) (*view, error) {
	v := &view{id: digits(idViews + 100_000 + number)}
	return v, json.Unmarshal(definition, &v.View)
}

// AddView saves a view, and returns its id (cvid).
func (d *Definitions) AddView(ctx context.Context, moduleAPI string, v View) (string, error) {
	m := moduleNamed(moduleAPI)
	if m == nil {
		return "", fmt.Errorf("add view %q: %w", v.Name, unknownModule(moduleAPI))
	}
	if v.Criteria != nil {
		if _, err := v.Criteria.expr(d.fields(m)); err != nil {
			return "", fmt.Errorf("add view %q of %s: %w", v.Name, m.API, err)
		}
	}
	definition, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("add view %q: %w", v.Name, err)
	}
	var number int64
	err = d.db.Write(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, "INSERT INTO views (module, definition) VALUES (?, ?) RETURNING number", m.API, string(definition)).Scan(&number)
	})
	if err != nil {
		return "", fmt.Errorf("add view %q: %w", v.Name, err)
	}
	return digits(idViews + 100_000 + number), d.reload(ctx)
}

func (d *Definitions) viewsOf(m *module) []*view {
	d.mu.RLock()
	defer d.mu.RUnlock()
	all := append(standardViews(m), d.views[m.API]...)
	return slices.DeleteFunc(all, func(v *view) bool { return d.droppedViews[v.id] })
}

// ErrNoView is returned for an id that is no view's.
var ErrNoView error = platform.Missing("no such view")

// DropView deletes a view, as people do in the CRM's own pages. The system's own views stay.
func (d *Definitions) DropView(ctx context.Context, id string) error {
	for _, m := range modules {
		v := d.viewByID(m, id)
		switch {
		case v == nil:
			continue
		case v.system != "":
			return fmt.Errorf("delete view %s of %s: it is the system's own", id, m.API)
		}
		err := d.db.Write(ctx, func(tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, "INSERT INTO dropped_views (id) VALUES (?)", id)
			return err
		})
		if err != nil {
			return fmt.Errorf("delete view %s of %s: %w", id, m.API, err)
		}
		return d.reload(ctx)
	}
	return fmt.Errorf("delete view %s: %w", id, ErrNoView)
}

func (d *Definitions) viewByID(m *module, id string) *view {
	for _, v := range d.viewsOf(m) {
		if v.id == id {
			return v
		}
	}
	return nil
}

// viewFilter is the condition that the view's records meet for the caller; nil where all do.
func (d *Definitions) viewFilter(set *fieldSet, v *view, userID string) (*expr, error) {
	if v.mine {
		id, _ := parseID(userNamed(userID).ID)
		return &expr{col: column{f: set.byAPI["Owner"]}, op: opEq, value: []operand{{id: id}}}, nil
	}
	if v.Criteria == nil {
		return nil, nil
	}
	return v.Criteria.expr(set)
}

// empty is how Zoho writes "no value" in a criteria.
const empty = "${EMPTY}"

// expr turns a criteria into the conditions that queries are made of.
func (c *Criteria) expr(set *fieldSet) (*expr, error) {
	if len(c.Group) > 0 {
		e := &expr{join: c.GroupOperator}
		if e.join != "and" && e.join != "or" {
			return nil, fmt.Errorf("group_operator %q is neither and nor or", c.GroupOperator)
		}
		for i := range c.Group {
			kid, err := c.Group[i].expr(set)
			if err != nil {
				return nil, err
			}
			e.kids = append(e.kids, kid)
		}
		return e, nil
	}
	f := fieldOrID(set, c.Field)
	if f == nil {
		return nil, fmt.Errorf("field %q does not exist in %s", c.Field, set.module.API)
	}
	return c.condition(f)
}

// comparison says how a criteria's comparator is written in COQL, and what stands around the text.
type comparison struct {
	op            comparator
	before, after string
}

var criteriaComparators = map[string]comparison{
	"equal": {op: opEq}, "equals": {op: opEq}, "not_equal": {op: opNe}, "in": {op: opIn}, "not_in": {op: opNotIn},
	"greater_than": {op: opGt}, "greater_equal": {op: opGe}, "less_than": {op: opLt}, "less_equal": {op: opLe},
	"between": {op: opBetween}, "not_between": {op: opNotBetween},
	"contains": {opLike, "%", "%"}, "not_contains": {opNotLike, "%", "%"},
	"starts_with": {opLike, "", "%"}, "ends_with": {opLike, "%", ""},
}

func (c *Criteria) condition(f *field) (*expr, error) {
	how, ok := criteriaComparators[c.Comparator]
	if !ok {
		return nil, fmt.Errorf("comparator %q of field %s is unknown", c.Comparator, f.API)
	}
	e := &expr{col: column{f: f}, op: how.op}
	values, isList := c.Value.([]any)
	if !isList {
		values = []any{c.Value}
	}
	for _, v := range values {
		if v == empty || v == nil {
			if e.op = opNull; how.op == opNe || how.op == opNotIn {
				e.op = opNotNull
			}
			return e, nil
		}
		text := how.before + fmt.Sprint(v) + how.after
		value, ok := operandFor(f, text)
		if !ok {
			return nil, fmt.Errorf("value %v does not suit field %s", v, f.API)
		}
		e.value = append(e.value, value)
	}
	if len(e.value) == 0 || len(e.value) < 2 && (e.op == opBetween || e.op == opNotBetween) {
		return nil, fmt.Errorf("comparator %s of field %s lacks a value", c.Comparator, f.API)
	}
	return e, nil
}
