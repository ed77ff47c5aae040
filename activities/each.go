package activities

import (
	"context"
	"slices"

	"golang.org/x/sync/errgroup"
)

// listAll asks for what belongs to each of the things, a bounded number at once, and gives it in their order.
func listAll[T, R any](ctx context.Context, inFlight int, things []T, list func(context.Context, T) ([]R, error)) ([]R, error) {
	parts := make([][]R, len(things))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(inFlight)
	for i, thing := range things {
		group.Go(func() (err error) {
			parts[i], err = list(ctx, thing)
			return err
		})
	}
	err := group.Wait()
	return slices.Concat(parts...), err
}
