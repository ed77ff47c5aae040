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
