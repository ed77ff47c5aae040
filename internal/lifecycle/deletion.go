package lifecycle

import (
	"fmt"
	"time"

	"causeway/workflows/contract"
)

// NewPlan returns the id of the next plan.
func (s *State) NewPlan() string {
	s.Plans++
	return runID(s.Series, fmt.Sprintf("plan:%d", s.Plans))
}

// Delete begins a deletion. It cannot be undone.
func (s *State) Delete(req contract.DeleteRequest, now time.Time) {
	s.State, s.Note = contract.StateDeleting, ""
	s.Deletion = &contract.Deletion{Plan: req.Plan, Choice: req.Choice, Who: req.Who, Since: now}
}

// Progressed stores how far the deletion has come. Without a deletion in progress it changes nothing.
func (s *State) Progressed(now contract.DeletionNow) {
	if s.State == contract.StateDeleting && s.Deletion.Stopped == nil {
		s.Deletion.Now = &now
	}
}

// StopDeletion stores the step that failed.
func (l *Life) StopDeletion(stopped contract.Stopped) {
	l.Deletion.Stopped, l.Deletion.Now = &stopped, nil
}

// ResumeDeletion continues where the deletion stopped.
func (l *Life) ResumeDeletion() { l.Deletion.Stopped = nil }

// Deleted ends the connection. Only who deleted it is remembered.
func (s *State) Deleted() { s.State, s.Degraded, s.Note = contract.StateDeleted, nil, "" }
