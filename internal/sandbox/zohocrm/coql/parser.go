package coql

import (
	"strconv"
	"strings"

	"causeway/internal/sandbox/zohocrm/metadata"
	"causeway/internal/sandbox/zohocrm/query"
)

// parser reads one query: select … from … where … [order by …] [limit …].
type parser struct {
	tokens []token
	at     int
	set    *metadata.FieldSet
	fields func(*metadata.Module) *metadata.FieldSet
	joins  map[string]bool
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

func limitExceeded(clause string, limit int) *Error {
	return &Error{Code: "LIMIT_EXCEEDED", Message: "limit exceeded", Details: map[string]any{"clause": clause, "limit": limit}}
}

// column reads the name of a column: a field of the module, or of the record that a lookup points at.
func (p *parser) column(t token) (query.Column, *Error) {
	unsupported := &Error{Code: "INVALID_QUERY", Message: "unsupported column", Details: map[string]any{"column_name": t.text}}
	if t.kind != tokenWord {
		return query.Column{}, syntaxNear(t)
	}
	name, joined, isJoin := strings.Cut(t.text, ".")
	f := query.FieldOrID(p.set, name)
	if f == nil {
		return query.Column{}, unsupported
	}
	if !isJoin {
		return query.Column{Field: f}, nil
	}
	if f.Type != metadata.TypeLookup {
		return query.Column{}, unsupported
	}
	target := query.FieldOrID(p.fields(metadata.ModuleNamed(f.Lookup)), joined)
	if target == nil {
		return query.Column{}, unsupported
	}
	if p.joins[name] = true; len(p.joins) > 2 {
		return query.Column{}, limitExceeded("join", 2)
	}
	return query.Column{Via: f, Field: target}, nil
}

func (p *parser) number() (int, *Error) {
	t := p.take()
	n, err := strconv.Atoi(t.text)
	if t.kind != tokenNumber || err != nil || n < 0 {
		return 0, syntaxNear(t)
	}
	return n, nil
}

// The limits of a query.
const (
	maxColumns   = 50
	maxOrder     = 10
	maxIn        = 100
	maxLimit     = 2000
	maxTotal     = 10_000
	defaultLimit = 200
)
