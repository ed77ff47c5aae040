package record

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Kind tells the caller what a failure means, whatever the provider's own code is.
type Kind string

// The closed list of kinds.
const (
	Invalid      Kind = "invalid"      // the request or the record is wrong: a retry changes nothing
	NotFound     Kind = "not_found"    // the record, organisation or address does not exist
	Conflict     Kind = "conflict"     // another record or attempt has the name, the SKU, the marker or the claim
	Unauthorized Kind = "unauthorized" // the credential is refused or lacks the right
	RateLimited  Kind = "rate_limited" // too many calls: nothing was done, retry after RetryAfter
	Unavailable  Kind = "unavailable"  // the side did not answer, or its answer was unusable: retry
)

// Error is a failure with all that a user needs to act: what failed, where, and the remedy. It keeps the provider's
// own code and message.
type Error struct {
	Kind       Kind
	Side       Side          // empty where no side is involved
	Op         string        // what was tried: "list Accounts", "create customer"
	Code       string        // the provider's code, or ours in upper case
	Message    string        // the provider's message, or ours
	RecordID   string        // the record concerned, where there is one
	Remedy     string        // what to do now, where we know
	RetryAfter time.Duration // with RateLimited; 0 where the provider does not say
	// Ambiguous is set where a write may have taken effect although no good answer came back: a time-out, a reset,
	// a cut reply, a server error. Such a write must be settled before it is repeated.
	Ambiguous bool
	Err       error
}

// Error returns the side, the operation, the reason and the record.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Side != "" {
		b.WriteString(string(e.Side) + ": ")
	}
	if e.Op != "" {
		b.WriteString(e.Op + ": ")
	}
	b.WriteString(e.Reason())
	if e.RecordID != "" {
		fmt.Fprintf(&b, " (record %s)", e.RecordID)
	}
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	return b.String()
}

// Reason returns the part that users see: message, code and remedy, without the operation.
func (e *Error) Reason() string {
	msg := e.Message
	if msg == "" {
		msg = strings.ReplaceAll(string(e.Kind), "_", " ")
	}
	if e.Code != "" {
		msg += " [" + e.Code + "]"
	}
	if e.Remedy != "" {
		msg += "; " + e.Remedy
	}
	return msg
}

func (e *Error) Unwrap() error { return e.Err }

// KindOf returns the kind of the first Error in the chain. Without one it returns Unavailable, so an unknown
// failure is retried.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Unavailable
}

// IsKind reports whether the chain holds an Error of that kind.
func IsKind(err error, kind Kind) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind == kind
}

// IsAmbiguous reports whether a write with this error may have taken effect.
func IsAmbiguous(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Ambiguous
}
