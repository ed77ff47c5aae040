package mapping

import (
	"context"

	"causeway/internal/record"
)

// RunInterrupted evaluates an expression whose time is over, and gives the reason why it failed.
func RunInterrupted(expression string, v record.Values) (reason string) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, reason = compile(expression).runWithin(ctx, v)
	return reason
}
