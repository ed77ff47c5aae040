package workflows

import (
	"time"

	"causeway/internal/lifecycle"
	"causeway/workflows/contract"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// patience bounds the tries of a step.
type patience struct {
	// failures in a row end it.
	failures int
	// percent scales the back-off, 0 is 100.
	percent int
	// onFailure shows what the step waits for.
	onFailure func(contract.Failure)
}

// attempt runs one activity, and again after a back-off while its side is unavailable or wants fewer calls.
func attempt(ctx workflow.Context, opts workflow.ActivityOptions, p patience, activity, in, out any) error {
	for failures := 0; ; {
		err := workflow.ExecuteActivity(workflow.WithActivityOptions(ctx, opts), activity, in).Get(ctx, out)
		mustRead(err)
		if err == nil || temporal.IsCanceledError(err) {
			return err
		}
		f := contract.FailureOf(err)
		if failures++; f.Code == contract.CodeUnfinished {
			failures = 1 // it got on, and only ran out of time
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

// mustRead stops the workflow task, which is tried again, where a result was encrypted with a key that this worker lacks:
// going on would end the workflow as if the activity had failed.
func mustRead(err error) {
	if contract.Unreadable(err) {
		panic(err)
	}
}
