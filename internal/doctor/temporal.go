package doctor

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"causeway/internal/app"
	"causeway/workflows/contract"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
)

// Temporal is what the checks ask of Temporal. Each says what it found.
type Temporal interface {
	Namespace(ctx context.Context) (found string, err error)
	SearchAttributes(ctx context.Context) (found string, err error)
	// LastPoll is when a worker last asked for work; zero where none has in the last minutes.
	LastPoll(ctx context.Context) (time.Time, error)
	Close()
}

// Dial reaches the Temporal that the environment names.
func Dial(ctx context.Context, config app.Config, log *slog.Logger) (Temporal, error) {
	namespace, err := app.TemporalNamespace()
	if err != nil {
		return nil, err
	}
	c, err := config.DialTemporal(ctx, log)
	if err != nil {
		return nil, err
	}
	return &dialed{Client: c, namespace: namespace}, nil
}

type dialed struct {
	client.Client
	namespace string
}

// Namespace makes sure that the namespace exists.
func (d *dialed) Namespace(ctx context.Context) (string, error) {
	return fmt.Sprintf("%q exists", d.namespace), app.CheckNamespace(ctx, d.Client, d.namespace)
}

// SearchAttributes makes sure that they are registered.
func (d *dialed) SearchAttributes(ctx context.Context) (string, error) {
	return "registered", app.CheckAttributes(ctx, d.Client, d.namespace)
}

// LastPoll looks at who asks for workflow tasks and for activities.
func (d *dialed) LastPoll(ctx context.Context) (time.Time, error) {
	var last time.Time
	for _, kind := range []enums.TaskQueueType{enums.TASK_QUEUE_TYPE_WORKFLOW, enums.TASK_QUEUE_TYPE_ACTIVITY} {
		queue, err := d.DescribeTaskQueue(ctx, contract.TaskQueue, kind)
		if err != nil {
			return last, fmt.Errorf("describe the task queue %s: %w", contract.TaskQueue, err)
		}
		newest := time.Time{}
		for _, p := range queue.GetPollers() {
			if at := p.GetLastAccessTime().AsTime(); at.After(newest) {
				newest = at
			}
		}
		if newest.IsZero() {
			return time.Time{}, nil // it takes both kinds of work
		}
		if last.IsZero() || newest.Before(last) {
			last = newest
		}
	}
	return last, nil
}
