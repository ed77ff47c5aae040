package record

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Kind says what a failure means for the one who called, whatever the provider's own code.
type Kind string

// The closed list of kinds.
const (
	Invalid      Kind = "invalid"      // the request or the record is wrong: trying again changes nothing
	NotFound     Kind = "not_found"    // the record, organisation or address does not exist
	Conflict     Kind = "conflict"     // something else has the name, the SKU, the marker or the claim
	Unauthorized Kind = "unauthorized" // the credential is refused or may not do this
	RateLimited  Kind = "rate_limited" // too many calls: nothing was done, try again after RetryAfter
	Unavailable  Kind = "unavailable"  // the side could not be reached or answered nonsense: try again
)

// Error is a failure with all that a user needs to act: what, where, and the remedy. The provider's own
// code and message are kept.
type Error struct {
	Kind       Kind
	Side       Side          // empty where it is neither side's
	Op         string        // what was tried: "list Accounts", "create customer"
	Code       string        // the provider's code, or ours in upper case
	Message    string        // the provider's message, or ours
	RecordID   string        // the record concerned, where there is one
	Remedy     string        // what to do about it, where we know
	RetryAfter time.Duration // with RateLimited; 0 where the provider does not say
	// Ambiguous is set where a write may have taken effect although no good answer came back: a time-out,
	// a reset, a cut reply, a server error. Such a write must be settled, never just repeated.
	Ambiguous bool
	Err       error
}

// Error says what went wrong, where, and what to do.
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

// Reason is the part for a user's eyes: message, code and remedy, without the operation.
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

// KindOf is the kind of the first Error in the chain, and Unavailable where there is none: an unknown
// failure is tried again.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Unavailable
}

// IsKind says whether the chain holds an Error of that kind.
func IsKind(err error, kind Kind) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind == kind
}

// IsAmbiguous says whether a write that failed so may have taken effect.
func IsAmbiguous(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Ambiguous
}
