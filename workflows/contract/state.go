package contract

import (
	"fmt"
	"strconv"
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
	TriggerResync   = "resync"  // of one record
	TriggerImport   = "import"  // of one record that was searched for
	TriggerResolve  = "resolve" // of a conflict that somebody decided
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
	// Scopes counts the runs of some records alone: it makes their ids.
	Scopes int `json:"scopes,omitempty"`
	// Preferences is the version that the last configure made.
	Preferences int `json:"preferences,omitempty"`
	// CadenceSince is the number of the run that was running when the cadence was set: what that run, or one
	// before it, says of the cadence is old.
	CadenceSince int `json:"cadence_since,omitempty"`
	// PrunedAt is when the history was pruned last.
	PrunedAt time.Time `json:"pruned_at,omitzero"`
}

// NewState is the state of a connection that was just made: its first sync is in the queue.
func NewState(connection, series string) State {
	s := State{Series: series, State: StateConnected}
	s.Ask(connection, TriggerInitial, "")
	return s
}

// Ask puts a run into the queue. Until the first sync was completed, every run is an initial one.
func (s *State) Ask(connection, trigger, retryOf string) RunRef {
	return s.AskFor(connection, RunRef{Trigger: trigger, RetryOf: retryOf})
}

// AskFor is Ask with all that a run can be told: it fills the number, the workflow's id and, where the run
// has none yet, its own.
func (s *State) AskFor(connection string, ref RunRef) RunRef {
	s.Runs++
	ref.Number = s.Runs
	if ref.RunID == "" {
		ref.RunID = runID(s.Series, strconv.Itoa(s.Runs))
	}
	if s.State == StateConnected {
		ref.Trigger, ref.RetryOf, ref.Scoped = TriggerInitial, "", false
		ref.WorkflowID = InitialSyncID(connection, s.Runs)
	} else {
		ref.WorkflowID = PeriodicSyncID(connection, s.Runs)
	}
	s.Queue = append(s.Queue, ref)
	return ref
}

// NewScope gives the id of a run of some records alone: the store keeps these under it before it is asked for.
func (s *State) NewScope() string {
	s.Scopes++
	return runID(s.Series, "scope:"+strconv.Itoa(s.Scopes))
}

// Join gives the run that does all that a sync would do: one that waits, or the running one. One that was begun
// with earlier preferences does not do for whoever has just edited them.
func (s *State) Join(edited bool) (RunRef, bool) {
	if running := s.Running; running != nil && !edited && running.whole() {
		return *running, true
	}
	for _, ref := range s.Queue {
		if ref.whole() {
			return ref, true
		}
	}
	return RunRef{}, false
}

// whole says that the run looks at all records.
func (r RunRef) whole() bool { return !r.Scoped && r.Trigger != TriggerRetry }

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

// Complete ends the running sync well. A run of some records alone says nothing of the others: the next sync
// comes as if it had not been.
func (s *State) Complete(result SyncResult, now time.Time) {
	ended := s.end()
	s.State = StateActive
	s.Degraded = nil
	s.FailedRuns = 0
	if ended.Scoped {
		return
	}
	s.RecordsFailed = result.Failed
	s.LastSync = result.EndedAt
	if s.CadenceSince == 0 || ended.Number > s.CadenceSince {
		s.CadenceMS, s.CadenceSince = result.CadenceMS, 0
	}
	s.NextSync = now.Add(s.cadence())
}

// end takes the running sync away.
func (s *State) end() RunRef {
	s.Last, s.Running = s.Running, nil
	if s.Last == nil {
		return RunRef{}
	}
	return *s.Last
}

func (s *State) cadence() time.Duration { return time.Duration(s.CadenceMS) * time.Millisecond }

// Fail ends the running sync badly: the connection is degraded, and tries again after a back-off. After a run of
// some records alone the next sync comes as if it had not been.
func (s *State) Fail(f Failure, now time.Time) {
	ended := s.end()
	if s.Degraded == nil {
		s.Degraded = &Degraded{Since: now}
	}
	s.Degraded.Reason = f.Reason
	if f.Code != "" {
		s.Degraded.Reason = fmt.Sprintf("%s [%s]", f.Reason, f.Code)
	}
	if ended.Scoped {
		return
	}
	s.FailedRuns++
	s.NextSync = now.Add(s.backOff(f))
}

// Configure takes new preferences: their cadence counts at once, from the end of the last sync on. A back-off
// stays as it is.
func (s *State) Configure(version int, cadence time.Duration, now time.Time) {
	before := s.cadence()
	s.Preferences, s.CadenceMS = version, cadence.Milliseconds()
	if s.Running != nil {
		s.CadenceSince = s.Running.Number
	}
	if s.FailedRuns > 0 || s.NextSync.IsZero() || cadence == before {
		return
	}
	if s.NextSync = s.NextSync.Add(cadence - before); s.NextSync.Before(now) {
		s.NextSync = now
	}
}

// Refuses says why the state does not allow an update, empty where it does. What has no such rule is allowed.
func (s *State) Refuses(update string) string {
	switch update {
	case RetryUpdate, ResyncRecordUpdate, ImportRecordUpdate, ResolveConflictUpdate:
		if s.State != StateActive {
			return fmt.Sprintf("%s: the connection is %s: its first sync has not been completed, and looks at every record by itself; "+
				"%s is taken when it is %s", update, s.State, update, StateActive)
		}
	case ConfigureUpdate:
		if s.State != StateConnected && s.State != StateActive {
			return fmt.Sprintf("%s: the connection is %s; %s is taken when it is %s or %s", update, s.State, update, StateConnected, StateActive)
		}
	}
	return ""
}

// pruneEvery is the time between two looks at the history for what is too old.
const pruneEvery = 24 * time.Hour

// PruneDue says that the history may hold runs that are older than they are kept.
func (s *State) PruneDue(now time.Time) bool {
	return s.State == StateActive && now.Sub(s.PrunedAt) >= pruneEvery
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
		Running: s.Running, Last: s.Last, NextSync: s.NextSync, Queued: s.Queue, Preferences: s.Preferences,
	}
}

// runID makes a run's id from the series and what numbers it there: deterministic, so that no random source
// is needed in a workflow.
func runID(series, number string) string {
	return uuid.NewSHA1(uuid.NameSpaceURL, fmt.Appendf(nil, "causeway:run:%s:%s", series, number)).String()
}
