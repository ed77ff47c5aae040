package session

import (
	"context"
	"errors"
	"fmt"
	"time"

	"causeway/workflows/contract"
)

// BadAnswer is a thing that was done, and whose answer is bad. It was printed already where it says nothing.
type BadAnswer struct{ Message string }

func (b BadAnswer) Error() string { return b.Message }

// Bad is the error of an answer that is bad.
func Bad(format string, args ...any) error { return BadAnswer{Message: fmt.Sprintf(format, args...)} }

// Answer waits for a workflow's answer to a message, and says what may be missing where none comes.
func Answer[T any](ctx context.Context, p *Session, ask func(context.Context) (T, error)) (T, error) {
	return AnswerWithin(ctx, p, answerWait, ask)
}

// AnswerWithin is answer for a message that takes its time.
func AnswerWithin[T any](ctx context.Context, p *Session, wait time.Duration, ask func(context.Context) (T, error)) (T, error) {
	asking, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	hint := time.AfterFunc(HintAfter, func() { p.Note("No answer yet. Is a worker running? `starter doctor` tells.") })
	defer hint.Stop()
	out, err := ask(asking)
	if err != nil && asking.Err() != nil && ctx.Err() == nil {
		return out, fmt.Errorf("no worker answered within %s: start one (`worker` or `worker/dev`), or check TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE: %w",
			wait, err)
	}
	return out, Refusal(err)
}

// CodeTemporal is the code of a failure that no workflow of ours gave.
const CodeTemporal = "TEMPORAL"

// Refusal is what a workflow refuses in its own words: those that Temporal puts around them help nobody.
func Refusal(err error) error {
	if err == nil {
		return nil
	}
	if f := contract.FailureOf(err); f.Code != CodeTemporal {
		return errors.New(f.Reason)
	}
	return err
}
