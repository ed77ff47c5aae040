package budget

import (
	"sync"

	"causeway/internal/record"
)

type key struct {
	connection string
	side       record.Side
}

// Budget holds the grants of a process. Make one and share it.
type Budget struct {
	mu     sync.Mutex
	grants map[key]*Grant
}

// New returns an empty budget.
func New() *Budget { return &Budget{grants: map[key]*Grant{}} }

// For returns the grant of a connection and side. It is always the same one, with the limits given last.
func (b *Budget) For(connection string, side record.Side, limits Limits) *Grant {
	b.mu.Lock()
	defer b.mu.Unlock()
	k := key{connection, side}
	g, ok := b.grants[k]
	if !ok {
		g = &Grant{}
		b.grants[k] = g
	}
	g.setLimits(limits)
	return g
}
