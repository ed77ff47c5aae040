package lifecycle

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"causeway/workflows/contract"
)

// takenIn are the states in which an update is taken.
var takenIn = map[string][]string{
	contract.SyncNowUpdate:         {contract.StateConnected, contract.StateActive},
	contract.RetryUpdate:           {contract.StateActive},
	contract.ResyncRecordUpdate:    {contract.StateActive},
	contract.ImportRecordUpdate:    {contract.StateActive},
	contract.ResolveConflictUpdate: {contract.StateActive},
	contract.ConfigureUpdate:       {contract.StateConnected, contract.StateActive, contract.StatePausing, contract.StatePaused},
	contract.ReauthorizeUpdate:     {contract.StateConnected, contract.StateActive, contract.StatePausing, contract.StatePaused, contract.StateDisabled, contract.StateDeleting},
	contract.DisableUpdate:         {contract.StateActive, contract.StatePausing, contract.StatePaused},
	contract.EnableUpdate:          {contract.StateDisabled},
	contract.PlanDeleteUpdate:      {contract.StateDisabled},
	contract.DeleteUpdate:          {contract.StateDisabled},
	contract.ResumeDeleteUpdate:    {contract.StateDeleting},
}

// Refuses says why the state does not allow an update, empty where it does: which state it is, and in which the
// update would be taken.
func (s *State) Refuses(update string) string {
	taken := takenIn[update]
	switch {
	case !slices.Contains(taken, s.State):
		return fmt.Sprintf("%s: the connection is %s%s; %s is taken when it is %s%s",
			update, s.State, because(s), update, strings.Join(taken, " or "), way(s, update))
	case s.Answering != "" && takesTurns(update):
		return fmt.Sprintf("%s: %s is being answered; ask again when it has been", update, s.Answering)
	case update == contract.ResumeDeleteUpdate && s.Deletion.Stopped == nil:
		return fmt.Sprintf("%s: the connection is deleting, and nothing has stopped it; %s is taken when something has", update, update)
	case update == contract.DeleteUpdate && s.Plan == "":
		return fmt.Sprintf("%s: no plan was made since the connection was disabled: ask for one (%s) and confirm that one", update, contract.PlanDeleteUpdate)
	}
	return ""
}

// takesTurns says that two such updates must not be answered at once.
func takesTurns(update string) bool {
	return slices.Contains([]string{contract.DisableUpdate, contract.EnableUpdate, contract.PlanDeleteUpdate, contract.DeleteUpdate, contract.ReauthorizeUpdate}, update)
}

func because(s *State) string {
	switch {
	case s.State == contract.StateConnected:
		return ": its first sync has not been completed, and looks at every record by itself"
	case s.Paused != nil:
		return fmt.Sprintf(" (by %s since %s)", by(s.Paused.Who), s.Paused.Since.UTC().Format(time.RFC3339))
	case s.Disabled != nil && s.State != contract.StateDeleting:
		return fmt.Sprintf(" (by %s since %s)", by(s.Disabled.Who), s.Disabled.Since.UTC().Format(time.RFC3339))
	}
	return ""
}

// way is how to come to such a state, where it is one step.
func way(s *State, update string) string {
	switch {
	case s.State == contract.StateDeleting && update == contract.DeleteUpdate:
		return fmt.Sprintf("; a deletion that has stopped goes on with %s (`starter delete --resume`), without a token", contract.ResumeDeleteUpdate)
	case s.State == contract.StatePaused && slices.Contains(takenIn[update], s.Before):
		return ": resume it first"
	case s.State == contract.StateConnected && update == contract.DisableUpdate:
		return ": pause it first"
	case s.State == contract.StateDisabled && slices.Contains(takenIn[update], contract.StateActive):
		return ": enable it first"
	case s.State != contract.StateDisabled && slices.Contains([]string{contract.PlanDeleteUpdate, contract.DeleteUpdate}, update) && slices.Contains(takenIn[contract.DisableUpdate], s.State):
		return ": disable it first"
	}
	return ""
}
