// Package budget grants API calls per connection and side, shared by everything in a process that calls
// that side. It must never call a side itself, nor know how one is called.
package budget

import (
	"errors"
	"sync"

	"causeway/internal/record"
)

// DefaultInFlight is the number of calls in flight where a connection names none: what the smaller plans
// of both sides take (10), less some room for others.
const DefaultInFlight = 8

// maxBurst bounds how many calls of a minute's worth may start at one instant.
const maxBurst = 8

// ErrTooLate says that no call was granted, since none can be before the context's deadline.
var ErrTooLate = errors.New("no call granted before the deadline")

// Limits bound the calls of one connection to one side. Of each a part is kept for callers with priority.
type Limits struct {
	// InFlight is how many calls may be in flight; 0 is DefaultInFlight, and one more for callers with priority. Of a
	// number above 1 one is kept for them.
	InFlight int
	// PerMinute is how many calls may start in any 60 seconds; 0 is no bound. What may start at one instant is kept.
	PerMinute int
}

type key struct {
	connection string
	side       record.Side
}

// Budget holds the grants of a process. Make one, and share it.
type Budget struct {
	mu     sync.Mutex
	grants map[key]*Grant
}

// New is an empty budget.
func New() *Budget { return &Budget{grants: map[key]*Grant{}} }

// For is the grant of that connection and side: always the same one, with the limits given last.
func (b *Budget) For(connection string, side record.Side, limits Limits) *Grant {
	b.mu.Lock()
	defer b.mu.Unlock()
	k := key{connection, side}
	g, ok := b.grants[k]
	if !ok {
		g = &Grant{}
		b.grants[k] = g
	}
	g.limit(limits)
	return g
}
