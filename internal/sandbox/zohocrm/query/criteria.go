package query

import (
	"fmt"

	"causeway/internal/sandbox/zohocrm/metadata"
)

// Criteria is a view's condition as custom_views shows it: one comparison, or a group of two or more.
type Criteria struct {
	GroupOperator string     `json:"group_operator,omitempty"` // of a group: and | or
	Group         []Criteria `json:"group,omitempty"`
	Field         string     `json:"field,omitempty"` // API name
	Comparator    string     `json:"comparator,omitempty"`
	Value         any        `json:"value,omitempty"` // a string, number or boolean, or a list of them
}

// empty is how a criteria says that the field has no value.
const empty = "${EMPTY}"

// Expr returns the criteria as a condition on the fields of set. It fails if the criteria does not suit them.
func (c *Criteria) Expr(set *metadata.FieldSet) (*Expr, error) {
	if len(c.Group) > 0 {
		e := &Expr{Join: c.GroupOperator}
		if e.Join != "and" && e.Join != "or" {
			return nil, fmt.Errorf("group_operator %q is neither and nor or", c.GroupOperator)
		}
		for i := range c.Group {
			kid, err := c.Group[i].Expr(set)
			if err != nil {
				return nil, err
			}
			e.Kids = append(e.Kids, kid)
		}
		return e, nil
	}
	f := FieldOrID(set, c.Field)
	if f == nil {
		return nil, fmt.Errorf("field %q does not exist in %s", c.Field, set.Module.API)
	}
	return c.condition(f)
}

// comparison is a criteria's comparator as COQL has it. before and after are put around the text.
type comparison struct {
	op            Comparator
	before, after string
}

var criteriaComparators = map[string]comparison{
	"equal": {op: OpEq}, "equals": {op: OpEq}, "not_equal": {op: OpNe}, "in": {op: OpIn}, "not_in": {op: OpNotIn},
	"greater_than": {op: OpGt}, "greater_equal": {op: OpGe}, "less_than": {op: OpLt}, "less_equal": {op: OpLe},
	"between": {op: OpBetween}, "not_between": {op: OpNotBetween},
	"contains": {OpLike, "%", "%"}, "not_contains": {OpNotLike, "%", "%"},
	"starts_with": {OpLike, "", "%"}, "ends_with": {OpLike, "%", ""},
}

func (c *Criteria) condition(f *metadata.Field) (*Expr, error) {
	how, ok := criteriaComparators[c.Comparator]
	if !ok {
		return nil, fmt.Errorf("comparator %q of field %s is unknown", c.Comparator, f.API)
	}
	e := &Expr{Column: Column{Field: f}, Op: how.op}
	values, isList := c.Value.([]any)
	if !isList {
		values = []any{c.Value}
	}
	for _, v := range values {
		if v == empty || v == nil {
			if e.Op = OpNull; how.op == OpNe || how.op == OpNotIn {
				e.Op = OpNotNull
			}
			return e, nil
		}
		text := how.before + fmt.Sprint(v) + how.after
		value, ok := OperandFor(f, text)
		if !ok {
			return nil, fmt.Errorf("value %v does not suit field %s", v, f.API)
		}
		e.Values = append(e.Values, value)
	}
	if len(e.Values) == 0 || len(e.Values) < 2 && (e.Op == OpBetween || e.Op == OpNotBetween) {
		return nil, fmt.Errorf("comparator %s of field %s lacks a value", c.Comparator, f.API)
	}
	return e, nil
}
