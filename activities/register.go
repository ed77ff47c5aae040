package activities

import (
	"causeway/activities/attempt"
	"causeway/activities/deletion"
	"causeway/activities/notify"
	"causeway/internal/webhook"
)

// Registry takes activities: a worker, or a test environment.
type Registry interface {
	RegisterActivity(activity any)
}

// Options are what a worker's activities need.
type Options struct {
	attempt.Environment
	// Sender calls webhooks and other finance applications.
	Sender *webhook.Sender
	// Link returns where a connection can be looked at, for notifications; nil where there is no such place.
	Link func(connection string) string
}

// Register registers all activities under their methods' names.
func Register(r Registry, o Options) {
	for _, a := range All(o) {
		r.RegisterActivity(a)
	}
}

// All returns the structs whose methods are the activities.
func All(o Options) []any {
	return []any{
		&Sync{Env: o.Environment},
		&Setup{Env: o.Environment},
		&Life{Env: o.Environment},
		&Conversion{Env: o.Environment, Apps: &deletion.Registry{Store: o.Store, Sender: o.Sender, Now: o.Now}},
		&Pushes{Env: o.Environment},
		&Notices{Notifier: notify.Notifier{Store: o.Store, Sender: o.Sender, Link: o.Link, Now: o.Now, Log: o.Log}},
	}
}
