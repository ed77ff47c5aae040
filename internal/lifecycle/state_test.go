package lifecycle_test

import (
	"encoding/json"
	"maps"
	"testing"
	"time"

	"causeway/internal/lifecycle"
	"causeway/internal/steps"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

var t0 = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

const twoHours = 2 * time.Hour

func done(now time.Time) contract.SyncResult {
	return contract.SyncResult{Failed: 1, CadenceMS: twoHours.Milliseconds(), EndedAt: now}
}

func scopedAsk(s *lifecycle.State) contract.RunRef {
	return s.AskFor("demo", contract.RunRef{RunID: s.NewScope(), Trigger: contract.TriggerResync, Scoped: true, Who: "ann"})
}

// aheadAsk asks for some records while a sync of everything is under way.
func aheadAsk(s *lifecycle.State) contract.RunRef {
	return s.AskFor("demo", contract.RunRef{RunID: s.NewScope(), Trigger: contract.TriggerImport, Scoped: true, Ahead: true, Who: "ann"})
}

// steppedAside runs some records, while a sync of everything stands where it was.
func steppedAside() lifecycle.State {
	s := running()
	s.Ask("demo", contract.TriggerRetry, "r")
	aheadAsk(&s)
	s.Suspend(&steps.SyncProgress{Step: 3})
	s.Begin()
	return s
}

// states are all in which a connection can be when a message comes.
var states = map[string]func() lifecycle.State{
	"connected": func() lifecycle.State { return lifecycle.NewState("demo", "series") },
	"connected, running": func() lifecycle.State {
		s := lifecycle.NewState("demo", "series")
		s.Begin()
		return s
	},
	"connected, failed": func() lifecycle.State {
		s := lifecycle.NewState("demo", "series")
		s.Begin()
		s.Fail(contract.Failure{Code: "X", Reason: "down"}, t0)
		return s
	},
	"active": active,
	"active, degraded": func() lifecycle.State {
		s := active()
		s.Ask("demo", contract.TriggerSchedule, "")
		s.Begin()
		s.Fail(contract.Failure{Code: "X", Reason: "down"}, t0)
		return s
	},
	"active, queued": func() lifecycle.State {
		s := active()
		s.Ask("demo", contract.TriggerManual, "")
		return s
	},
	"active, running": func() lifecycle.State {
		s := active()
		s.Ask("demo", contract.TriggerManual, "")
		s.Begin()
		return s
	},
	"active, running some records": func() lifecycle.State {
		s := active()
		scopedAsk(&s)
		s.Begin()
		return s
	},
	"active, running, and somebody asks for some records": func() lifecycle.State {
		s := running()
		aheadAsk(&s)
		return s
	},
	"active, stepped aside for some records": steppedAside,
	"active, stepped aside, and they are done": func() lifecycle.State {
		s := steppedAside()
		s.Complete(done(t0), t0)
		return s
	},
	"active, retrying": func() lifecycle.State {
		s := active()
		s.Ask("demo", contract.TriggerRetry, "run")
		s.Begin()
		return s
	},
}

func active() lifecycle.State {
	s := lifecycle.NewState("demo", "series")
	s.Begin()
	s.Complete(done(t0), t0)
	return s
}

// messages are all that can come, each with what must hold of every state after it.
var messages = map[string]func(t *testing.T, was lifecycle.State, s *lifecycle.State){
	"ask": func(t *testing.T, was lifecycle.State, s *lifecycle.State) {
		ref := s.Ask("demo", contract.TriggerManual, "")
		require.Equal(t, was.Runs+1, ref.Number)
		require.Equal(t, unsynced(was), ref.Trigger == contract.TriggerInitial)
	},
	"ask for some records": func(t *testing.T, was lifecycle.State, s *lifecycle.State) {
		ref := scopedAsk(s)
		require.Equal(t, !unsynced(was), ref.Scoped, "until the first sync is done every run is an initial one")
		require.Equal(t, was.Scopes+1, s.Scopes)
	},
	"begin": func(t *testing.T, was lifecycle.State, s *lifecycle.State) {
		ref, progress, ok := s.Begin()
		require.Equal(t, was.Working() && was.Running == nil && (was.Suspended != nil || was.Yielded != nil || len(was.Queue) > 0), ok)
		switch {
		case ok && was.Suspended == nil && was.Yielded != nil:
			require.Equal(t, was.Yielded.Run, ref, "the run that stepped aside goes on before what waits")
			require.Equal(t, was.Yielded.Progress, progress)
		case ok && was.Suspended != nil:
			require.Equal(t, was.Suspended.Run, ref, "the run that was stopped goes first")
			require.Equal(t, was.Suspended.Progress, progress)
		case ok:
			require.Equal(t, was.Queue[0], ref)
		}
	},
	"complete": func(t *testing.T, was lifecycle.State, s *lifecycle.State) {
		if was.Running == nil {
			return
		}
		now := t0.Add(time.Hour)
		s.Complete(done(now), now)
		require.Nil(t, s.Running)
		require.Nil(t, s.Degraded)
		require.False(t, unsynced(*s))
		require.Equal(t, was.Working(), s.State == contract.StateActive, "that a sync ends well resumes nothing")
		if was.Running.Scoped {
			require.Equal(t, []any{was.NextSync, was.LastSync, was.RecordsFailed}, []any{s.NextSync, s.LastSync, s.RecordsFailed})
		} else {
			require.Equal(t, now.Add(twoHours), s.NextSync)
		}
	},
	"fail": func(t *testing.T, was lifecycle.State, s *lifecycle.State) {
		if was.Running == nil {
			return
		}
		s.Fail(contract.Failure{Code: "Y", Reason: "away"}, t0.Add(time.Hour))
		require.Nil(t, s.Running)
		require.Equal(t, "away [Y]", s.Degraded.Reason)
		require.Equal(t, was.State, s.State)
		if was.Running.Scoped {
			require.Equal(t, was.NextSync, s.NextSync)
		}
	},
	"configure": func(t *testing.T, was lifecycle.State, s *lifecycle.State) {
		s.Configure(7, time.Hour, t0.Add(time.Minute))
		require.Equal(t, 7, s.Preferences)
		require.Equal(t, time.Hour.Milliseconds(), s.CadenceMS)
		require.Equal(t, was.FailedRuns, s.FailedRuns)
		if was.FailedRuns > 0 {
			require.Equal(t, was.NextSync, s.NextSync, "a back-off is no cadence")
		}
	},
	"configure the same cadence": func(t *testing.T, was lifecycle.State, s *lifecycle.State) {
		s.Configure(7, time.Duration(was.CadenceMS)*time.Millisecond, t0.Add(time.Minute))
		require.Equal(t, was.NextSync, s.NextSync)
	},
	"due": func(t *testing.T, was lifecycle.State, s *lifecycle.State) {
		idle := was.Working() && was.Running == nil && was.Yielded == nil && len(was.Queue) == 0 && !was.NextSync.IsZero()
		require.Equal(t, idle, s.Due("demo", t0.Add(48*time.Hour)))
		require.False(t, s.Due("demo", t0.Add(48*time.Hour)))
	},
	"join": func(t *testing.T, was lifecycle.State, s *lifecycle.State) {
		ref, ok := s.Join(false)
		require.Equal(t, was, *s)
		require.Equal(t, ok, !ref.Scoped && ref.Trigger != contract.TriggerRetry && ref.RunID != "")
	},
	"join with an edit": func(t *testing.T, was lifecycle.State, s *lifecycle.State) {
		ref, ok := s.Join(true)
		require.False(t, ok && was.Running != nil && ref.Number == was.Running.Number)
	},
}

func unsynced(s lifecycle.State) bool {
	return s.State == contract.StateConnected || s.Before == contract.StateConnected
}

func TestEveryMessageInEveryStateKeepsTheStateSound(t *testing.T) {
	t.Parallel()
	all := maps.Clone(states)
	maps.Copy(all, stopped)
	for stateName, state := range all {
		for name, message := range messages {
			t.Run(stateName+": "+name, func(t *testing.T) {
				t.Parallel()
				was, s := state(), state()
				message(t, was, &s)
				seen := map[int]bool{}
				ids := map[string]bool{}
				for _, ref := range append(append([]contract.RunRef{}, s.Queue...), refs(s.Running)...) {
					require.False(t, seen[ref.Number] || ids[ref.RunID], "one number and one id for each run")
					seen[ref.Number], ids[ref.RunID] = true, true
				}
				sound(t, s)
				require.GreaterOrEqual(t, s.Runs, was.Runs)
				data, err := json.Marshal(s)
				require.NoError(t, err)
				var back lifecycle.State
				require.NoError(t, json.Unmarshal(data, &back))
				again, err := json.Marshal(back)
				require.NoError(t, err)
				require.JSONEq(t, string(data), string(again), "all of it survives continuing as new")
			})
		}
	}
}

func refs(r *contract.RunRef) []contract.RunRef {
	if r == nil {
		return nil
	}
	return []contract.RunRef{*r}
}

func TestACadenceCountsFromTheLastSyncAndNeverFromThePast(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		cadence time.Duration
		after   time.Duration
		want    time.Duration
	}{
		{"shorter", time.Hour, 10 * time.Minute, time.Hour},
		{"longer", 5 * time.Hour, 10 * time.Minute, 5 * time.Hour},
		{"so short that it is over", 5 * time.Minute, time.Hour, time.Hour},
	} {
		s := active()
		s.Configure(2, c.cadence, t0.Add(c.after))
		require.Equal(t, t0.Add(c.want), s.NextSync, c.name)
	}
}

