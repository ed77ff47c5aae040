package query

// Span is a range of one column. Every record that meets the conditions lies in it. A nil bound is no bound.
type Span struct{ Low, High *int64 }

// Bounds returns the range of a column that the conditions allow. SQLite finds no range of an index in an "or" such as
// "time > T or (time = T and id > X)", but it does in the range that follows from it, "time >= T".
func (e *Expr) Bounds(name string) Span {
	switch e.Join {
	case "and":
		var b Span
		for _, k := range e.Kids {
			kb := k.Bounds(name)
			b.Low, b.High = pick(b.Low, kb.Low, true), pick(b.High, kb.High, false)
		}
		return b
	case "or":
		var b Span
		for i, k := range e.Kids {
			kb := k.Bounds(name)
			if i == 0 {
				b = kb
				continue
			}
			b.Low, b.High = widen(b.Low, kb.Low, true), widen(b.High, kb.High, false)
		}
		return b
	}
	if got, ok := SQLColumn(e.Column); !ok || got != name || len(e.Values) == 0 {
		return Span{}
	}
	v := e.stored(e.Values[0])
	switch e.Op {
	case OpEq:
		return Span{&v, &v}
	case OpGt, OpGe:
		return Span{Low: &v}
	case OpLt, OpLe:
		return Span{High: &v}
	case OpBetween:
		high := e.stored(e.Values[1])
		return Span{&v, &high}
	default:
		return Span{}
	}
}

// pick returns the tighter of two bounds.
func pick(a, b *int64, low bool) *int64 {
	if a == nil || b != nil && (*b > *a) == low && *b != *a {
		return b
	}
	return a
}

// widen returns the looser of two bounds.
func widen(a, b *int64, low bool) *int64 {
	if a == nil || b == nil {
		return nil
	}
	if (*b < *a) == low {
		return b
	}
	return a
}

// SQL returns the range as conditions on the table's column.
func (s Span) SQL(name string) (where []string, args []any) {
	if s.Low != nil {
		where, args = append(where, name+" >= ?"), append(args, *s.Low)
	}
	if s.High != nil {
		where, args = append(where, name+" <= ?"), append(args, *s.High)
	}
	return where, args
}
