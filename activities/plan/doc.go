// Package plan decides what happens to each record, and stores an operation for it: the second step of a sync. It must
// never write to a side; the decisions themselves are internal/reconcile's, and this package reads what they need.
//
//   - plan.go: walks what is due, page by page
//   - planning.go: what the decisions on one entity in one run need
//   - billing.go: decides on a page of records that go to billing
//   - crm.go: decides on a page of records that go to the CRM
//   - pair.go: reads the other half of pairs that go both ways
//   - candidates.go: finds the records that a source may be already
//   - details.go: reads records whole that a list has shown in short form
//   - drift.go: notices custom fields of billing that are gone
//   - operations.go: makes operations of decisions, and stores them
package plan
