package apply

import (
	"fmt"
	"time"

	"causeway/internal/record"
)

// ClockSkew is how far a side's clock may be from ours, when its creation times are compared with the times of our
// intents.
const ClockSkew = 10 * time.Minute

// MaxAttempts is how often an operation is sent while nobody learns its outcome.
const MaxAttempts = 10

// CodeNoAnswer is the code of a record or a run that got no useful answer.
const CodeNoAnswer = "NO_ANSWER"

// A side that took so many writes in a row and answered none is away, whatever it answers to reads. To go on would
// send every record as often as allowed.
const (
	mostSilent      = 16
	mostSilentToCRM = 3 // calls of many records
)

// noAnswer is the failure of a side that answers no write.
func noAnswer(side record.Side, writes int, cause error) *record.Error {
	return &record.Error{Kind: record.Unavailable, Side: side, Op: "write", Code: CodeNoAnswer, Err: cause,
		Message: fmt.Sprintf("no useful answer to any of %d writes", writes),
		Remedy:  "check whether that system is under maintenance; once it answers, what was sent is looked up, and nothing is made twice"}
}
