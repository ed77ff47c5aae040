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
	// WorkSettle stores the next state and then moves to it. WorkKeep stores the present state.
	WorkSettle
	WorkKeep
	WorkDisable
	WorkDelete
)

// NextWork returns what there is to do while no sync is running.
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

// leave moves to a state in which nothing is synced, and remembers the present one.
func (s *State) leave(to string) {
	if s.Working() {
		s.Before = s.State
	}
	s.State, s.Note = to, ""
}

// returnToWork moves back to the state before it was left.
func (s *State) returnToWork() {
	s.State, s.Before, s.Note = s.Before, "", ""
	s.Paused = nil
}

// Restore sets the state of a connection whose workflow was lost to the state in the store. What was in progress is no
// longer known: what was being stopped counts as stopped, and a deletion needs a new plan, which repeats nothing.
func (s *State) Restore(stored string, now time.Time) {
	const who, lost = "unknown", "its workflow was lost and started again"
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

// Pause stops the connection. If it is stopped or ending, only the note changes.
func (s *State) Pause(req contract.ControlRequest, now time.Time) {
	switch {
	case s.Working():
		s.leave(contract.StatePausing)
		s.Paused = &contract.Paused{Who: req.Who, Why: req.Why, Since: now}
	case s.State == contract.StatePausing, s.State == contract.StatePaused:
		s.Note = fmt.Sprintf("pause by %s: it is %s already", nameOf(req.Who), s.State)
	default:
		s.Note = fmt.Sprintf("pause by %s: nothing to pause, the connection is %s", nameOf(req.Who), s.State)
	}
}

// Resume continues the connection where it was stopped, also while its last calls still finish.
func (s *State) Resume(req contract.ControlRequest) {
	switch s.State {
	case contract.StatePausing, contract.StatePaused:
		if s.Paused.Who == contract.Itself {
			s.FailedRuns = 0 // a person has checked it: it may fail as often as before
		}
		s.returnToWork()
	case contract.StateConnected, contract.StateActive:
		s.Note = fmt.Sprintf("resume by %s: it is %s, not paused", nameOf(req.Who), s.State)
	default:
		s.Note = fmt.Sprintf("resume by %s: the connection is %s; only a paused one can be resumed", nameOf(req.Who), s.State)
	}
}

// nameOf returns who asked. A bare signal names nobody.
func nameOf(who string) string {
	if who == "" {
		return "signal"
	}
	return who
}

// PauseItself pauses a connection after MaxFailedRuns failed syncs in a row, and reports whether it did.
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

// Suspend stores the place of the running sync. The sync continues when the connection is resumed, or after the runs
// that go before it.
func (s *State) Suspend(progress *steps.SyncProgress) {
	if s.Running == nil {
		return
	}
	s.Suspended = &Suspended{Run: *s.Running, Progress: progress}
	s.Running = nil
}

// Cancel ends a running sync that was cancelled by hand. The next sync comes with the cadence.
func (s *State) Cancel(now time.Time) {
	ended := s.end()
	if !ended.Scoped {
		s.NextSync = now.Add(max(cadenceOf(s), Scale(time.Hour, s.BackOffPercent)))
	}
}

// Disable begins to end all work. Queued runs are dropped.
func (s *State) Disable(req contract.DisableRequest, now time.Time) {
	s.leave(contract.StateDisabling)
	s.Paused = nil
	s.Disables++
	s.Disabled = &contract.Disabled{Who: req.Who, Why: req.Why, Since: now, DroppedRuns: len(s.Queue)}
	s.Queue = nil
}

// Drained stores the report of disabling, and drops the syncs that were stopped.
func (l *Life) Drained(report contract.DisableReport) {
	for _, was := range []**Suspended{&l.Suspended, &l.Yielded} {
		if *was != nil {
			l.Disabled.DroppedRuns++
			*was = nil
		}
	}
	l.Disabled.Report = &report
}

// Settling returns the next state, which must be stored before the connection moves to it. ok is false if there is none.
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

// Settle moves to the state that was stored, unless a message changed the state meanwhile.
func (s *State) Settle(stored string) bool {
	s.Kept = stored
	if to, ok := s.Settling(); !ok || to != stored {
		return false
	}
	s.State = stored
	return true
}

// Unkept reports whether the store does not have the state yet. Runs store that a connection works, and states that only
// lead to another one are not stored.
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

// NotEnabled ends a check that failed: the connection stays disabled.
func (s *State) NotEnabled() { s.State = contract.StateDisabled }

// Enable starts a disabled connection again. Plans of a deletion become invalid.
func (s *State) Enable(cadence time.Duration) {
	s.returnToWork()
	s.Disabled, s.Plan, s.Degraded, s.FailedRuns = nil, "", nil, 0
	if cadence > 0 {
		s.CadenceMS = cadence.Milliseconds()
	}
}

// Reauthorize resets the count of failures and lets a degraded connection try at once. A connection that paused itself
// is resumed; one that was paused by a person stays paused.
func (s *State) Reauthorize(now time.Time) (resumed bool) {
	s.FailedRuns = 0
	if s.Degraded != nil {
		s.NextSync = now
	}
	if p := s.Paused; p != nil && p.Who == contract.Itself {
		s.returnToWork()
		return true
	}
	return false
}
