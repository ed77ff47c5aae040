package push

import (
	"context"
	"errors"
	"sync"
	"time"

	"causeway/activities/attempt"
	"causeway/internal/billing"

	"golang.org/x/sync/singleflight"
)

// capabilitiesLast is how long what a billing system says about itself is believed.
const capabilitiesLast = 10 * time.Minute

// Capabilities remembers what the billing systems of connections can do with transactions. All pushes of a worker share
// it. No lock is held during a call: a billing organisation that does not answer delays the pushes of its own connection
// only.
type Capabilities struct {
	asking singleflight.Group

	mu    sync.Mutex
	known map[string]knownCapabilities
}

type knownCapabilities struct {
	billing.TransactionCapabilities
	until time.Time
}

// Of returns what the connection's billing system can do. It asks once in a while: pushes of one connection that need it
// at the same time share one call.
func (c *Capabilities) Of(ctx context.Context, try *attempt.Attempt, connection string, port billing.Transactions) (billing.TransactionCapabilities, error) {
	for {
		if known, ok := c.remembered(connection, try.Now()); ok {
			return known, nil
		}
		answer := c.asking.DoChan(connection, func() (any, error) { return c.ask(ctx, try, connection, port) })
		select {
		case <-ctx.Done():
			return billing.TransactionCapabilities{}, ctx.Err()
		case got := <-answer:
			if got.Shared && errors.Is(got.Err, context.Canceled) && ctx.Err() == nil && !attempt.Halted(ctx, got.Err) {
				continue // the attempt that asked for all of them was cancelled, and this one was not
			}
			caps, _ := got.Val.(billing.TransactionCapabilities)
			return caps, got.Err
		}
	}
}

func (c *Capabilities) remembered(connection string, now time.Time) (billing.TransactionCapabilities, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	known, ok := c.known[connection]
	return known.TransactionCapabilities, ok && now.Before(known.until)
}

func (c *Capabilities) ask(ctx context.Context, try *attempt.Attempt, connection string, port billing.Transactions) (billing.TransactionCapabilities, error) {
	ctx, cancel := try.Calling(ctx)
	defer cancel()
	caps, err := port.ProbeTransactions(ctx)
	if err != nil {
		return caps, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil {
		c.known = map[string]knownCapabilities{}
	}
	c.known[connection] = knownCapabilities{caps, try.Now().Add(capabilitiesLast)}
	return caps, nil
}
