// Package wire holds the forms of Zoho CRM's HTTP API that several calls share. It must never read or write a record.
//
//   - `handler.go`: handlers, scopes and replies
//   - `errors.go`: the error replies
//   - `params.go`: the parameters of lists
//   - `page_token.go`: page tokens
//   - `write.go`: the body of a write, and the reply to it
package wire
