package budget

import "context"

type haltKey struct{}

// Finishing is a context for work that comes to an end once ctx is cancelled, rather than be cut off: what is in
// flight goes on, within ctx's deadline, and its result can be stored; but no call starts any more, and nothing waits
// for one. The caller must call cancel.
func Finishing(ctx context.Context) (context.Context, context.CancelFunc) {
	out := context.WithValue(context.WithoutCancel(ctx), haltKey{}, ctx)
	if deadline, ok := ctx.Deadline(); ok {
		return context.WithDeadline(out, deadline)
	}
	return context.WithCancel(out)
}

// Halted says why no call may start under the context: its own error, or that of the context which Finishing was
// made from. Whoever calls a side looks here just before.
func Halted(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if from, ok := ctx.Value(haltKey{}).(context.Context); ok {
		return from.Err()
	}
	return nil
}

// Waiting is ctx for all that comes before a call starts: it ends when no call may start any more, and so no wait
// outlasts a pause. The caller must call cancel.
func Waiting(ctx context.Context) (context.Context, context.CancelFunc) {
	from, ok := ctx.Value(haltKey{}).(context.Context)
	if !ok {
		return context.WithCancel(ctx)
	}
	out, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(from, cancel)
	return out, func() { stop(); cancel() }
}

// OnHalt calls f, in a goroutine of its own, once no call may start under the context any more. It gives what takes
// that back.
func OnHalt(ctx context.Context, f func()) (stop func() bool) {
	from, ok := ctx.Value(haltKey{}).(context.Context)
	if !ok {
		return func() bool { return true } // a context that is cut off ends its calls by itself
	}
	return context.AfterFunc(from, f)
}
