package session

import (
	"context"
	"errors"
	"fmt"
	"time"

	"causeway/workflows/contract"
)

// BadAnswer is the error of a command that did its work and found something bad. An empty message was printed already.
type BadAnswer struct{ Message string }

func (b BadAnswer) Error() string { return b.Message }

// Bad is the error of an answer that is bad.
func Bad(format string, args ...any) error { return BadAnswer{Message: fmt.Sprintf(format, args...)} }

// Answer waits for a workflow's answer to a message. If none comes, the error says what may be missing.
func Answer[T any](ctx context.Context, p *Session, ask func(context.Context) (T, error)) (T, error) {
	return AnswerWithin(ctx, p, answerWait, ask)
}

// AnswerWithin is Answer with another time limit.
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

// CodeTemporal is the code of a failure that is Temporal's, not a workflow's.
const CodeTemporal = "TEMPORAL"

// Refusal returns the reason that a workflow refused with, without the words that Temporal puts around it.
func Refusal(err error) error {
	if err == nil {
		return nil
	}
	if f := contract.FailureOf(err); f.Code != CodeTemporal {
		return errors.New(f.Reason)
	}
	return err
}
