package apply

import (
	"context"
	"time"

	"causeway/internal/budget"
	"causeway/internal/record"
)

// mark stores the intents of a batch, passes its operations to handOn, and meanwhile marks the next batch. It is one
// batch ahead and no more, since operations in the queue use up their deadlines. The operations on one customer's
// contact persons form one chain, so that they are carried out one after the other.
func (c *chunk) mark(ctx context.Context, ops []record.Operation, marked chan<- [][]record.Operation) error {
	chains := c.chainsOf(ops)
	for len(chains) > 0 && ctx.Err() == nil && c.firstFailure() == nil && !c.try.Over(ctx, 0) {
		batch, ids := nextBatch(chains, c.pace.batch(c.try.Now()))
		chains = chains[len(batch):]
		deadline := c.try.Now().Add(c.try.Timing.Call)
		granted, err := c.try.Store.Operations.MarkSent(ctx, c.try.Token, ids, deadline)
		if err != nil {
			return err
		}
		marked <- grantedOf(batch, granted, deadline) // handOn always drains the channel, so this cannot hang
	}
	return nil
}

// grantedOf leaves out the operations that were not granted.
func grantedOf(batch [][]record.Operation, granted []string, deadline time.Time) [][]record.Operation {
	held := make(map[string]bool, len(granted))
	for _, id := range granted {
		held[id] = true
	}
	out := make([][]record.Operation, 0, len(batch))
	for _, chain := range batch {
		mine := chain[:0]
		for _, op := range chain {
			if held[op.ID] {
				op.Deadline = deadline
				mine = append(mine, op)
			}
		}
		if len(mine) > 0 {
			out = append(out, mine)
		}
	}
	return out
}

// handOn passes what is marked to the senders, chain by chain.
func handOn(marked <-chan [][]record.Operation, work chan<- []record.Operation) {
	for batch := range marked {
		for _, chain := range batch {
			work <- chain // the senders always drain the channel
		}
	}
}

// send carries out one chain. After a call of unknown outcome it releases the rest of the chain: a customer's persons
// are settled by counting, which only works with one unknown at a time.
func (c *chunk) send(ctx context.Context, chain []record.Operation) {
	stop := false
	for _, op := range chain {
		if stop || budget.Halted(ctx) != nil || c.firstFailure() != nil || !c.try.Now().Before(op.Deadline) {
			c.results <- result{op: op, release: true}
			continue
		}
		// A call in flight finishes even if the attempt is cancelled, but not after its own deadline.
		call, cancel := context.WithDeadline(context.WithoutCancel(ctx), op.Deadline)
		outcome, err := c.execute(call, op)
		cancel()
		c.pace.calls.Add(1)
		c.listen(err)
		res := result{op: op}
		switch {
		case err == nil:
			res.outcome = outcome
		case record.IsAmbiguous(err):
			stop = true
		default:
			res.outcome, res.release = c.sortFailure(op, err)
		}
		c.results <- res
	}
}
