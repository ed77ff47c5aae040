package read

import (
	"strings"

	"causeway/internal/sandbox/zohocrm/api/wire"
	"causeway/internal/sandbox/zohocrm/metadata"
	"causeway/internal/sandbox/zohocrm/query"
)

// searchParams are the parameters of a search. If several are given, Zoho takes the first in this order.
var searchParams = []string{"criteria", "email", "phone", "word"}

// searchParam returns the name of the search parameter that counts, and "" if none is given.
func searchParam(param func(string) string) string {
	for _, name := range searchParams {
		if param(name) != "" {
			return name
		}
	}
	return ""
}

// searchFilter returns the condition of criteria, email, phone or word, and nil if none is given.
func searchFilter(set *metadata.FieldSet, param func(string) string) (*query.Expr, error) {
	name := searchParam(param)
	value := strings.ToLower(param(name))
	switch name {
	case "":
		return nil, nil
	case "criteria":
		c, err := query.ParseCriteria(param("criteria"))
		if err != nil {
			return nil, wire.BadRequest("INVALID_QUERY", "invalid query formed", map[string]any{"reason": err.Error(), "param_name": "criteria"})
		}
		e, err := c.Expr(set)
		if err != nil {
			return nil, wire.BadRequest("INVALID_QUERY", "invalid query formed", map[string]any{"reason": err.Error(), "param_name": "criteria"})
		}
		return e, nil
	case "word":
		if len([]rune(value)) < 2 {
			return nil, wire.ErrInvalidParam("word")
		}
		return anyField(set, func(f *metadata.Field) bool { return f.IsText() }, query.OpLike, "%"+value+"%"), nil
	case "email":
		return anyField(set, func(f *metadata.Field) bool { return f.Type == metadata.TypeEmail }, query.OpEq, value), nil
	default:
		return anyField(set, func(f *metadata.Field) bool { return f.Type == metadata.TypePhone }, query.OpEq, value), nil
	}
}

// anyField holds for records of which one of the wanted fields meets the comparison. A module without such fields has none.
func anyField(set *metadata.FieldSet, wanted func(*metadata.Field) bool, op query.Comparator, text string) *query.Expr {
	e := &query.Expr{Join: "or"}
	for _, f := range set.List {
		if wanted(f) {
			e.Kids = append(e.Kids, query.OnText(f, op, text))
		}
	}
	return e
}
