// Package finance holds the commands about quotes, invoices, permissions, figures and timelines. It must never call billing to
// change a transaction: each change is a push, which a workflow carries out.
//
// commands.go: the commands of quotes and of invoices
// push.go: sends one push and prints its answer
// push_actions.go: the actions: e-mail, mark, convert, void, pay, comment, attach
// push_document.go: save, with the document from flags or a file
// transactions.go: lists what the store has
// transaction.go: shows and prints one as billing has it
// figures.go: sales and receivables
// timeline.go: what happened around a transaction or a customer
// as_user.go: what a CRM user may see
// permissions.go: what a CRM profile may do
package finance
