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

// stopTimeout is how long activities have to return what they have, when the worker stops. It is longer than a
// call's deadline.
const stopTimeout = 30 * time.Second

// heartbeatThrottle limits how late a cancellation reaches an activity.
const heartbeatThrottle = 500 * time.Millisecond

// stickyWait is how long a workflow waits for the worker that ran it last, before any other worker may run it. A
// killed worker costs each of its workflows this long.
const stickyWait = time.Second

// Options are what differs between the programs that run a worker.
type Options struct {
	Timing attempt.Timing
	Log    *slog.Logger
	// WebhookPrivate allows webhooks and other applications at addresses of a private network.
	WebhookPrivate bool
	// Payloads is the data converter of the worker's client.
	Payloads converter.DataConverter
	// Link returns the address of a connection's page, for notifications. Nil means there is none.
	Link func(connection string) string
	// OnFatal is called if a started worker stops by itself, for example because its namespace was deleted. It may
	// be nil.
	OnFatal func(error)
}

// New returns a worker that polls Causeway's task queue once it is started.
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
