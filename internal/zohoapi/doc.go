// Package zohoapi is the plumbing that the clients of Zoho's APIs share: OAuth, budget, deadlines,
// retries, and what a failure means. It must never know a module, a record or a field.
package zohoapi
