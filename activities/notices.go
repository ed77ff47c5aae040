package activities

import (
	"context"

	"causeway/activities/notify"
	"causeway/internal/record"
	"causeway/internal/steps"
)

// Notices holds the activities that tell people. Temporal retries what fails of them.
type Notices struct {
	Notifier notify.Notifier
}

// Notify stores a notification, once by its connection and key: asked again, it returns the first one's id.
func (n *Notices) Notify(ctx context.Context, in steps.NotifyInput) (steps.NotifyResult, error) {
	if err := notify.Check(in); err != nil {
		return steps.NotifyResult{}, finalError("notify", err)
	}
	out, err := n.Notifier.Put(ctx, in)
	return out, retryableError("notify", err)
}

// DeliverNotice calls the webhook of a notification's connection once.
func (n *Notices) DeliverNotice(ctx context.Context, in steps.DeliverInput) error {
	notice, err := n.Notifier.Find(ctx, in.ID)
	if record.IsKind(err, record.NotFound) {
		return finalError("deliver", err)
	}
	if err == nil {
		err = n.Notifier.Deliver(ctx, notice)
	}
	if ctx.Err() != nil {
		return ctx.Err() // the attempt was cut off: that says nothing about the webhook
	}
	return retryableError("deliver", err)
}
