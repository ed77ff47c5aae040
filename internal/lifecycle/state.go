package lifecycle

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"causeway/internal/steps"
	"causeway/workflows/contract"

	"github.com/google/uuid"
)

// State is everything of an Integration that survives continue-as-new. Its methods are pure.
type State struct {
	// Series makes the ids of runs: that of the first execution of this Integration.
	Series   string             `json:"series"`
	State    string             `json:"state"`
	Degraded *contract.Degraded `json:"degraded,omitempty"`
	// Runs is the number of the run that was asked for last.
	Runs    int               `json:"runs"`
	Queue   []contract.RunRef `json:"queue,omitempty"`
	Running *contract.RunRef  `json:"running,omitempty"`
	Last    *contract.RunRef  `json:"last,omitempty"`
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
	// BackOffPercent scales every back-off; 0 is 100.
	BackOffPercent int `json:"back_off_percent,omitempty"`
	Life
}

// Input starts an Integration: what a client sends and, when the workflow continues as new, its state.
type Input struct {
	contract.IntegrationInput
	State *State `json:"state,omitempty"`
}

// NewState returns the state of a new connection. Its first sync is in the queue.
func NewState(connection, series string) State {
	s := State{Series: series, State: contract.StateConnected}
	s.Ask(connection, contract.TriggerInitial, "")
	return s
}

// Ask queues a run. Until the first sync is complete, every run is an initial one.
func (s *State) Ask(connection, trigger, retryOf string) contract.RunRef {
	return s.AskFor(connection, contract.RunRef{Trigger: trigger, RetryOf: retryOf})
}

// AskFor queues a run with all its settings. It fills in the number, the workflow's id and, if it is missing, the run's id.
// A run that goes ahead is queued before those that do not.
func (s *State) AskFor(connection string, ref contract.RunRef) contract.RunRef {
	s.Runs++
	ref.Number = s.Runs
	if ref.RunID == "" {
		ref.RunID = runID(s.Series, strconv.Itoa(s.Runs))
	}
	if s.first() {
		ref.Trigger, ref.RetryOf, ref.Scoped = contract.TriggerInitial, "", false
		ref.WorkflowID = contract.InitialSyncID(connection, s.Runs)
	} else {
		ref.WorkflowID = contract.PeriodicSyncID(connection, s.Runs)
	}
	at := len(s.Queue)
	if ref.Ahead {
		at = slices.IndexFunc(s.Queue, func(r contract.RunRef) bool { return !r.Ahead })
		if at < 0 {
			at = len(s.Queue)
		}
	}
	s.Queue = slices.Insert(slices.Clone(s.Queue), at, ref)
	return ref
}

// UnderWay reports whether a sync of everything has begun and has not ended.
func (s *State) UnderWay() bool {
	return s.Running != nil && whole(*s.Running) || s.Suspended != nil && whole(s.Suspended.Run) || s.Yielded != nil
}

// Yields reports whether the running sync of everything must wait for a run that goes ahead of it.
func (s *State) Yields() bool { return s.Running != nil && whole(*s.Running) && ahead(s) }

// ahead reports whether the next queued run goes ahead of a sync of everything.
func ahead(s *State) bool { return len(s.Queue) > 0 && s.Queue[0].Ahead }

// NewScope returns the id of a run of chosen records. The store keeps the records under this id before the run is queued.
func (s *State) NewScope() string {
	s.Scopes++
	return runID(s.Series, "scope:"+strconv.Itoa(s.Scopes))
}

// Join returns a queued or running sync of everything, which a new request can share. After an edit of the preferences
// a sync that has begun cannot be shared, because it uses the earlier ones.
func (s *State) Join(edited bool) (contract.RunRef, bool) {
	if running := s.Running; running != nil && !edited && whole(*running) {
		return *running, true
	}
	for _, was := range []*Suspended{s.Suspended, s.Yielded} {
		if was != nil && !edited && whole(was.Run) {
			return was.Run, true
		}
	}
	for _, ref := range s.Queue {
		if whole(ref) {
			return ref, true
		}
	}
	return contract.RunRef{}, false
}

// whole reports whether the run is about all records.
func whole(r contract.RunRef) bool { return !r.Scoped && r.Trigger != contract.TriggerRetry }

// Begin starts the run that was stopped, with its progress, or else the next queued one. A run that goes ahead comes
// before a sync of everything, however far that sync is. ok is false if nothing can begin.
func (s *State) Begin() (contract.RunRef, *steps.SyncProgress, bool) {
	if !begins(s) {
		return contract.RunRef{}, nil, false
	}
	if was := s.Suspended; was != nil && whole(was.Run) && ahead(s) {
		s.Suspended, s.Yielded = nil, was
	}
	if was := s.Suspended; was != nil {
		s.Suspended, s.Running = nil, &was.Run
		return was.Run, was.Progress, true
	}
	if was := s.Yielded; was != nil && !ahead(s) {
		s.Yielded, s.Running = nil, &was.Run
		return was.Run, was.Progress, true
	}
	ref := s.Queue[0]
	s.Queue = append([]contract.RunRef(nil), s.Queue[1:]...)
	s.Running = &ref
	return ref, nil, true
}

