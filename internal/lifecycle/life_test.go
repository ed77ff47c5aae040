package lifecycle_test

import (
	"strings"
	"testing"
	"time"

	"causeway/internal/lifecycle"
	"causeway/internal/steps"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

var (
	ann = contract.ControlRequest{Who: "ann", Why: "month end"}
	bob = contract.ControlRequest{Who: "bob"}
)

// running is active, with a sync under way.
func running() lifecycle.State {
	s := active()
	s.Ask("demo", contract.TriggerManual, "")
	s.Begin()
	return s
}

func paused() lifecycle.State {
	s := running()
	s.Pause(ann, t0)
	s.Suspend(&steps.SyncProgress{Step: 2})
	s.Settle(contract.StatePaused)
	return s
}

func disabled() lifecycle.State {
	s := active()
	s.Disable(contract.DisableRequest{Who: "ann"}, t0)
	s.Drained(contract.DisableReport{})
	s.Settle(contract.StateDisabled)
	return s
}

func deleting() lifecycle.State {
	s := disabled()
	s.Plan = s.NewPlan()
	s.Delete(contract.DeleteRequest{Plan: s.Plan, Choice: "convert_all", Who: "ann"}, t0)
	return s
}

// stopped are the states of a connection that is not at work.
var stopped = map[string]func() lifecycle.State{
	"pausing": func() lifecycle.State {
		s := running()
		s.Pause(ann, t0)
		return s
	},
	"pausing, nothing running": func() lifecycle.State {
		s := active()
		s.Pause(ann, t0)
		return s
	},
	"paused": paused,
	"paused in the first sync": func() lifecycle.State {
		s := lifecycle.NewState("demo", "series")
		s.Begin()
		s.Pause(ann, t0)
		s.Suspend(&steps.SyncProgress{Step: 1})
		s.Settle(contract.StatePaused)
		return s
	},
	"paused, while a sync had stepped aside": func() lifecycle.State {
		s := steppedAside()
		s.Pause(ann, t0)
		s.Suspend(&steps.SyncProgress{Step: 1})
		s.Settle(contract.StatePaused)
		return s
	},
	"disabling, while a sync had stepped aside": func() lifecycle.State {
		s := steppedAside()
		s.Disable(contract.DisableRequest{Who: "ann"}, t0)
		return s
	},
	"paused by itself": func() lifecycle.State {
		s := active()
		for range lifecycle.MaxFailedRuns {
			s.Ask("demo", contract.TriggerSchedule, "")
			s.Begin()
			s.Fail(contract.Failure{Code: "X", Reason: "down"}, t0)
		}
		s.PauseItself(t0)
		s.Settle(contract.StatePaused)
		return s
	},
	"disabling": func() lifecycle.State {
		s := running()
		s.Disable(contract.DisableRequest{Who: "ann"}, t0)
		return s
	},
	"disabled": disabled,
	"enabling": func() lifecycle.State {
		s := disabled()
		s.Enabling()
		return s
	},
	"deleting": deleting,
	"deleting, stopped": func() lifecycle.State {
		s := deleting()
		s.StopDeletion(contract.Stopped{Step: "verify", Code: "X", Reason: "differs"})
		return s
	},
	"deleted": func() lifecycle.State {
		s := deleting()
		s.Deleted()
		return s
	},
}

// sound are the rules that hold of every state.
func sound(t *testing.T, s lifecycle.State) {
	t.Helper()
	known := []string{
		contract.StateConnected, contract.StateActive, contract.StatePausing, contract.StatePaused, contract.StateDisabling,
		contract.StateDisabled, contract.StateEnabling, contract.StateDeleting, contract.StateDeleted,
	}
	require.Contains(t, known, s.State)
	require.Equal(t, s.State == contract.StatePausing || s.State == contract.StatePaused, s.Paused != nil, "who paused is known while it is paused, and only then")
	require.Equal(t, s.Working(), s.Before == "", "what to go back to is known while it is not at work")
	require.False(t, s.Running != nil && s.Suspended != nil, "one run at a time")
	if s.Yielded != nil {
		require.False(t, s.Yielded.Run.Scoped, "only a sync of everything steps aside")
		for _, other := range append(refs(s.Running), suspended(s)...) {
			require.True(t, other.Ahead, "and only for a run that comes ahead")
		}
	}
	if s.State == contract.StatePaused || s.State == contract.StateDisabled || s.State == contract.StateDeleting {
		require.Nil(t, s.Running, "nothing runs in a connection that is "+s.State)
	}
	_, settles := s.Settling()
	require.False(t, settles && s.Running != nil)
}

func suspended(s lifecycle.State) []contract.RunRef {
	if s.Suspended == nil {
		return nil
	}
	return []contract.RunRef{s.Suspended.Run}
}

func TestWhatComesAheadRunsBeforeASyncOfEverythingHoweverFarThatHasCome(t *testing.T) {
	t.Parallel()
	s := running()
	whole := *s.Running
	waits := s.Ask("demo", contract.TriggerRetry, "r")
	first, second := aheadAsk(&s), aheadAsk(&s)
	require.True(t, s.Yields())
	s.Pause(ann, t0)
	s.Suspend(&steps.SyncProgress{Step: 3})
	s.Settle(contract.StatePaused)
	s.Resume(ann)
	for _, want := range []contract.RunRef{first, second} {
		got, progress, ok := s.Begin()
		require.True(t, ok)
		require.Equal(t, want, got)
		require.Nil(t, progress)
		require.False(t, s.Yields())
		joined, ok := s.Join(false)
		require.True(t, ok)
		require.Equal(t, whole, joined)
		s.Complete(done(t0), t0)
	}
	got, progress, _ := s.Begin()
	require.Equal(t, whole, got)
	require.Equal(t, 3, progress.Step)
	s.Complete(done(t0), t0)
	got, _, _ = s.Begin()
	require.Equal(t, waits, got)
}

func init() {
	messages["pause"] = func(t *testing.T, was lifecycle.State, s *lifecycle.State) {
		s.Pause(bob, t0)
		if was.Working() {
			require.Equal(t, contract.StatePausing, s.State)
			require.Equal(t, "bob", s.Paused.Who)
			require.Equal(t, was.Running, s.Running, "the sync ends by itself")
			return
		}
		require.Equal(t, was.State, s.State)
		require.Equal(t, was.Paused, s.Paused, "the first who paused is shown")
		require.Contains(t, s.Note, "pause by bob")
	}
	messages["resume"] = func(t *testing.T, was lifecycle.State, s *lifecycle.State) {
		s.Resume(bob)
		if was.State == contract.StatePausing || was.State == contract.StatePaused {
			require.Equal(t, was.Before, s.State)
			require.Equal(t, was.Suspended, s.Suspended, "the run goes on where it stood")
			return
		}
		require.Equal(t, was.State, s.State)
		require.Contains(t, s.Note, "resume by bob")
	}
	messages["suspend"] = func(t *testing.T, was lifecycle.State, s *lifecycle.State) {
		if was.Running == nil {
			s.Suspend(nil)
			require.Equal(t, was, *s)
			return
		}
		s.Suspend(&steps.SyncProgress{Step: 3})
		require.Equal(t, *was.Running, s.Suspended.Run)
	}
	messages["settle"] = func(t *testing.T, was lifecycle.State, s *lifecycle.State) {
		to, ok := s.Settling()
		require.False(t, s.Settle("elsewhere"))
		*s = was
		if ok {
			require.True(t, s.Settle(to))
			require.Equal(t, to, s.State)
			require.False(t, s.Unkept(), "it was stored before it is reported")
		}
	}
	messages["disable"] = func(t *testing.T, was lifecycle.State, s *lifecycle.State) {
		if s.Refuses("demo", contract.DisableUpdate) != "" {
			return
		}
		s.Disable(contract.DisableRequest{Who: "bob"}, t0)
		require.Equal(t, contract.StateDisabling, s.State)
		require.Equal(t, len(was.Queue), s.Disabled.DroppedRuns)
	}
	messages["enable"] = func(t *testing.T, was lifecycle.State, s *lifecycle.State) {
		if s.Refuses("demo", contract.EnableUpdate) != "" {
			return
		}
		s.Enabling()
		s.Enable(time.Hour)
		require.Equal(t, was.Before, s.State)
		require.Empty(t, s.Plan, "a plan of before is void")
	}
	messages["reauthorize"] = func(t *testing.T, was lifecycle.State, s *lifecycle.State) {
		if s.Refuses("demo", contract.ReauthorizeUpdate) != "" {
			return
		}
		itself := was.Paused != nil && was.Paused.Who == contract.Itself
		require.Equal(t, itself, s.Reauthorize(t0), "only what paused itself goes on")
		require.Zero(t, s.FailedRuns)
	}
}

// taken says for each state which updates it takes: all others are refused.
var taken = map[string]string{
	"connected":                "sync_now configure reauthorize",
	"active":                   "sync_now configure reauthorize retry resync_record import_record resolve_conflict disable",
	"pausing":                  "configure reauthorize disable",
	"paused":                   "configure reauthorize disable",
	"paused in the first sync": "configure reauthorize disable",
	"disabling":                "",
	"disabled":                 "reauthorize enable plan_delete",
	"enabling":                 "",
	"deleting":                 "reauthorize",
	"deleting, stopped":        "reauthorize resume_delete",
	"deleted":                  "",
}

var updates = []string{
	contract.SyncNowUpdate, contract.ConfigureUpdate, contract.ReauthorizeUpdate, contract.RetryUpdate, contract.ResyncRecordUpdate,
	contract.ImportRecordUpdate, contract.ResolveConflictUpdate, contract.DisableUpdate, contract.EnableUpdate,
	contract.PlanDeleteUpdate, contract.DeleteUpdate, contract.ResumeDeleteUpdate,
}

func TestEachUpdateIsTakenOrRefusedByTheState(t *testing.T) {
	t.Parallel()
	for name, want := range taken {
		state, ok := stopped[name]
		if !ok {
			state = states[name]
		}
		s := state()
		for _, u := range updates {
			why := s.Refuses("demo", u)
			if contains(want, u) {
				require.Empty(t, why, name+": "+u)
				continue
			}
			require.Contains(t, why, u+": ", name)
			if u != contract.DeleteUpdate || s.State != contract.StateDisabled {
				require.Contains(t, why, s.State, "it says which state it is")
				require.Contains(t, why, ". It is possible when demo is ", "it says in which it would be accepted")
			}
		}
	}
	planned := disabled()
	planned.Plan = planned.NewPlan()
	require.Empty(t, planned.Refuses("demo", contract.DeleteUpdate))
}

func contains(list, name string) bool {
	for _, have := range strings.Fields(list) {
		if have == name {
			return true
		}
	}
	return false
}

func TestTwoUpdatesOfTheLifeOfAConnectionTakeTurns(t *testing.T) {
	t.Parallel()
	s := disabled()
	s.Plan = s.NewPlan()
	s.Answering = contract.DeleteUpdate
	for _, u := range []string{contract.DeleteUpdate, contract.EnableUpdate, contract.PlanDeleteUpdate} {
		require.Contains(t, s.Refuses("demo", u), "delete of demo is in progress", u)
	}
}

func TestARefusalSaysHowToComeToTheStateThatIsNeeded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ state, update, want string }{
		{"connected", contract.DisableUpdate, "Pause it first: `starter pause demo`"},
		{"paused", contract.SyncNowUpdate, "Resume it first: `starter resume demo`"},
		{"paused", contract.SyncNowUpdate, "by ann since"},
		{"disabled", contract.SyncNowUpdate, "Enable it first: `starter enable demo --crm-org ID`"},
		{"active", contract.DeleteUpdate, "Disable it first: `starter disable demo`"},
		{"disabled", contract.DeleteUpdate, "Make one first (plan_delete): `starter delete demo --plan-only`"},
		{"deleting", contract.DeleteUpdate, "continued without a token (resume_delete): `starter delete demo --resume`"},
	} {
		state, ok := stopped[c.state]
		if !ok {
			state = states[c.state]
		}
		s := state()
		require.Contains(t, s.Refuses("demo", c.update), c.want, c.state+": "+c.update)
	}
}

