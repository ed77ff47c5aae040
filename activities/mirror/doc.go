// Package mirror brings what changed on both sides into the mirror: the first step of a sync. It must never write to a
// side, and never decide what happens to a record.
//
//   - mirror.go: chooses the kind of list to read
//   - crm.go: a module of the CRM; reader.go reads its pages one ahead
//   - billing.go: a list of billing's; billing_end.go looks at its end to learn whether it must be read
//   - listing.go: one pass over a list of billing's
//   - deleted.go: what was deleted in the CRM; sweep.go compares all ids, where the CRM's own list reaches back too little
//   - view.go: who is in a view of the CRM
//   - persons.go: contact persons of customers that changed
//   - scope.go: the chosen records of a run
//   - transactions.go: quotes and invoices
//   - place.go: how far a list was read, as the store keeps it
package mirror