func TestARunThatWasRunningDoesNotBringItsOldCadenceBack(t *testing.T) {
	t.Parallel()
	s := active()
	s.Ask("demo", contract.TriggerManual, "")
	s.Begin()
	s.Configure(2, 10*time.Minute, t0)
	s.Complete(done(t0), t0)
	require.Equal(t, t0.Add(10*time.Minute), s.NextSync)
	s.Ask("demo", contract.TriggerManual, "")
	s.Begin()
	s.Complete(done(t0), t0)
	require.Equal(t, t0.Add(twoHours), s.NextSync, "the run after it has the newest preferences")
}

func TestIDsOfRunsOfSomeRecordsAreTheirOwn(t *testing.T) {
	t.Parallel()
	s := active()
	one, two := s.NewScope(), s.NewScope()
	require.NotEqual(t, one, two)
	for range 5 {
		require.NotContains(t, []string{one, two}, s.Ask("demo", contract.TriggerManual, "").RunID)
	}
}

func TestHistoryIsPrunedOnceADay(t *testing.T) {
	t.Parallel()
	s := lifecycle.NewState("demo", "series")
	require.False(t, s.PruneDue(t0), "there is no history before the first sync")
	s = active()
	require.True(t, s.PruneDue(t0))
	s.PrunedAt = t0
	require.False(t, s.PruneDue(t0.Add(23*time.Hour)))
	require.True(t, s.PruneDue(t0.Add(24*time.Hour)))
}
