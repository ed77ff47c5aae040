package lifecycle

import (
	"fmt"
	"time"

	"causeway/workflows/contract"
)

// NewPlan gives the id of a plan.
func (s *State) NewPlan() string {
	s.Plans++
	return runID(s.Series, fmt.Sprintf("plan:%d", s.Plans))
}

// Delete begins what cannot be undone.
func (s *State) Delete(req contract.DeleteRequest, now time.Time) {
	s.State, s.Note = contract.StateDeleting, ""
	s.Deletion = &contract.Deletion{Plan: req.Plan, Choice: req.Choice, Who: req.Who, Since: now}
}

// Progressed notes how far the deletion has come. What comes when none is under way changes nothing.
func (s *State) Progressed(now contract.DeletionNow) {
	if s.State == contract.StateDeleting && s.Deletion.Stopped == nil {
		s.Deletion.Now = &now
	}
}

// StopDeletion notes the step that failed.
func (l *Life) StopDeletion(stopped contract.Stopped) {
	l.Deletion.Stopped, l.Deletion.Now = &stopped, nil
}

// ResumeDeletion goes on where the deletion stopped.
func (l *Life) ResumeDeletion() { l.Deletion.Stopped = nil }

// Deleted ends the connection: nothing is remembered but who deleted it.
func (s *State) Deleted() { s.State, s.Degraded, s.Note = contract.StateDeleted, nil, "" }
