package report

import (
	"time"

	"causeway/internal/store"
)

// Webhook is one webhook as it is printed.
type Webhook struct {
	// Connection is empty for the webhook of all connections that have none of their own.
	Connection string    `json:"connection"`
	URL        string    `json:"url"`
	By         string    `json:"by"`
	Since      time.Time `json:"since"`
}

func NewWebhook(w store.Webhook) Webhook {
	return Webhook{Connection: w.Connection, URL: w.URL, By: w.Who, Since: w.SetAt.UTC()}
}

func (h Webhook) Of() string {
	if h.Connection == "" {
		return "all connections"
	}
	return h.Connection
}
