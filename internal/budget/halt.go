package budget

import "context"

type haltKey struct{}

// Finishing returns a context for work that may end in good order after ctx is cancelled. Calls in flight go on,
// within ctx's deadline, and their results can be stored. But no further call starts, and none waits to start. The
// caller must call cancel.
func Finishing(ctx context.Context) (context.Context, context.CancelFunc) {
	out := context.WithValue(context.WithoutCancel(ctx), haltKey{}, ctx)
	if deadline, ok := ctx.Deadline(); ok {
		return context.WithDeadline(out, deadline)
	}
	return context.WithCancel(out)
}

// Halted returns why no call may start under the context, or nil: its own error, or that of the context that
// Finishing was made from. Check it just before each call to a side.
func Halted(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if from, ok := ctx.Value(haltKey{}).(context.Context); ok {
		return from.Err()
	}
	return nil
}

// Waiting returns a context for everything that comes before a call. It ends when no call may start any more, so no
// wait lasts longer than until a pause. The caller must call cancel.
func Waiting(ctx context.Context) (context.Context, context.CancelFunc) {
	from, ok := ctx.Value(haltKey{}).(context.Context)
	if !ok {
		return context.WithCancel(ctx)
	}
	out, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(from, cancel)
	return out, func() { stop(); cancel() }
}

// OnHalt calls f in its own goroutine once no call may start under the context any more. The returned stop cancels
// that.
func OnHalt(ctx context.Context, f func()) (stop func() bool) {
	from, ok := ctx.Value(haltKey{}).(context.Context)
	if !ok {
		return func() bool { return true } // a plain context ends its calls itself
	}
	return context.AfterFunc(from, f)
}
