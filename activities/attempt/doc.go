// Package attempt is one try of an activity: its heartbeat, its claim token, the bounds of its time and records, the
// deadlines of its calls, and the preferences of its run. It must never decide what happens to a record, and never make
// an error of Temporal's: that is for package activities.
//
//   - environment.go: what all attempts of a worker share
//   - attempt.go: begins and ends an attempt, and says when it is over
//   - calls.go: reads of the two sides, each with a deadline
//   - each.go: many calls at once, a bounded number
//   - failure.go: an error as a workflow and a user see it
//   - preferences.go: the preferences that a run keeps to, and what they read
package attempt
