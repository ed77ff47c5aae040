package query

import "causeway/internal/sandbox/zohocrm/metadata"

// The fields of all modules that conditions and orders use.
var (
	IDField       = &metadata.Field{API: "id", Type: metadata.TypeID}
	ModifiedField = &metadata.Field{API: "Modified_Time", Type: metadata.TypeDateTime}
	CreatedField  = &metadata.Field{API: "Created_Time", Type: metadata.TypeDateTime}
)

// OnID compares the record's id.
func OnID(op Comparator, ids ...int64) *Expr {
	e := &Expr{Column: Column{Field: IDField}, Op: op}
	for _, id := range ids {
		e.Values = append(e.Values, Operand{id: id})
	}
	return e
}

// OnTime compares a time of the record with ms, in milliseconds.
func OnTime(f *metadata.Field, op Comparator, ms int64) *Expr {
	return &Expr{Column: Column{Field: f}, Op: op, Values: []Operand{{ms: ms}}}
}

// Or holds for records that meet one of two conditions.
func Or(a, b *Expr) *Expr { return &Expr{Join: "or", Kids: []*Expr{a, b}} }

// OnReference holds for records whose owner or lookup is id.
func OnReference(f *metadata.Field, id int64) *Expr {
	return &Expr{Column: Column{Field: f}, Op: OpEq, Values: []Operand{{id: id}}}
}

// OnText compares a text field. text must be in lower case.
func OnText(f *metadata.Field, op Comparator, text string) *Expr {
	return &Expr{Column: Column{Field: f}, Op: op, Values: []Operand{{text: text}}}
}

// And holds for records that meet all the conditions. Conditions that are nil are left out; it returns nil if all are.
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
