package contract

import (
	"fmt"
	"time"

	"github.com/google/uuid"
)

// The states of a connection.
const (
	StateConnected = "connected" // the first sync has not been completed yet
	StateActive    = "active"
)

// The triggers of a run.
const (
	TriggerInitial  = "initial"
	TriggerSchedule = "schedule"
	TriggerManual   = "manual"
	TriggerRetry    = "retry"
)

// The states of a run.
const (
	RunRunning   = "running"
	RunPaused    = "paused"
	RunCompleted = "completed"
	RunFailed    = "failed"
	RunCanceled  = "canceled"
)

// State is all of an Integration that survives its continuing as new. Its methods are pure.
type State struct {
	// Series makes the ids of runs: that of the first execution of this Integration.
	Series   string    `json:"series"`
	State    string    `json:"state"`
	Degraded *Degraded `json:"degraded,omitempty"`
	// Runs is the number of the run that was asked for last.
	Runs    int      `json:"runs"`
	Queue   []RunRef `json:"queue,omitempty"`
	Running *RunRef  `json:"running,omitempty"`
	Last    *RunRef  `json:"last,omitempty"`
	// FailedRuns counts the failed runs since the last one that was completed.
	FailedRuns    int       `json:"failed_runs,omitempty"`
	RecordsFailed int       `json:"records_failed,omitempty"`
	LastSync      time.Time `json:"last_sync,omitzero"`
	NextSync      time.Time `json:"next_sync,omitzero"`
	CadenceMS     int64     `json:"cadence_ms,omitempty"`
}

// NewState is the state of a connection that was just made: its first sync is in the queue.
func NewState(connection, series string) State {
	s := State{Series: series, State: StateConnected}
	s.Ask(connection, TriggerInitial, "")
	return s
}

// Ask puts a run into the queue. Until the first sync was completed, every run is an initial one.
func (s *State) Ask(connection, trigger, retryOf string) RunRef {
	s.Runs++
	ref := RunRef{
		RunID:   runID(s.Series, s.Runs),
		Number:  s.Runs,
		Trigger: trigger,
		RetryOf: retryOf,
	}
	if s.State == StateConnected {
		ref.Trigger, ref.RetryOf = TriggerInitial, ""
		ref.WorkflowID = InitialSyncID(connection, s.Runs)
	} else {
		ref.WorkflowID = PeriodicSyncID(connection, s.Runs)
	}
	s.Queue = append(s.Queue, ref)
	return ref
}

// Begin takes the next run from the queue.
func (s *State) Begin() (RunRef, bool) {
	if s.Running != nil || len(s.Queue) == 0 {
		return RunRef{}, false
	}
	ref := s.Queue[0]
	s.Queue = append([]RunRef(nil), s.Queue[1:]...)
	s.Running = &ref
	return ref, true
}

// Complete ends the running sync well.
func (s *State) Complete(result SyncResult, now time.Time) {
	s.Last, s.Running = s.Running, nil
	s.State = StateActive
	s.Degraded = nil
	s.FailedRuns = 0
	s.RecordsFailed = result.Failed
	s.LastSync = result.EndedAt
	s.CadenceMS = result.CadenceMS
	s.NextSync = now.Add(time.Duration(result.CadenceMS) * time.Millisecond)
}

// Fail ends the running sync badly: the connection is degraded, and tries again after a back-off.
func (s *State) Fail(f Failure, now time.Time) {
	s.Last, s.Running = s.Running, nil
	s.FailedRuns++
	if s.Degraded == nil {
		s.Degraded = &Degraded{Since: now}
	}
	s.Degraded.Reason = f.Reason
	if f.Code != "" {
		s.Degraded.Reason = fmt.Sprintf("%s [%s]", f.Reason, f.Code)
	}
	s.NextSync = now.Add(s.backOff(f))
}

// backOff is 1, 2, 4, ... minutes, 1 hour at most, and never shorter than the side asks for.
func (s *State) backOff(f Failure) time.Duration {
	wait := time.Hour
	if s.FailedRuns <= 6 {
		wait = time.Minute << (s.FailedRuns - 1)
	}
	return max(wait, time.Duration(f.RetryAfterMS)*time.Millisecond)
}

// Due asks for a scheduled run when its time has come and nothing else is under way.
func (s *State) Due(connection string, now time.Time) bool {
	if s.Running != nil || len(s.Queue) > 0 || s.NextSync.IsZero() || now.Before(s.NextSync) {
		return false
	}
	s.Ask(connection, TriggerSchedule, "")
	return true
}

// Status is the state as the status query gives it.
func (s *State) Status(connection string) Status {
	return Status{
		Connection: connection, State: s.State, Degraded: s.Degraded,
		Running: s.Running, Last: s.Last, NextSync: s.NextSync, Queued: s.Queue,
	}
}

// runID makes a run's id from the series and the number: deterministic, so that no random source is
// needed in a workflow.
func runID(series string, number int) string {
	return uuid.NewSHA1(uuid.NameSpaceURL, fmt.Appendf(nil, "causeway:run:%s:%d", series, number)).String()
}
