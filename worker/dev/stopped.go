package main

import (
	"context"
	"fmt"
	"time"

	"causeway/internal/store/deletions"
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
	case s.State == contract.StateDeleted:
		said, remedy = whom(s.Disabled.Who, "", s.Disabled.Since), "another --data-dir begins anew, or go run ./starter connect "+connectionID
	case s.State == contract.StateDisabled && s.Disabled != nil:
		said, remedy = whom(s.Disabled.Who, s.Disabled.Why, s.Disabled.Since), "go run ./starter enable "+connectionID+" --crm-org ID"
	}
	return fmt.Sprintf("the connection is %s%s; no sync begins: %s", e.status.State, said, remedy)
}

// deletedBefore refuses to undo a deletion by connecting anew what it has just ended.
func (d *demo) deletedBefore(ctx context.Context) error {
	all, err := d.store.Deletions.List(ctx, connectionID)
	if err != nil {
		return err
	}
	for _, deletion := range all {
		if deletion.State == deletions.Done {
			return &stoppedError{contract.Status{State: contract.StateDeleted, Disabled: &contract.Disabled{Who: deletion.ConfirmedBy, Since: deletion.FinishedAt}}}
		}
	}
	return nil
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
