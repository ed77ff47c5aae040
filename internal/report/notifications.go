package report

import (
	"time"
)

// Notifications are what list prints.
type Notifications struct {
	// Unread counts those that nobody has read, whatever the limit.
	Unread  int            `json:"unread"`
	Notices []Notification `json:"notifications"`
}

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

// Delivery is what became of a notification at its webhook.
type Delivery struct {
	DeliveredAt *time.Time `json:"delivered_at"`
	Tries       int        `json:"tries"`
	Problem     string     `json:"problem"`
}
