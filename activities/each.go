package activities

import (
	"context"
	"slices"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// each does something for each of n things, a bounded number at once. The first failure ends the others. A cancel of
// the attempt does not: what is in flight is finished, nothing else begins, and errOver says that some were left out.
func each(ctx context.Context, inFlight, n int, do func(ctx context.Context, i int) error) error {
	group, gctx := errgroup.WithContext(ctx)
	group.SetLimit(inFlight)
	var left atomic.Bool
	for i := range n {
		group.Go(func() error {
			err := do(gctx, i)
			if halted(gctx, err) {
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
		return errOver
	}
	return nil
}

// listAll asks for what belongs to each of the things, a bounded number at once, and gives it in their order, of the
// first n of them: all, but where the attempt was cancelled meanwhile, as errOver says.
func listAll[T, R any](ctx context.Context, inFlight int, things []T, list func(context.Context, T) ([]R, error)) (all []R, n int, err error) {
	parts, listed := make([][]R, len(things)), make([]bool, len(things))
	err = each(ctx, inFlight, len(things), func(ctx context.Context, i int) (err error) {
		parts[i], err = list(ctx, things[i])
		listed[i] = err == nil
		return err
	})
	for n < len(things) && listed[n] {
		n++
	}
	return slices.Concat(parts[:n]...), n, err
}