func TestAPauseAndAResumeOfOneInstantEndAsSent(t *testing.T) {
	t.Parallel()
	s := running()
	s.Pause(ann, t0)
	s.Resume(bob)
	require.Equal(t, contract.StateActive, s.State)
	s.Suspend(&steps.SyncProgress{Step: 1}) // it had been told to stop, and did
	ref, progress, ok := s.Begin()
	require.True(t, ok)
	require.Equal(t, 2, ref.Number, "the same run goes on")
	require.Equal(t, 1, progress.Step)
	s.Resume(bob)
	s.Pause(ann, t0)
	require.Equal(t, contract.StatePausing, s.State)
}

func TestAConnectionThatFailsAgainAndAgainPausesItselfAndSaysWhy(t *testing.T) {
	t.Parallel()
	s := stopped["paused by itself"]()
	require.Equal(t, contract.Itself, s.Paused.Who)
	require.Contains(t, s.Paused.Why, "10 syncs in a row have failed, the last one with: down [X]")
	few := active()
	few.FailedRuns = lifecycle.MaxFailedRuns - 1
	require.False(t, few.PauseItself(t0))
}

func TestBackOffsAreScaledByTheTuning(t *testing.T) {
	t.Parallel()
	s := active()
	s.BackOffPercent = 10
	s.Ask("demo", contract.TriggerSchedule, "")
	s.Begin()
	s.Fail(contract.Failure{Code: "X", Reason: "down"}, t0)
	require.Equal(t, t0.Add(6*time.Second), s.NextSync)
}

