// Package deletion ends a connection for good: it plans what becomes of each record, turns what was synced into plain
// records, verifies that, and removes the connection. It must never delete a record that has transactions, nor act on a
// plan that nobody has confirmed.
//
//   - deletion.go: confirms and exports a plan
//   - step.go: one attempt of one step, and the port of other finance applications
//   - plan.go: makes the plan; plan_shown.go counts it as it is shown
//   - convert.go: brings records to their outcomes, part by part
//   - converting.go: what one attempt at that knows, and when it stops
//   - record.go: one record of billing; hold.go says what keeps it from being deleted
//   - crm.go: clears markers in the CRM
//   - verify.go: looks at both sides afterwards
//   - remove.go: tells other applications, and removes the connection
//   - apps.go: the other finance applications that the store knows
package deletion
