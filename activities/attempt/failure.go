package attempt

import (
	"errors"
	"time"

	"causeway/internal/record"
	"causeway/workflows/contract"
)

// FailureOf returns what a workflow or a caller sees of an error: its kind, its code, and the reason with the remedy. op
// says what was being done; it may be empty. The error's cause stays out of it: it may hold a record's data.
func FailureOf(op string, err error) contract.Failure {
	if op != "" {
		op += ": "
	}
	f := contract.Failure{Type: contract.ErrorType(record.KindOf(err)), Reason: op + err.Error()}
	var e *record.Error
	if !errors.As(err, &e) {
		return f
	}
	f.Code = e.Code
	f.RetryAfterMS = e.RetryAfter.Milliseconds()
	f.Reason = op
	if e.Side != "" {
		f.Reason += string(e.Side) + ": "
	}
	f.Reason += e.Reason()
	if e.RecordID != "" {
		f.Reason += " (record " + e.RecordID + ")"
	}
	return f
}

// CodeOf is the code of an error, empty for one that has none.
func CodeOf(err error) string {
	var e *record.Error
	if !errors.As(err, &e) {
		return ""
	}
	return e.Code
}

// RetryAfter is how long a side asks to be left alone.
func RetryAfter(err error) time.Duration {
	var e *record.Error
	if !errors.As(err, &e) {
		return 0
	}
	return e.RetryAfter
}
