// Package query says which records are wanted, and decides whether a record is one of them. It must never read a
// record itself: it takes records as values, and returns SQL as text.
//
//   - `record.go`: a record, and what it holds in a field
//   - `query.go`: a query: conditions, order, page
//   - `expr.go`: a tree of conditions, and whether a record meets it
//   - `operand.go`: the values that conditions compare with
//   - `conditions.go`: makes the conditions that handlers need
//   - `sql.go`, `span.go`: the part of the conditions that SQLite can check, and the range of an index that it needs
//   - `criteria.go`: the conditions of views, as their API writes them
//   - `search.go`: the conditions of a search, as its parameter writes them
package query
