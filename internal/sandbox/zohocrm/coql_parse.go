package zohocrm

import (
	"strconv"
	"strings"
)

// The bounds of a COQL query.
const (
	coqlMaxColumns = 50
	coqlMaxOrder   = 10
	coqlMaxIn      = 100
	coqlMaxLimit   = 2000
	coqlMaxTotal   = 10_000
	coqlLimit      = 200
)

// coqlQuery is a query that has been read and checked against the module's fields.
type coqlQuery struct {
	query
	columns []column
}

// parser reads one query: select … from … where … [order by …] [limit …].
type parser struct {
	tokens []token
	at     int
	set    *fieldSet
	fields func(*module) *fieldSet
	joins  map[string]bool
}

// parseCOQL reads a query; fields gives the fields of a module.
func parseCOQL(src string, fields func(*module) *fieldSet) (*coqlQuery, *coqlError) {
	tokens, err := lex(src)
	if err != nil {
		return nil, err
	}
	p := &parser{tokens: tokens, fields: fields, joins: map[string]bool{}}
	return p.query()
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) take() token {
	t := p.tokens[p.at]
	if t.kind != tokenEnd {
		p.at++
	}
	return t
}

func (p *parser) accept(words ...string) bool {
	for i, w := range words {
		if p.at+i >= len(p.tokens) || !p.tokens[p.at+i].is(w) {
			return false
		}
	}
	p.at += len(words)
	return true
}

func (p *parser) query() (*coqlQuery, *coqlError) {
	if !p.accept("select") {
		return nil, syntaxNear(p.peek())
	}
	names, err := p.selected()
	if err != nil {
		return nil, err
	}
	if !p.accept("from") {
		return nil, missingClause("from")
	}
	from := p.take()
	m := moduleNamed(from.text)
	if from.kind != tokenWord || m == nil {
		return nil, &coqlError{code: "INVALID_MODULE", message: "the given module is not supported in api",
			details: map[string]any{"module": from.text}}
	}
	p.set = p.fields(m)
	q := &coqlQuery{query: query{module: m, limit: coqlLimit}}
	if q.columns, err = p.columns(names); err != nil {
		return nil, err
	}
	if !p.accept("where") {
		return nil, missingClause("where")
	}
	if q.where, err = p.condition(); err != nil {
		return nil, err
	}
	if err = p.tail(q); err != nil {
		return nil, err
	}
	return q, nil
}

func missingClause(name string) *coqlError {
	return &coqlError{code: "SYNTAX_ERROR", message: "missing clause", details: map[string]any{"clause": name}}
}

func (p *parser) selected() ([]token, *coqlError) {
	var names []token
	for {
		t := p.take()
		if t.kind != tokenWord || t.is("from") {
			return nil, syntaxNear(t)
		}
		names = append(names, t)
		if !p.accept(",") {
			break
		}
	}
	if len(names) > coqlMaxColumns {
		return nil, limitExceeded("select", coqlMaxColumns)
	}
	return names, nil
}

func limitExceeded(clause string, limit int) *coqlError {
	return &coqlError{code: "LIMIT_EXCEEDED", message: "limit exceeded", details: map[string]any{"clause": clause, "limit": limit}}
}

func (p *parser) columns(names []token) ([]column, *coqlError) {
	seen := map[string]bool{}
	var columns []column
	for _, t := range names {
		c, err := p.column(t)
		if err != nil {
			return nil, err
		}
		if seen[c.name()] {
			return nil, &coqlError{code: "DUPLICATE_DATA", message: "duplicate select column", details: map[string]any{"column_name": t.text}}
		}
		seen[c.name()] = true
		columns = append(columns, c)
	}
	return columns, nil
}

// column finds the field behind a name: its own, or one of the record behind a lookup.
func (p *parser) column(t token) (column, *coqlError) {
	unsupported := &coqlError{code: "INVALID_QUERY", message: "unsupported column", details: map[string]any{"column_name": t.text}}
	if t.kind != tokenWord {
		return column{}, syntaxNear(t)
	}
	name, joined, isJoin := strings.Cut(t.text, ".")
	f := fieldOrID(p.set, name)
	if f == nil {
		return column{}, unsupported
	}
	if !isJoin {
		return column{f: f}, nil
	}
	if f.Type != typeLookup {
		return column{}, unsupported
	}
	target := fieldOrID(p.fields(moduleNamed(f.Lookup)), joined)
	if target == nil {
		return column{}, unsupported
	}
	if p.joins[name] = true; len(p.joins) > 2 {
		return column{}, limitExceeded("join", 2)
	}
	return column{via: f, f: target}, nil
}

func fieldOrID(set *fieldSet, api string) *field {
	if api == "id" {
		return idField
	}
	return set.byAPI[api]
}

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

func (p *parser) tail(q *coqlQuery) *coqlError {
	if p.accept("order", "by") {
		for {
			c, err := p.column(p.take())
			if err != nil {
				return err
			}
			desc := p.accept("desc")
			if !desc {
				p.accept("asc")
			}
			q.order = append(q.order, sortKey{col: c, desc: desc})
			if !p.accept(",") {
				break
			}
		}
		if len(q.order) > coqlMaxOrder {
			return limitExceeded("order by", coqlMaxOrder)
		}
	}
	if p.accept("limit") {
		if err := p.limit(q); err != nil {
			return err
		}
	}
	if t := p.peek(); t.kind != tokenEnd {
		return syntaxNear(t)
	}
	return nil
}

// limit reads "limit count", "limit offset, count" or "limit count offset n".
func (p *parser) limit(q *coqlQuery) *coqlError {
	first, err := p.number()
	if err != nil {
		return err
	}
	q.limit = first
	switch {
	case p.accept(","):
		q.offset = first
		if q.limit, err = p.number(); err != nil {
			return err
		}
	case p.accept("offset"):
		if q.offset, err = p.number(); err != nil {
			return err
		}
	}
	switch {
	case q.limit < 1:
		return &coqlError{code: "INVALID_DATA", message: "limit should be greater than 0", details: map[string]any{"clause": "limit"}}
	case q.limit > coqlMaxLimit:
		return limitExceeded("limit", coqlMaxLimit)
	case q.offset+q.limit > coqlMaxTotal:
		return limitExceeded("offset", coqlMaxTotal)
	}
	return nil
}

func (p *parser) number() (int, *coqlError) {
	t := p.take()
	n, err := strconv.Atoi(t.text)
	if t.kind != tokenNumber || err != nil || n < 0 {
		return 0, syntaxNear(t)
	}
	return n, nil
}
