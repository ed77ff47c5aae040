// Package budget grants API calls per connection and side. Everything in a process that calls a side shares one
// budget. It must never call a side itself, nor know how a side is called.
//
//   - budget.go: the grants of a process
//   - limits.go: the limits on calls
//   - grant.go: callers that wait for a call, with and without priority
//   - bucket.go: the limit on calls per minute
//   - day.go: the daily allowance
//   - meter.go: counts the calls that were sent
//   - halt.go: contexts that let calls in flight finish and start no more
package budget
