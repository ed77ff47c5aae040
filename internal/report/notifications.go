package report

import (
	"cmp"
	"time"

	"causeway/internal/store/administration"
)

// Notifications lists Causeway's notifications.
type Notifications struct {
	// Unread counts those that nobody has read, whatever the limit.
	Unread  int            `json:"unread"`
	Notices []Notification `json:"notifications"`
}

// Notification is one notification.
type Notification struct {
	ID         string     `json:"id"`
	Kind       string     `json:"kind"`
	Connection string     `json:"connection"`
	Text       string     `json:"text"`
	Link       string     `json:"link"`
	At         time.Time  `json:"at"`
	Read       bool       `json:"read"`
	ReadAt     *time.Time `json:"read_at"`
	Delivery   Delivery   `json:"webhook"`
}

// Delivery is the delivery of a notification to its webhook.
type Delivery struct {
	DeliveredAt *time.Time `json:"delivered_at"`
	Tries       int        `json:"tries"`
	Problem     string     `json:"problem"`
}

// NewNotifications builds Notifications. link returns where a connection is shown, for a notification without a link.
func NewNotifications(list []administration.Notice, unread int, link func(connection string) string) Notifications {
	out := Notifications{Unread: unread, Notices: make([]Notification, len(list))}
	for i, n := range list {
		out.Notices[i] = Notification{
			ID: n.ID, Kind: n.Kind, Connection: n.Connection, Text: n.Text, Link: cmp.Or(n.Link, link(n.Connection)),
			At: n.CreatedAt, Read: !n.ReadAt.IsZero(), ReadAt: optional(n.ReadAt),
			Delivery: Delivery{DeliveredAt: optional(n.DeliveredAt), Tries: n.Tries, Problem: n.Problem},
		}
	}
	return out
}

// NotificationsRead counts the notifications that were marked as read.
type NotificationsRead struct {
	Read int `json:"read"`
}

// Webhook is an address that notifications are delivered to.
type Webhook struct {
	// Connection is empty for the webhook of all connections that have none of their own.
	Connection string    `json:"connection"`
	URL        string    `json:"url"`
	By         string    `json:"by"`
	Since      time.Time `json:"since"`
}

// NewWebhook builds a Webhook. It leaves out the secret.
func NewWebhook(w administration.Webhook) Webhook {
	return Webhook{Connection: w.Connection, URL: w.URL, By: w.Who, Since: w.SetAt.UTC()}
}

// Of returns whose notifications are delivered.
func (h Webhook) Of() string {
	if h.Connection == "" {
		return "all connections"
	}
	return h.Connection
}

// Webhooks lists the webhooks of all connections.
type Webhooks struct {
	Webhooks []Webhook `json:"webhooks"`
}

// NewWebhooks builds Webhooks. It leaves out the secrets.
func NewWebhooks(list []administration.Webhook) Webhooks {
	out := Webhooks{Webhooks: make([]Webhook, len(list))}
	for i, w := range list {
		out.Webhooks[i] = NewWebhook(w)
	}
	return out
}

// WebhookRemoved reports whether there was a webhook to remove.
type WebhookRemoved struct {
	Connection string `json:"connection"`
	Removed    bool   `json:"removed"`
}

// optional returns a time, or null if it is not set.
func optional(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
