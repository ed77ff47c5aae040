package coql

import (
	"causeway/internal/sandbox/zohocrm/metadata"
	"causeway/internal/sandbox/zohocrm/query"
)

// Query is a query whose names and values suit the module's fields.
type Query struct {
	query.Query
	Columns []query.Column
}

// Parse reads a query. fields returns the fields of a module.
func Parse(src string, fields func(*metadata.Module) *metadata.FieldSet) (*Query, *Error) {
	tokens, err := lex(src)
	if err != nil {
		return nil, err
	}
	p := &parser{tokens: tokens, fields: fields, joins: map[string]bool{}}
	return p.query()
}

func (p *parser) query() (*Query, *Error) {
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
	m := metadata.ModuleNamed(from.text)
	if from.kind != tokenWord || m == nil {
		return nil, &Error{Code: "INVALID_MODULE", Message: "the given module is not supported in api",
			Details: map[string]any{"module": from.text}}
	}
	p.set = p.fields(m)
	q := &Query{Query: query.Query{Module: m, Limit: defaultLimit}}
	if q.Columns, err = p.columns(names); err != nil {
		return nil, err
	}
	if !p.accept("where") {
		return nil, missingClause("where")
	}
	if q.Where, err = p.condition(); err != nil {
		return nil, err
	}
	if err = p.tail(q); err != nil {
		return nil, err
	}
	return q, nil
}

func missingClause(name string) *Error {
	return &Error{Code: "SYNTAX_ERROR", Message: "missing clause", Details: map[string]any{"clause": name}}
}

func (p *parser) selected() ([]token, *Error) {
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
	if len(names) > maxColumns {
		return nil, limitExceeded("select", maxColumns)
	}
	return names, nil
}

func (p *parser) columns(names []token) ([]query.Column, *Error) {
	seen := map[string]bool{}
	var columns []query.Column
	for _, t := range names {
		c, err := p.column(t)
		if err != nil {
			return nil, err
		}
		if seen[c.Name()] {
			return nil, &Error{Code: "DUPLICATE_DATA", Message: "duplicate select column", Details: map[string]any{"column_name": t.text}}
		}
		seen[c.Name()] = true
		columns = append(columns, c)
	}
	return columns, nil
}

func (p *parser) tail(q *Query) *Error {
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
			q.Order = append(q.Order, query.SortKey{Column: c, Desc: desc})
			if !p.accept(",") {
				break
			}
		}
		if len(q.Order) > maxOrder {
			return limitExceeded("order by", maxOrder)
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
func (p *parser) limit(q *Query) *Error {
	first, err := p.number()
	if err != nil {
		return err
	}
	q.Limit = first
	switch {
	case p.accept(","):
		q.Offset = first
		if q.Limit, err = p.number(); err != nil {
			return err
		}
	case p.accept("offset"):
		if q.Offset, err = p.number(); err != nil {
			return err
		}
	}
	switch {
	case q.Limit < 1:
		return &Error{Code: "INVALID_DATA", Message: "limit should be greater than 0", Details: map[string]any{"clause": "limit"}}
	case q.Limit > maxLimit:
		return limitExceeded("limit", maxLimit)
	case q.Offset+q.Limit > maxTotal:
		return limitExceeded("offset", maxTotal)
	}
	return nil
}
