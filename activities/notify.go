package activities

import (
	"context"

	"causeway/internal/record"
	"causeway/workflows/contract"
)

// Notices holds the activities that tell people.
type Notices struct{}

var errNoNotices = &record.Error{Kind: record.Invalid, Op: "notify", Code: "NOT_OFFERED", Message: "this worker leaves no notifications"}

// Notify leaves a notification.
func (*Notices) Notify(context.Context, contract.NotifyInput) (contract.NotifyResult, error) {
	return contract.NotifyResult{}, fail("notify", errNoNotices)
}

// DeliverNotice tries the webhook once.
func (*Notices) DeliverNotice(context.Context, contract.DeliverInput) error {
	return fail("deliver", errNoNotices)
}
