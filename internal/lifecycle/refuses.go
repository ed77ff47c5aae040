package lifecycle

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"causeway/workflows/contract"
)

// acceptedIn lists the states in which an update is accepted.
var acceptedIn = map[string][]string{
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

// Refuses returns why the state does not allow an update of the connection, or "" if it does. The reason names the
// state, the states that allow the update, and the command that leads there.
func (s *State) Refuses(connection, update string) string {
	accepted := acceptedIn[update]
	switch {
	case !slices.Contains(accepted, s.State):
		return fmt.Sprintf("%s: %s is %s%s. It is possible when %s is %s%s",
			update, connection, s.State, because(s), connection, strings.Join(accepted, " or "), remedy(s, connection, update))
	case s.Answering != "" && isExclusive(update):
		return fmt.Sprintf("%s: %s of %s is in progress; wait for its answer, then try again", update, s.Answering, connection)
	case update == contract.ResumeDeleteUpdate && s.Deletion.Stopped == nil:
		return fmt.Sprintf("%s: %s is deleting, and nothing has stopped the deletion. It is possible when %s is stopped in mid-deletion; see `starter status %s`",
			update, connection, connection, connection)
	case update == contract.DeleteUpdate && s.Plan == "":
		return fmt.Sprintf("%s: there is no plan since %s was disabled. Make one first (%s): `starter delete %s --plan-only`",
			update, connection, contract.PlanDeleteUpdate, connection)
	}
	return ""
}

// isExclusive reports whether no other update of this kind may be in progress.
func isExclusive(update string) bool {
	return slices.Contains([]string{
		contract.DisableUpdate, contract.EnableUpdate, contract.PlanDeleteUpdate, contract.DeleteUpdate, contract.ReauthorizeUpdate,
	}, update)
}

// because returns what explains the state, as a part of a sentence.
func because(s *State) string {
	switch {
	case s.State == contract.StateConnected:
		return ": its first sync is not complete, and reads every record anyway"
	case s.Paused != nil:
		return fmt.Sprintf(" (by %s since %s)", nameOf(s.Paused.Who), s.Paused.Since.UTC().Format(time.RFC3339))
	case s.Disabled != nil && s.State != contract.StateDeleting:
		return fmt.Sprintf(" (by %s since %s)", nameOf(s.Disabled.Who), s.Disabled.Since.UTC().Format(time.RFC3339))
	}
	return ""
}

// remedy returns the one command that leads to a state that allows the update, or "" if more than one is needed.
func remedy(s *State, connection, update string) string {
	switch {
	case s.State == contract.StateDeleting && update == contract.DeleteUpdate:
		return fmt.Sprintf(". A deletion that stopped is continued without a token (%s): `starter delete %s --resume`",
			contract.ResumeDeleteUpdate, connection)
	case s.State == contract.StatePaused && slices.Contains(acceptedIn[update], s.Before):
		return fmt.Sprintf(". Resume it first: `starter resume %s`", connection)
	case s.State == contract.StateConnected && update == contract.DisableUpdate:
		return fmt.Sprintf(". Pause it first: `starter pause %s`", connection)
	case s.State == contract.StateDisabled && slices.Contains(acceptedIn[update], contract.StateActive):
		return fmt.Sprintf(". Enable it first: `starter enable %s --crm-org ID`", connection)
	case s.State != contract.StateDisabled && slices.Contains([]string{contract.PlanDeleteUpdate, contract.DeleteUpdate}, update) &&
		slices.Contains(acceptedIn[contract.DisableUpdate], s.State):
		return fmt.Sprintf(". Disable it first: `starter disable %s`", connection)
	}
	return ""
}
