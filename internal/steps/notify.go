package steps

// NotifyInput asks to store a notification.
type NotifyInput struct {
	Connection string `json:"connection"`
	Kind       string `json:"kind"`
	// Key identifies the event, so that it is notified once.
	Key  string `json:"key"`
	Text string `json:"text"`
	Link string `json:"link,omitempty"`
}

// NotifyResult is the stored notification.
type NotifyResult struct {
	ID string `json:"id"`
	// Webhook reports whether it must be delivered.
	Webhook bool `json:"webhook"`
}

// DeliverInput asks to try once to deliver a notification.
type DeliverInput struct {
	ID string `json:"id"`
}
