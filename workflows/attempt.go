package workflows

import (
	"time"

	"causeway/internal/lifecycle"
	"causeway/workflows/contract"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// patience limits the tries of a step.
type patience struct {
	// failures is the greatest number of failures in a row.
	failures int
	// percent scales the back-off; 0 means 100.
	percent int
	// onFailure shows what the step waits for.
	onFailure func(contract.Failure)
}

// attempt runs one activity. It retries after a back-off while the side is unavailable or asks for fewer calls.
func attempt(ctx workflow.Context, opts workflow.ActivityOptions, p patience, activity, in, out any) error {
	for failures := 0; ; {
		err := workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, opts), activity, in).Get(ctx, out)
		panicIfUnreadable(err)
		if err == nil || temporal.IsCanceledError(err) {
			return err
		}
		f := contract.FailureOf(err)
		if failures++; f.Code == contract.CodeUnfinished {
			failures = 1 // it made progress and only ran out of time
		}
		if !f.Retryable() || failures > p.failures {
			return err
		}
		if p.onFailure != nil {
			p.onFailure(f)
		}
		backOff := lifecycle.Scale(min(firstBackOff<<(failures-1), maxStepBackOff), p.percent)
		wait := max(backOff, time.Duration(f.RetryAfterMS)*time.Millisecond)
		timer := workflow.NewTimerWithOptions(ctx, wait, workflow.TimerOptions{Summary: "back-off: " + f.Type + " " + f.Code})
		if err := timer.Get(ctx, nil); err != nil {
			return err
		}
	}
}

// panicIfUnreadable stops the workflow task if a result was encrypted with a key that this worker lacks. Temporal
// then retries the task. Otherwise the workflow would end as if the activity had failed.
func panicIfUnreadable(err error) {
	if contract.Unreadable(err) {
		panic(err)
	}
}
