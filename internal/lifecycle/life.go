package lifecycle

import (
	"fmt"
	"time"

	"causeway/internal/steps"
	"causeway/workflows/contract"
)

// MaxFailedRuns is how many syncs may fail in a row before the connection pauses itself.
const MaxFailedRuns = 10

// The kinds of work that an Integration does next.
const (
	WorkNone = iota
	WorkSync
	// WorkSettle stores the state that it then goes on to; WorkKeep the one that it has.
	WorkSettle
	WorkKeep
	WorkDisable
	WorkDelete
)

// NextWork says what there is to do, as long as no sync is running.
func (s *State) NextWork() int {
	_, settles := s.Settling()
	switch {
	case settles:
		return WorkSettle
	case s.Unkept():
		return WorkKeep
	case s.State == contract.StateDisabling && s.Running == nil:
		return WorkDisable
	case s.State == contract.StateDeleting && s.Deletion.Stopped == nil:
		return WorkDelete
	case begins(s):
		return WorkSync
	}
	return WorkNone
}

// leave goes from work to another state.
func (s *State) leave(to string) {
	if s.Working() {
		s.Before = s.State
	}
	s.State, s.Note = to, ""
}

// back goes to work again.
func (s *State) back() {
	s.State, s.Before, s.Note = s.Before, "", ""
	s.Paused = nil
}

// Restore puts a connection whose workflow is lost where the store says that it stood. What was under way is not
// known any more: what was being stopped is stopped, and a deletion is planned anew, which repeats nothing.
func (s *State) Restore(stored string, now time.Time) {
	const who, lost = "nobody known", "its workflow was lost, and made anew"
	switch stored {
	case contract.StatePausing, contract.StatePaused:
		s.leave(contract.StatePaused)
		s.Paused = &contract.Paused{Who: who, Why: lost, Since: now}
	case contract.StateDisabling, contract.StateDisabled, contract.StateEnabling, contract.StateDeleting:
		s.leave(contract.StateDisabled)
		s.Disabled = &contract.Disabled{Who: who, Why: lost, Since: now, Report: &contract.DisableReport{}}
		s.Queue = nil
	}
}

// Pause stops the connection. One that is stopped, or ends, changes nothing.
func (s *State) Pause(req contract.ControlRequest, now time.Time) {
	switch {
	case s.Working():
		s.leave(contract.StatePausing)
		s.Paused = &contract.Paused{Who: req.Who, Why: req.Why, Since: now}
	case s.State == contract.StatePausing, s.State == contract.StatePaused:
		s.Note = fmt.Sprintf("pause by %s: it is %s already", by(req.Who), s.State)
	default:
		s.Note = fmt.Sprintf("pause by %s: nothing to pause, the connection is %s", by(req.Who), s.State)
	}
}

// Resume takes the connection up again where it was stopped, also while its calls in flight still finish.
func (s *State) Resume(req contract.ControlRequest) {
	switch s.State {
	case contract.StatePausing, contract.StatePaused:
		if s.Paused.Who == contract.Itself {
			s.FailedRuns = 0 // somebody has looked: it gets as many tries as before
		}
		s.back()
	case contract.StateConnected, contract.StateActive:
		s.Note = fmt.Sprintf("resume by %s: it is %s, not paused", by(req.Who), s.State)
	default:
		s.Note = fmt.Sprintf("resume by %s: the connection is %s; resume is for one that is paused", by(req.Who), s.State)
	}
}

func by(who string) string {
	if who == "" {
		return "somebody"
	}
	return who
}

// PauseItself stops a connection whose syncs fail again and again.
func (s *State) PauseItself(now time.Time) bool {
	if !s.Working() || s.FailedRuns < MaxFailedRuns {
		return false
	}
	why := fmt.Sprintf("%d syncs in a row have failed", s.FailedRuns)
	if s.Degraded != nil {
		why += ", the last one with: " + s.Degraded.Reason
	}
	s.Pause(contract.ControlRequest{Who: contract.Itself, Why: why}, now)
	return true
}

// Suspend keeps the running sync where it stands, to go on with the connection, or after what comes ahead of it.
func (s *State) Suspend(progress *steps.SyncProgress) {
	if s.Running == nil {
		return
	}
	s.Suspended = &Suspended{Run: *s.Running, Progress: progress}
	s.Running = nil
}

// Cancel ends the running sync that somebody cancelled by hand: the next one comes with the cadence.
func (s *State) Cancel(now time.Time) {
	ended := s.end()
	if !ended.Scoped {
		s.NextSync = now.Add(max(cadenceOf(s), Scale(time.Hour, s.BackOffPercent)))
	}
}

// Disable begins the end of all work. The runs that wait are not carried out any more.
func (s *State) Disable(req contract.DisableRequest, now time.Time) {
	s.leave(contract.StateDisabling)
	s.Paused = nil
	s.Disables++
	s.Disabled = &contract.Disabled{Who: req.Who, Why: req.Why, Since: now, DroppedRuns: len(s.Queue)}
	s.Queue = nil
}

// Drained notes what came of disabling.
func (l *Life) Drained(report contract.DisableReport) {
	for _, was := range []**Suspended{&l.Suspended, &l.Yielded} {
		if *was != nil {
			l.Disabled.DroppedRuns++
			*was = nil
		}
	}
	l.Disabled.Report = &report
}

// Settling gives the state that the connection may go on to once that state is stored.
func (s *State) Settling() (string, bool) {
	switch {
	case s.Running != nil:
	case s.State == contract.StatePausing:
		return contract.StatePaused, true
	case s.State == contract.StateDisabling && s.Disabled.Report != nil:
		return contract.StateDisabled, true
	}
	return "", false
}

// Settle goes on to the state that was stored, unless a message came between.
func (s *State) Settle(stored string) bool {
	s.Kept = stored
	if to, ok := s.Settling(); !ok || to != stored {
		return false
	}
	s.State = stored
	return true
}

// Unkept says that the store does not know the state yet. A connection that has only ever been at work is kept
// by its runs, and what is only passed through is not kept.
func (s *State) Unkept() bool {
	switch s.State {
	case contract.StateConnected, contract.StateActive:
		return s.Kept != "" && s.Kept != s.State
	case contract.StatePaused, contract.StateDisabling, contract.StateDisabled, contract.StateDeleting:
		return s.Kept != s.State
	}
	return false
}

// Enabling begins the check of both sides.
func (s *State) Enabling() { s.State = contract.StateEnabling }

// NotEnabled goes back.
func (s *State) NotEnabled() { s.State = contract.StateDisabled }

// Enable takes a disabled connection up again. Plans of a deletion are void from then on.
func (s *State) Enable(cadence time.Duration) {
	s.back()
	s.Disabled, s.Plan, s.Degraded, s.FailedRuns = nil, "", nil, 0
	if cadence > 0 {
		s.CadenceMS = cadence.Milliseconds()
	}
}

// Reauthorize counts the connection's troubles from new, and has it try at once. One that paused itself goes on;
// one that somebody paused stays so.
func (s *State) Reauthorize(now time.Time) (resumed bool) {
	s.FailedRuns = 0
	if s.Degraded != nil {
		s.NextSync = now
	}
	if p := s.Paused; p != nil && p.Who == contract.Itself {
		s.back()
		return true
	}
	return false
}
