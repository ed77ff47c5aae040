package zohocrm

// The where of a COQL query.

// condition reads a term, or two joined by and/or. Three and more must be nested in pairs, as Zoho asks.
func (p *parser) condition() (*expr, *coqlError) {
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
	return &expr{join: join, kids: []*expr{left, right}}, nil
}

func (p *parser) join() string {
	for _, word := range []string{"and", "or"} {
		if p.accept(word) {
			return word
		}
	}
	return ""
}

func (p *parser) term() (*expr, *coqlError) {
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
	e := &expr{col: c}
	return e, p.comparison(e)
}

func (p *parser) comparison(e *expr) *coqlError {
	switch {
	case p.accept("is", "not", "null"):
		e.op = opNotNull
		return nil
	case p.accept("is", "null"):
		e.op = opNull
		return nil
	case p.accept("not", "in"):
		e.op = opNotIn
		return p.list(e)
	case p.accept("in"):
		e.op = opIn
		return p.list(e)
	case p.accept("not", "between"):
		e.op = opNotBetween
		return p.between(e)
	case p.accept("between"):
		e.op = opBetween
		return p.between(e)
	case p.accept("not", "like"):
		e.op = opNotLike
		return p.value(e)
	case p.accept("like"):
		e.op = opLike
		return p.value(e)
	}
	t := p.take()
	switch op := comparator(t.text); op {
	case opEq, opNe, opGt, opGe, opLt, opLe:
		e.op = op
		return p.value(e)
	default:
		return syntaxNear(t)
	}
}

func (p *parser) list(e *expr) *coqlError {
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
	if len(e.value) > coqlMaxIn {
		return limitExceeded("in", coqlMaxIn)
	}
	return nil
}

func (p *parser) between(e *expr) *coqlError {
	if err := p.value(e); err != nil {
		return err
	}
	if !p.accept("and") {
		return syntaxNear(p.peek())
	}
	return p.value(e)
}

func (p *parser) value(e *expr) *coqlError {
	t := p.take()
	if t.kind == tokenEnd || t.kind == tokenSymbol || t.kind == tokenWord && !t.is("true") && !t.is("false") {
		return syntaxNear(t)
	}
	if !operatorSuits(e.op, e.col.f) {
		return invalidQuery(e, "operator given seems to be invalid for the column")
	}
	v, ok := operandFor(e.col.f, t.text)
	if !ok {
		return invalidQuery(e, "value given seems to be invalid for the column")
	}
	e.value = append(e.value, v)
	return nil
}

// operatorSuits says whether Zoho lets the operator be used on the field.
func operatorSuits(op comparator, f *field) bool {
	switch op {
	case opLike, opNotLike:
		return f.isText()
	case opGt, opGe, opLt, opLe, opBetween, opNotBetween:
		return f.isNumber() || f.Type == typeDate || f.Type == typeDateTime || f.Type == typeID
	default:
		return true
	}
}

func invalidQuery(e *expr, reason string) *coqlError {
	return &coqlError{code: "INVALID_QUERY", message: "Invalid query formed",
		details: map[string]any{"reason": reason, "column_name": e.col.name(), "operator": string(e.op)}}
}
