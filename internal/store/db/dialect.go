package db

import (
	"encoding/json"
	"strconv"
	"strings"
	"sync"

	"github.com/lib/pq"
)

// dialect is what differs between the databases. Statements are written once, with ? for an argument and
// these words, which each database gets in its own form:
//
//	{in}    is among the texts of the next argument, a list made by dialect.list
//	{lock}  locks the rows read until the transaction ends
//	{rows}  a table v of the rows of a bulk statement, for the WITH clause
//	{ids}   the texts of the column ids, a JSON array, as member.value
type dialect int

const (
	postgres dialect = iota
	sqlite
)

// rewritten holds the statements in each database's form: there is a closed number of them.
var rewritten sync.Map

type rewriteKey struct {
	dialect dialect
	query   string
}

// sql returns a statement in the database's form.
func (d dialect) sql(query string) string {
	key := rewriteKey{d, query}
	if out, ok := rewritten.Load(key); ok {
		return out.(string)
	}
	out := query
	if d == sqlite {
		out = strings.NewReplacer("{in}", "IN (SELECT value FROM json_each(?))", "{lock}", "", "{ids}", "json_each(ids) AS member").Replace(out)
	} else {
		out = strings.NewReplacer("{in}", "= ANY(?::text[])", "{lock}", "FOR UPDATE", "{ids}", "jsonb_array_elements_text(ids::jsonb) AS member(value)").Replace(out)
		out = numbered(out)
	}
	rewritten.Store(key, out)
	return out
}

// numbered turns each ? into $1, $2, ...
func numbered(query string) string {
	var b strings.Builder
	n := 0
	for _, r := range query {
		if r != '?' {
			b.WriteRune(r)
			continue
		}
		n++
		b.WriteString("$" + strconv.Itoa(n))
	}
	return b.String()
}

// list is the argument that {in} takes.
func (d dialect) list(texts []string) any {
	if d == postgres {
		return pq.Array(texts)
	}
	return jsonList(texts)
}

// jsonList is a JSON array of texts.
func jsonList(texts []string) string {
	if texts == nil {
		texts = []string{}
	}
	data, err := json.Marshal(texts)
	if err != nil {
		return "[]" // texts always encode
	}
	return string(data)
}

// OneLook ends a condition that looks into another table for each row. Without it PostgreSQL makes a join of
// the two; before it has statistics, one that compares all with all.
const OneLook = ` LIMIT 1 OFFSET 0`
