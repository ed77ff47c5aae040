// Package amount is exact arithmetic with money, for the billing sandbox.
// It must never use a float, nor an amount beyond Most: sums of larger ones are not exact.
//
//   - amount.go: sums, rounding, and amounts of requests
package amount
