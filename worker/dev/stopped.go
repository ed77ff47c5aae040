package main

import (
	"fmt"
	"time"

	"causeway/workflows/contract"
)

// stoppedError is a connection that somebody has stopped, so that no sync starts.
type stoppedError struct {
	status  contract.Status
	starter func(args string) string // writes a command out
}

// Error tells the state, who stopped the connection and why, and the command that goes on.
func (e *stoppedError) Error() string {
	switch s := e.status; {
	case s.Paused != nil:
		return e.message(whom(s.Paused.Who, s.Paused.Why, s.Paused.Since), "Resume it: "+e.starter("resume "+connectionID))
	case s.Deletion != nil && s.Deletion.Stopped != nil:
		return fmt.Sprintf("The deletion of connection %s has stopped: %s. No sync was started. Remove the cause, then resume the deletion: %s",
			connectionID, s.Deletion.Stopped.Reason, e.starter("delete "+connectionID+" --resume"))
	case s.State == contract.StateDeleted:
		return e.message(whom(s.Disabled.Who, "", s.Disabled.Since),
			"Choose another --data-dir to begin with fresh data, or connect these organisations again: "+e.starter("connect "+connectionID))
	case s.State == contract.StateDisabled && s.Disabled != nil:
		return e.message(whom(s.Disabled.Who, s.Disabled.Why, s.Disabled.Since), "Enable it: "+e.starter("enable "+connectionID+" --crm-org ID"))
	default:
		return e.message("", "See how far it is: "+e.starter("status "+connectionID))
	}
}

func (e *stoppedError) message(whom, remedy string) string {
	return fmt.Sprintf("Connection %s is %s%s. No sync was started. %s", connectionID, e.status.State, whom, remedy)
}

func whom(who, why string, since time.Time) string {
	out := " since " + since.Local().Format(time.DateTime)
	if who != "" {
		out += ", by " + who
	}
	if why != "" {
		out += " (" + why + ")"
	}
	return out
}