// begins reports whether a run can begin.
func begins(s *State) bool {
	return s.Working() && s.Running == nil && (s.Suspended != nil || s.Yielded != nil || len(s.Queue) > 0)
}

// Complete ends the running sync successfully. A run of chosen records says nothing about the others, so it does not
// change when the next sync comes.
func (s *State) Complete(result contract.SyncResult, now time.Time) {
	ended := s.end()
	s.synced()
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
	s.NextSync = now.Add(cadenceOf(s))
}

// end moves the running sync to Last and returns it.
func (s *State) end() contract.RunRef {
	s.Last, s.Running = s.Running, nil
	if s.Last == nil {
		return contract.RunRef{}
	}
	return *s.Last
}

// cadenceOf returns the time between two syncs.
func cadenceOf(s *State) time.Duration { return time.Duration(s.CadenceMS) * time.Millisecond }

// Fail ends the running sync with a failure. The connection is degraded and tries again after a back-off. A run of
// chosen records does not change when the next sync comes.
func (s *State) Fail(f contract.Failure, now time.Time) {
	ended := s.end()
	s.Degrade(f, now)
	if ended.Scoped {
		return
	}
	s.FailedRuns++
	s.NextSync = now.Add(backOff(s, f))
}

// Degrade stores what is wrong, since when anything has been wrong.
func (s *State) Degrade(f contract.Failure, now time.Time) {
	if s.Degraded == nil {
		s.Degraded = &contract.Degraded{Since: now}
	}
	s.Degraded.Reason = f.String()
}

// Configure adopts new preferences. Their cadence counts at once, from the end of the last sync. A back-off stays.
func (s *State) Configure(version int, cadence time.Duration, now time.Time) {
	before := cadenceOf(s)
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

// pruneEvery is the time between two removals of old runs from the history.
const pruneEvery = 24 * time.Hour

// PruneDue reports whether the history may hold runs that are too old.
func (s *State) PruneDue(now time.Time) bool {
	return s.State == contract.StateActive && now.Sub(s.PrunedAt) >= pruneEvery
}

// backOff returns 1, 2, 4, ... minutes, at most 1 hour, and never less than the side asks for.
func backOff(s *State, f contract.Failure) time.Duration {
	wait := time.Hour
	if s.FailedRuns <= 6 {
		wait = time.Minute << (s.FailedRuns - 1)
	}
	return max(Scale(wait, s.BackOffPercent), time.Duration(f.RetryAfterMS)*time.Millisecond)
}

// Scale returns a percentage of a back-off. 0 percent stands for 100.
func Scale(wait time.Duration, percent int) time.Duration {
	if percent <= 0 {
		return wait
	}
	return wait * time.Duration(percent) / 100
}

// Due queues a scheduled run if its time has come and nothing else is in progress. It reports whether it did.
func (s *State) Due(connection string, now time.Time) bool {
	if !s.Working() || s.Running != nil || s.Suspended != nil || s.Yielded != nil || len(s.Queue) > 0 || s.NextSync.IsZero() || now.Before(s.NextSync) {
		return false
	}
	s.Ask(connection, contract.TriggerSchedule, "")
	return true
}

// Status returns the answer to the status query.
func (s *State) Status(connection string) contract.Status {
	out := contract.Status{
		Connection: connection, State: s.State, Degraded: s.Degraded,
		Running: s.Running, Last: s.Last, NextSync: s.NextSync, Queued: s.Queue, Preferences: s.Preferences,
		Paused: s.Paused, Disabled: s.Disabled, Deletion: s.Deletion, Note: s.Note,
	}
	if s.Suspended != nil {
		out.Suspended = &s.Suspended.Run
	}
	if s.Yielded != nil {
		out.Yielded = &s.Yielded.Run
	}
	if !s.Working() {
		out.NextSync = time.Time{}
	}
	return out
}

// runID makes a run's id from the series and its number. It is deterministic, so a workflow needs no random source.
func runID(series, number string) string {
	return uuid.NewSHA1(uuid.NameSpaceURL, fmt.Appendf(nil, "causeway:run:%s:%s", series, number)).String()
}

// Working reports whether the connection syncs.
func (s *State) Working() bool {
	return s.State == contract.StateConnected || s.State == contract.StateActive
}

// first reports whether the first sync is not complete.
func (s *State) first() bool {
	return s.State == contract.StateConnected || s.Before == contract.StateConnected
}

// synced stores that a sync was completed. In a pause the state stays.
func (s *State) synced() {
	if s.State == contract.StateConnected {
		s.State = contract.StateActive
	}
	if s.Before == contract.StateConnected {
		s.Before = contract.StateActive
	}
}
