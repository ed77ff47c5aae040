package budget

import "errors"

// DefaultInFlight is the number of calls in flight where a connection sets none. The smaller plans of both sides
// allow 10, so this leaves some room for others.
const DefaultInFlight = 8

// maxBurst limits how many calls may start at the same instant.
const maxBurst = 8

// ErrTooLate means that no call can be granted before the context's deadline.
var ErrTooLate = errors.New("no call granted before the deadline")

// Limits are the limits on one connection's calls to one side. A part of each is reserved for callers with
// priority.
type Limits struct {
	// InFlight is how many calls may be in flight. 0 means DefaultInFlight, plus one for callers with priority. Of
	// any number above 1, one is reserved for them.
	InFlight int
	// PerMinute is how many calls may start in any 60 seconds; 0 means no limit. The burst is reserved for callers
	// with priority.
	PerMinute int
}
