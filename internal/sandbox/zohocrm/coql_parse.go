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
