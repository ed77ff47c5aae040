// Package pushes keeps requests for actions on transactions, the transactions themselves, and the finance workspace.
// It must never give one push to two attempts.
//
//   - admit.go: gives requests their place
//   - pushes.go: claims and finishes pushes
//   - queue.go: pushes that wait for a paused connection
//   - transactions.go: transactions as billing has them
//   - figures.go: what figures are made from, and were written
//   - workspace.go: what the finance workspace holds
//   - uploads.go: files that wait to be attached
package pushes