func TestAConnectionWhoseWorkflowIsLostDoesNotBeginToSyncWhereItWasStopped(t *testing.T) {
	t.Parallel()
	for stored, want := range map[string]string{
		"": contract.StateConnected, contract.StateConnected: contract.StateConnected, contract.StateActive: contract.StateConnected,
		contract.StatePaused: contract.StatePaused, contract.StateDisabling: contract.StateDisabled,
		contract.StateDisabled: contract.StateDisabled, contract.StateDeleting: contract.StateDisabled,
	} {
		s := lifecycle.NewState("demo", "series")
		s.Restore(stored, t0)
		sound(t, s)
		require.Equal(t, want, s.State, stored)
		_, _, begins := s.Begin()
		require.Equal(t, want == contract.StateConnected, begins, stored)
	}
	s := lifecycle.NewState("demo", "series")
	s.Restore(contract.StatePaused, t0)
	s.Resume(ann)
	ref, _, ok := s.Begin()
	require.True(t, ok)
	require.Equal(t, contract.TriggerInitial, ref.Trigger, "what was done is not known any more: it looks at everything")
	s = lifecycle.NewState("demo", "series")
	s.Restore(contract.StateDisabled, t0)
	require.Empty(t, s.Refuses("demo", contract.EnableUpdate))
}
