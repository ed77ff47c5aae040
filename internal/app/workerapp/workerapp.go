// Package workerapp builds the worker that carries out Causeway's workflows and activities. It is
// imported by the mains that run one, and must never link an embedded server.
package workerapp

import (
	"log/slog"
	"time"

	"causeway/activities"
	"causeway/activities/attempt"
	"causeway/internal/app"
	"causeway/internal/budget"
	"causeway/internal/store"
	"causeway/internal/webhook"
	"causeway/workflows"
	"causeway/workflows/contract"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/worker"
)

// stopTimeout is what a graceful end gives to activities: they return what they have within a call's
// deadline.
const stopTimeout = 30 * time.Second

// heartbeatThrottle bounds how late a cancellation reaches an activity.
const heartbeatThrottle = 500 * time.Millisecond

// stickyWait bounds how long a workflow waits for the worker that knew it before it goes to any other: what
// a killed worker costs each of its workflows.
const stickyWait = time.Second

// Options are what differs between the mains.
type Options struct {
	Timing attempt.Timing
	Log    *slog.Logger
	// WebhookPrivate lets webhooks and other applications be at addresses of a private network.
	WebhookPrivate bool
	// Payloads is the data converter of the worker's client.
	Payloads converter.DataConverter
	// Link is where a connection is looked at, for notifications; nil knows none.
	Link func(connection string) string
	// OnFatal is told why a started worker has stopped by itself (its namespace is gone, say); nil ignores it.
	OnFatal func(error)
}

// New is a worker that polls Causeway's task queue once it is started.
func New(c client.Client, st *store.Store, sides *app.Sides, o Options) worker.Worker {
	w := worker.New(c, contract.TaskQueue, worker.Options{
		WorkerStopTimeout:                stopTimeout,
		MaxHeartbeatThrottleInterval:     heartbeatThrottle,
		DefaultHeartbeatThrottleInterval: heartbeatThrottle,
		MaxConcurrentActivityTaskPollers: 4,
		MaxConcurrentWorkflowTaskPollers: 4,
		StickyScheduleToStartTimeout:     stickyWait,
		OnFatalError:                     o.OnFatal,
		Interceptors:                     workflows.Interceptors(o.Payloads),
	})
	workflows.Register(w)
	activities.Register(w, activities.Options{
		Environment: attempt.Environment{
			Store: st, Sides: sides, Timing: o.Timing, InFlight: budget.DefaultInFlight, Now: time.Now, Log: o.Log,
		},
		Sender: webhook.New(webhook.Options{Private: o.WebhookPrivate}), Link: o.Link,
	})
	return w
}
