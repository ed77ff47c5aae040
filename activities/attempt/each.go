package attempt

import (
	"context"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// Each calls do for each of n things, a bounded number at once. The first failure ends the others. A cancel of the
// attempt does not: calls in flight finish, no other begins, and ErrOver reports that some were left out.
func Each(ctx context.Context, inFlight, n int, do func(ctx context.Context, i int) error) error {
	group, gctx := errgroup.WithContext(ctx)
	group.SetLimit(inFlight)
	var left atomic.Bool
	for i := range n {
		group.Go(func() error {
			err := do(gctx, i)
			if Halted(gctx, err) {
				left.Store(true)
				return nil
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	if left.Load() {
		return ErrOver
	}
	return nil
}

// ListAll calls list for each of the things, a bounded number at once. It returns what the first n of them listed, in
// their order. n is the number of all things, unless the attempt was cancelled: then the error is ErrOver.
func ListAll[T, R any](ctx context.Context, inFlight int, things []T, list func(context.Context, T) ([]R, error)) (all []R, n int, err error) {
	parts, listed := make([][]R, len(things)), make([]bool, len(things))
	err = Each(ctx, inFlight, len(things), func(ctx context.Context, i int) (err error) {
		parts[i], err = list(ctx, things[i])
		listed[i] = err == nil
		return err
	})
	for n < len(things) && listed[n] {
		n++
	}
	return slices.Concat(parts[:n]...), n, err
}
