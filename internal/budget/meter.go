package budget

import (
	"context"
	"sync"

	"causeway/internal/record"
)

// Class is how a call is counted.
type Class string

// The classes. Read: list, get, query, count, deleted. Write: each call that creates, updates, upserts or deletes.
// Other: tokens and metadata.
const (
	Read  Class = "read"
	Write Class = "write"
	Other Class = "other"
)

// Meter counts the calls that were sent, by side and class. The zero value is ready to use, and a nil Meter counts
// nothing. It is safe for concurrent use.
type Meter struct {
	mu    sync.Mutex
	calls map[record.Side]record.Calls
	spent map[record.Side]int
}

// Add counts one call that uses one of the side's daily allowance.
func (m *Meter) Add(side record.Side, class Class) { m.AddCostly(side, class, 1) }

// AddCostly counts one call that uses cost of the side's daily allowance.
func (m *Meter) AddCostly(side record.Side, class Class, cost int) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.calls == nil {
		m.calls, m.spent = map[record.Side]record.Calls{}, map[record.Side]int{}
	}
	m.spent[side] += cost
	c := m.calls[side]
	switch class {
	case Read:
		c.Read++
	case Write:
		c.Write++
	default:
		c.Other++
	}
	m.calls[side] = c
}

// Calls returns a copy of the counts, with both sides present.
func (m *Meter) Calls() map[record.Side]record.Calls {
	out := map[record.Side]record.Calls{record.CRM: {}, record.Billing: {}}
	if m == nil {
		return out
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for side, c := range m.calls {
		out[side] = c
	}
	return out
}

// Spent returns what the calls to a side used of its daily allowance.
func (m *Meter) Spent(side record.Side) int {
	if m == nil {
		return 0
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.spent[side]
}

type meterKey struct{}

// WithMeter returns a context under which every call is counted by m.
func WithMeter(ctx context.Context, m *Meter) context.Context {
	return context.WithValue(ctx, meterKey{}, m)
}

// MeterFrom returns the context's meter, or nil.
func MeterFrom(ctx context.Context) *Meter {
	m, _ := ctx.Value(meterKey{}).(*Meter)
	return m
}
