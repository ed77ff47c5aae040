package steps

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
