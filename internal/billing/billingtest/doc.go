// Package billingtest is the conformance suite of package billing: what every implementation of its ports must do.
// It must never know a provider's wire format, except the field names that Write documents.
//
//   - billingtest.go: the suite of billing.Port; creations, updates, lists
//   - both_ways.go: custom fields, search, and what a sync in both directions needs
//   - deletion.go: deletions, and what transactions use
//   - fixture.go: the organisation that a test of the suite works on
//   - others.go: contact persons, names, metadata, failures
//   - transaction_fixture.go: the same for transactions
//   - transactions.go: the suite of billing.Transactions
//   - transactions_actions.go: totals, statuses, e-mails, payments
//   - transactions_together.go: prints, comments, attachments, refusals
//   - transactions_write.go: creations, updates, lists of transactions
package billingtest
