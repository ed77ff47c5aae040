package contract_test

import (
	"strings"
	"testing"
	"time"

	"causeway/internal/lifecycle"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
)

func TestConnectionIDsAreNarrow(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"demo", "a", "0-9", strings.Repeat("a", 40)} {
		require.NoError(t, contract.CheckConnectionID(good))
	}
	for _, bad := range []string{"", "-a", "a/b", "a b", "A", "ä", strings.Repeat("a", 41), strings.Repeat("a", 300)} {
		err := contract.CheckConnectionID(bad)
		require.ErrorContains(t, err, "use 1 to 40 of the characters", bad)
		require.Less(t, len(err.Error()), 200, "a long id is not repeated whole")
	}
}

func TestWorkflowIDsNameTheConnectionAndTheRun(t *testing.T) {
	t.Parallel()
	require.Equal(t, "integration/demo", contract.IntegrationID("demo"))
	require.Equal(t, "initial-sync/demo/1", contract.InitialSyncID("demo", 1))
	require.Equal(t, "periodic-sync/demo/12", contract.PeriodicSyncID("demo", 12))
}

func TestANewConnectionBeginsWithItsFirstSync(t *testing.T) {
	t.Parallel()
	s := lifecycle.NewState("demo", "series")
	require.Equal(t, contract.StateConnected, s.State)
	ref, _, ok := s.Begin()
	require.True(t, ok)
	require.Equal(t, contract.TriggerInitial, ref.Trigger)
	require.Equal(t, contract.InitialSyncID("demo", 1), ref.WorkflowID)
	_, _, again := s.Begin()
	require.False(t, again, "two syncs of one connection never overlap")
}

func TestUntilTheFirstSyncIsDoneEveryRunIsAnInitialOne(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	s := lifecycle.NewState("demo", "series")
	s.Begin()
	s.Fail(contract.Failure{Type: contract.ErrorUnavailable, Code: "X", Reason: "down"}, now)
	require.Equal(t, contract.StateConnected, s.State)
	ref := s.Ask("demo", contract.TriggerManual, "")
	require.Equal(t, contract.TriggerInitial, ref.Trigger)
	require.Equal(t, 2, ref.Number)
}

func TestRunIDsAreDeterministicAndNew(t *testing.T) {
	t.Parallel()
	one, two, other := lifecycle.NewState("demo", "a"), lifecycle.NewState("demo", "a"), lifecycle.NewState("demo", "b")
	require.Equal(t, one.Queue[0].RunID, two.Queue[0].RunID)
	require.NotEqual(t, one.Queue[0].RunID, other.Queue[0].RunID, "a connection made again has other runs")
	require.NotEqual(t, one.Queue[0].RunID, one.Ask("demo", contract.TriggerManual, "").RunID)
}

func TestACompletedRunActivatesAndSetsTheCadence(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	s := lifecycle.NewState("demo", "series")
	s.Begin()
	s.Degraded = &contract.Degraded{Reason: "was down", Since: now}
	s.Complete(contract.SyncResult{Failed: 3, CadenceMS: (2 * time.Hour).Milliseconds(), EndedAt: now}, now)
	require.Equal(t, contract.StateActive, s.State)
	require.Nil(t, s.Degraded)
	require.Equal(t, 3, s.RecordsFailed)
	require.Equal(t, now.Add(2*time.Hour), s.NextSync)
	require.False(t, s.Due("demo", now.Add(time.Hour)))
	require.True(t, s.Due("demo", now.Add(2*time.Hour)))
	require.Equal(t, contract.PeriodicSyncID("demo", 2), s.Queue[0].WorkflowID)
	require.False(t, s.Due("demo", now.Add(3*time.Hour)), "a run that waits is not asked for again")
}

func TestAFailedRunDegradesAndBacksOff(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	s := lifecycle.NewState("demo", "series")
	var waits []time.Duration
	for i := range 9 {
		if i > 0 {
			s.Ask("demo", contract.TriggerSchedule, "")
		}
		s.Begin()
		s.Fail(contract.Failure{Code: "invalid_code", Reason: "refresh token revoked"}, now.Add(time.Duration(i)*time.Hour))
		waits = append(waits, s.NextSync.Sub(now.Add(time.Duration(i)*time.Hour)))
	}
	require.Equal(t, []time.Duration{1, 2, 4, 8, 16, 32, 60, 60, 60}, inMinutes(waits))
	require.Equal(t, now, s.Degraded.Since, "since when it began, not when it was last seen")
	require.Equal(t, "refresh token revoked [invalid_code]", s.Degraded.Reason)
	s.Ask("demo", contract.TriggerSchedule, "")
	s.Begin()
	s.Fail(contract.Failure{RetryAfterMS: (3 * time.Hour).Milliseconds()}, now)
	require.Equal(t, now.Add(3*time.Hour), s.NextSync, "never sooner than the side asks for")
}

func inMinutes(ds []time.Duration) []time.Duration {
	out := make([]time.Duration, len(ds))
	for i, d := range ds {
		out[i] = d / time.Minute
	}
	return out
}

func TestFailuresAreReadFromOurErrorsAndFromTemporals(t *testing.T) {
	t.Parallel()
	want := contract.Failure{Type: contract.ErrorUnauthorized, Code: "invalid_code", Reason: "r"}
	ours := temporal.NewApplicationErrorWithOptions("r", contract.ErrorUnauthorized, temporal.ApplicationErrorOptions{Details: []any{want}})
	require.Equal(t, want, contract.FailureOf(ours))
	require.False(t, want.Retryable())
	other := contract.FailureOf(temporal.NewTimeoutError(1, nil))
	require.Equal(t, contract.ErrorUnavailable, other.Type)
	require.True(t, other.Retryable())
}

func TestAFailureNamesItsCodeOnce(t *testing.T) {
	t.Parallel()
	for _, f := range []contract.Failure{
		{Code: "VIEW_DELETED", Reason: "the view was deleted in the CRM [VIEW_DELETED]; choose another view, or none"},
		{Code: "VIEW_DELETED", Reason: "the view was deleted in the CRM"},
	} {
		require.Equal(t, 1, strings.Count(f.String(), "VIEW_DELETED"), f.String())
		require.Equal(t, 1, strings.Count((&contract.RunError{Failure: f}).Error(), "VIEW_DELETED"))
	}
	require.Equal(t, "down", contract.Failure{Reason: "down"}.String())
}
