package main

import (
	"fmt"
	"time"

	"causeway/workflows/contract"
)

// stoppedError is a connection that somebody has stopped: no sync begins.
type stoppedError struct{ status contract.Status }

func (e *stoppedError) Error() string {
	said, remedy := "", "go run ./starter status "+connectionID+" tells how it goes on"
	switch s := e.status; {
	case s.Paused != nil:
		said, remedy = whom(s.Paused.Who, s.Paused.Why, s.Paused.Since), "go run ./starter resume "+connectionID
	case s.Deletion != nil && s.Deletion.Stopped != nil:
		said, remedy = ", which has stopped: "+s.Deletion.Stopped.Reason, "go run ./starter delete "+connectionID+" --resume"
	case s.State == contract.StateDisabled && s.Disabled != nil:
		said, remedy = whom(s.Disabled.Who, s.Disabled.Why, s.Disabled.Since), "go run ./starter enable "+connectionID
	}
	return fmt.Sprintf("the connection is %s%s; no sync begins: %s", e.status.State, said, remedy)
}

func whom(who, why string, since time.Time) string {
	out := " since " + since.Local().Format(time.DateTime)
	if who != "" {
		out += " by " + who
	}
	if why != "" {
		out += " (" + why + ")"
	}
	return out
}
