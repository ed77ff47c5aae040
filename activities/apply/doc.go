// Package apply carries out planned operations against a side, each exactly once as seen from outside: the third step of a
// sync. It must never send an operation whose intent is not stored, nor one that another attempt holds.
//
//   - apply.go: claims operations, and carries them out part by part
//   - applying.go: what an attempt at one entity's operations needs; rows.go reads the rest for each part
//   - chunk.go: a claimed part of the operations, and when to stop with it
//   - send.go: marks operations as sent, and sends them; pace.go says how many at once
//   - billing.go: the calls to billing; crm.go those to the CRM, and names.go the names that it makes of parts
//   - outcome.go: what became of an operation, in words; collect.go stores it
//   - unknown.go: the bounds of outcomes that nobody has learned
//   - settle.go: settles such operations; look.go looks for them in billing
//   - drain.go: the same when a connection is disabled, by looks alone; drain_look.go looks at both sides
//   - figures.go: writes figures to the CRM; figures_value.go computes them
package apply
