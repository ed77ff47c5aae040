package contract

import (
	"fmt"
	"time"
)

// Deletion says how far a deletion has come.
type Deletion struct {
	Plan   string    `json:"plan"`
	Choice string    `json:"choice"`
	Who    string    `json:"who,omitempty"`
	Since  time.Time `json:"since"`
	// Stopped is the step that failed, until somebody resumes the deletion.
	Stopped *Stopped `json:"stopped,omitempty"`
	// Done counts what all tries together have done, but for the one that is under way: that is Now.
	Done *DeleteCounts `json:"done,omitempty"`
	Now  *DeletionNow  `json:"now,omitempty"`
}

// DeletionNow is how far a try has come: the step that it is at, and the outcomes so far.
type DeletionNow struct {
	Step string `json:"step"`
	DeleteCounts
}

// Stopped is a step of a deletion that failed.
type Stopped struct {
	Step   string `json:"step"`
	Code   string `json:"code"`
	Reason string `json:"reason"`
}

// Count adds what another try has done.
func (d *Deletion) Count(more DeleteCounts) {
	sum := more
	if d.Done != nil {
		sum.Add(*d.Done)
	}
	d.Done, d.Now = &sum, nil
}

// Counts are the outcomes of all tries, the one that is under way among them.
func (d *Deletion) Counts() DeleteCounts {
	var sum DeleteCounts
	if d.Done != nil {
		sum.Add(*d.Done)
	}
	if d.Now != nil {
		sum.Add(d.Now.DeleteCounts)
	}
	return sum
}

// String is the reason with the code.
func (s *Stopped) String() string { return Failure{Code: s.Code, Reason: s.Reason}.String() }

// NewPlan gives the id of a plan.
func (s *State) NewPlan() string {
	s.Plans++
	return runID(s.Series, fmt.Sprintf("plan:%d", s.Plans))
}

// Delete begins what cannot be undone.
func (s *State) Delete(req DeleteRequest, now time.Time) {
	s.State, s.Note = StateDeleting, ""
	s.Deletion = &Deletion{Plan: req.Plan, Choice: req.Choice, Who: req.Who, Since: now}
}

// Progressed notes how far the deletion has come. What comes when none is under way changes nothing.
func (s *State) Progressed(now DeletionNow) {
	if s.State == StateDeleting && s.Deletion.Stopped == nil {
		s.Deletion.Now = &now
	}
}

// StopDeletion notes the step that failed.
func (s *State) StopDeletion(stopped Stopped) { s.Deletion.Stopped, s.Deletion.Now = &stopped, nil }

// ResumeDeletion goes on where the deletion stopped.
func (s *State) ResumeDeletion() { s.Deletion.Stopped = nil }

// Deleted ends the connection: nothing is remembered but who deleted it.
func (s *State) Deleted() { s.State, s.Degraded, s.Note = StateDeleted, nil, "" }
