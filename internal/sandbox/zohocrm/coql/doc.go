// Package coql reads queries in Zoho's query language (select ... from ... where ...). It must never run one: it
// returns a query.Query that has been checked against the module's fields, or the error that Zoho answers with.
//
//   - `lex.go`: splits a query into tokens
//   - `parser.go`: takes tokens, columns and numbers; the limits of a query
//   - `parse.go`: reads a query: columns, module, order and limit
//   - `where.go`: reads the conditions
package coql
