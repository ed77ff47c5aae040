package mapping

import (
	"context"

	"causeway/internal/mapping/transform"
	"causeway/internal/record"
)

// RunInterrupted evaluates an expression whose time is over, and gives the reason why it failed.
func RunInterrupted(expression string, v record.Values) (reason string) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, reason = transform.Compile(expression).RunWithin(ctx, v)
	return reason
}
