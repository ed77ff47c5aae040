package coql

import (
	"causeway/internal/sandbox/zohocrm/metadata"
	"causeway/internal/sandbox/zohocrm/query"
)

// The where clause of a query.

// condition reads one term, or two that are joined by and/or. Zoho wants three or more to be nested in pairs.
func (p *parser) condition() (*query.Expr, *Error) {
	left, err := p.term()
	if err != nil {
		return nil, err
	}
	join := p.join()
	if join == "" {
		return left, nil
	}
	right, err := p.term()
	if err != nil {
		return nil, err
	}
	if t := p.peek(); t.is("and") || t.is("or") {
		return nil, syntaxNear(t)
	}
	return &query.Expr{Join: join, Kids: []*query.Expr{left, right}}, nil
}

func (p *parser) join() string {
	for _, word := range []string{"and", "or"} {
		if p.accept(word) {
			return word
		}
	}
	return ""
}

func (p *parser) term() (*query.Expr, *Error) {
	if p.accept("(") {
		e, err := p.condition()
		if err != nil {
			return nil, err
		}
		if !p.accept(")") {
			return nil, syntaxNear(p.peek())
		}
		return e, nil
	}
	c, err := p.column(p.take())
	if err != nil {
		return nil, err
	}
	e := &query.Expr{Column: c}
	return e, p.comparison(e)
}

func (p *parser) comparison(e *query.Expr) *Error {
	switch {
	case p.accept("is", "not", "null"):
		e.Op = query.OpNotNull
		return nil
	case p.accept("is", "null"):
		e.Op = query.OpNull
		return nil
	case p.accept("not", "in"):
		e.Op = query.OpNotIn
		return p.list(e)
	case p.accept("in"):
		e.Op = query.OpIn
		return p.list(e)
	case p.accept("not", "between"):
		e.Op = query.OpNotBetween
		return p.between(e)
	case p.accept("between"):
		e.Op = query.OpBetween
		return p.between(e)
	case p.accept("not", "like"):
		e.Op = query.OpNotLike
		return p.value(e)
	case p.accept("like"):
		e.Op = query.OpLike
		return p.value(e)
	}
	t := p.take()
	switch op := query.Comparator(t.text); op {
	case query.OpEq, query.OpNe, query.OpGt, query.OpGe, query.OpLt, query.OpLe:
		e.Op = op
		return p.value(e)
	default:
		return syntaxNear(t)
	}
}

func (p *parser) list(e *query.Expr) *Error {
	if !p.accept("(") {
		return syntaxNear(p.peek())
	}
	for {
		if err := p.value(e); err != nil {
			return err
		}
		if p.accept(")") {
			break
		}
		if !p.accept(",") {
			return syntaxNear(p.peek())
		}
	}
	if len(e.Values) > maxIn {
		return limitExceeded("in", maxIn)
	}
	return nil
}

func (p *parser) between(e *query.Expr) *Error {
	if err := p.value(e); err != nil {
		return err
	}
	if !p.accept("and") {
		return syntaxNear(p.peek())
	}
	return p.value(e)
}

func (p *parser) value(e *query.Expr) *Error {
	t := p.take()
	if t.kind == tokenEnd || t.kind == tokenSymbol || t.kind == tokenWord && !t.is("true") && !t.is("false") {
		return syntaxNear(t)
	}
	if !operatorSuits(e.Op, e.Column.Field) {
		return invalidQuery(e, "operator given seems to be invalid for the column")
	}
	v, ok := query.OperandFor(e.Column.Field, t.text)
	if !ok {
		return invalidQuery(e, "value given seems to be invalid for the column")
	}
	e.Values = append(e.Values, v)
	return nil
}

// operatorSuits reports whether Zoho allows the operator on a field of this type.
func operatorSuits(op query.Comparator, f *metadata.Field) bool {
	switch op {
	case query.OpLike, query.OpNotLike:
		return f.IsText()
	case query.OpGt, query.OpGe, query.OpLt, query.OpLe, query.OpBetween, query.OpNotBetween:
		return f.IsNumber() || f.Type == metadata.TypeDate || f.Type == metadata.TypeDateTime || f.Type == metadata.TypeID
	default:
		return true
	}
}

func invalidQuery(e *query.Expr, reason string) *Error {
	return &Error{Code: "INVALID_QUERY", Message: "Invalid query formed",
		Details: map[string]any{"reason": reason, "column_name": e.Column.Name(), "operator": string(e.Op)}}
}
