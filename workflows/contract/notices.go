package contract

import "time"

// The kinds of notifications.
const (
	NoticeDegraded        = "degraded"  // something is wrong with a connection
	NoticeRecovered       = "recovered" // and now it is not any more
	NoticePaused          = "paused"    // a connection has paused itself
	NoticeDisabled        = "disabled"
	NoticeDeletionStopped = "deletion_stopped" // a deletion waits for somebody
	NoticeDeleted         = "deleted"
)

// NotifyInput leaves a notification.
type NotifyInput struct {
	Connection string `json:"connection"`
	Kind       string `json:"kind"`
	// Key names what is told of: told twice, it is one notification.
	Key  string `json:"key"`
	Text string `json:"text"`
	Link string `json:"link,omitempty"`
}

// NotifyResult is the notification that was left.
type NotifyResult struct {
	ID string `json:"id"`
	// Webhook says that it is to be delivered.
	Webhook bool `json:"webhook"`
}

// DeliverInput asks for one try of delivering a notification.
type DeliverInput struct {
	ID string `json:"id"`
}

// Notice is what a webhook gets as the body of a POST, signed in the header "Causeway-Signature":
// "t=<unix seconds>,v1=<hex of HMAC-SHA256 of "<t>.<body>" under the secret>". It may come twice, with the same ID.
type Notice struct {
	ID         string    `json:"id"`
	Kind       string    `json:"kind"`
	Connection string    `json:"connection"`
	Text       string    `json:"text"`
	Link       string    `json:"link"`
	At         time.Time `json:"at"`
}
