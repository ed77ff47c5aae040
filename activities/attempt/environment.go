package attempt

import (
	"context"
	"log/slog"
	"time"

	"causeway/internal/billing"
	"causeway/internal/crm"
	"causeway/internal/store"
)

// Environment is what all attempts of a worker share.
type Environment struct {
	Store  *store.Store
	Sides  Sides
	Timing Timing
	// InFlight bounds the calls that one attempt has in flight; less than 1 counts as 1.
	InFlight int
	Now      func() time.Time
	Log      *slog.Logger
}

// Sides makes the clients of a connection's two sides.
type Sides interface {
	CRM(ctx context.Context, connection string) (crm.Port, error)
	Billing(ctx context.Context, connection string) (billing.Port, error)
	Transactions(ctx context.Context, connection string) (billing.Transactions, error)
	// RefreshMembers stores which CRM user has which profile.
	RefreshMembers(ctx context.Context, connection string) error
}

// Timing is how long calls may take, and how long after that they may still take effect.
type Timing struct {
	// Call is the deadline of one call. It ends before the heartbeat time-out does.
	Call time.Duration
	// Margin is how long after its deadline a write may still take effect on a side.
	Margin time.Duration
	// Beat is the time between heartbeats. A ticker of its own sends them, not the calls, since a call may hang. A
	// heartbeat's reply brings a pause, so calls still start for as long as one beat lasts.
	Beat time.Duration
}

// DefaultTiming suits a side that is reached over the Internet.
func DefaultTiming() Timing {
	return Timing{Call: 15 * time.Second, Margin: billing.MarginAfterDeadline, Beat: 400 * time.Millisecond}
}

// How many calls' time a read gets, and a short one that a user waits for: the client repeats a read by itself.
const (
	callsOfARead      = 4
	callsOfAShortRead = 2
)

// Read is how long one read may take, with the repetitions that the client makes by itself.
func (t Timing) Read() time.Duration { return callsOfARead * t.Call }

// ShortRead is Read for what a user waits for.
func (t Timing) ShortRead() time.Duration { return callsOfAShortRead * t.Call }
