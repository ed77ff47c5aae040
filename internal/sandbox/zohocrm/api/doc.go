// Package api serves an organisation over HTTP as Zoho CRM's v8 API does. It must never answer a call itself: it finds
// the handler and checks what all calls of a module share.
//
//   - `routes.go`: the routes, and the handlers behind them
//   - `cost.go`: the credits that a call takes
//
// The handlers: package read reads records, write changes them, describe answers what the organisation is, documents
// has attachments and activities, bulk has bulk read jobs. Package wire holds what they share.
package api
