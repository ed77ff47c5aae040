package query

import "causeway/internal/sandbox/zohocrm/metadata"

var (
	IdField       = &metadata.Field{API: "id", Type: metadata.TypeID}
	ModifiedField = &metadata.Field{API: "Modified_Time", Type: metadata.TypeDateTime}
	CreatedField  = &metadata.Field{API: "Created_Time", Type: metadata.TypeDateTime}
)

func OnID(op Comparator, ids ...int64) *Expr {
	e := &Expr{Column: Column{Field: IdField}, Op: op}
	for _, id := range ids {
		e.Values = append(e.Values, Operand{Id: id})
	}
	return e
}

func OnTime(f *metadata.Field, op Comparator, ms int64) *Expr {
	return &Expr{Column: Column{Field: f}, Op: op, Values: []Operand{{ms: ms}}}
}

// And joins conditions that may be absent.
func And(conditions ...*Expr) *Expr {
	var kids []*Expr
	for _, c := range conditions {
		if c != nil {
			kids = append(kids, c)
		}
	}
	switch len(kids) {
	case 0:
		return nil
	case 1:
		return kids[0]
	default:
		return &Expr{Join: "and", Kids: kids}
	}
}

func Or(a, b *Expr) *Expr { return &Expr{Join: "or", Kids: []*Expr{a, b}} }
