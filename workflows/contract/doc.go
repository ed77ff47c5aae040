// Package contract is the public vocabulary of Causeway's workflows, for backend services: names, ids, requests, results,
// error types, search attributes, and a small typed client. It must never break a caller: fields and names are added,
// but never renamed or removed.
//
//   - contract.go: names of workflows and messages, search attributes, ids.
//   - states.go: the states of connections and runs, and who stopped a connection.
//   - messages.go: what starts a connection, its status, and syncs.
//   - requests.go: requests about preferences and single records.
//   - check.go: checks that several requests share.
//   - life_messages.go: requests to pause, disable, enable, delete and reauthorize.
//   - deletion.go: the plan and the progress of a deletion.
//   - push.go, push_check.go: quotes and invoices, and the checks of a push.
//   - preferences.go: how a connection syncs.
//   - notices.go: what a webhook receives.
//   - errors.go: error types and codes, and a failure.
//   - client.go, client_life.go, client_push.go: the typed client.
//   - payloads.go: encryption of what the client sends and reads.
package contract
