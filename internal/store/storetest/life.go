package storetest

import (
	"testing"
	"time"

	"causeway/internal/record"
	"causeway/internal/store/operations"
	"causeway/internal/store/pushes"

	"github.com/stretchr/testify/require"
)

func testARunMovesNoStateButConnected(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		degraded := record.Degraded{Reason: "the credential was revoked", Since: now}
		for was, then := range map[record.State]record.State{
			record.StateConnected: record.StateActive, record.StateActive: record.StateActive, record.StatePausing: record.StatePausing,
			record.StatePaused: record.StatePaused, record.StateDisabling: record.StateDisabling, record.StateDisabled: record.StateDisabled,
			record.StateEnabling: record.StateEnabling, record.StateDeleting: record.StateDeleting,
		} {
			require.NoError(t, s.Connections.SetState(t.Context(), demo, was, nil))
			require.NoError(t, s.Connections.RunFailed(t.Context(), demo, degraded))
			later := degraded
			later.Reason, later.Since = "billing is away", now.Add(time.Hour)
			for range 2 {
				require.NoError(t, s.Connections.RunFailed(t.Context(), demo, later))
			}
			conn, err := s.Connections.Get(t.Context(), demo)
			require.NoError(t, err)
			require.Equal(t, was, conn.State)
			require.Equal(t, &record.Degraded{Reason: "billing is away", Since: now}, conn.Degraded, "since the first failure")
			for range 2 {
				require.NoError(t, s.Connections.RunCompleted(t.Context(), demo))
			}
			conn, err = s.Connections.Get(t.Context(), demo)
			require.NoError(t, err)
			require.Equal(t, then, conn.State)
			require.Nil(t, conn.Degraded)
		}
		require.True(t, record.IsKind(s.Connections.RunCompleted(t.Context(), "nobody's"), record.NotFound))
	})
}

func testDroppingLeavesWhatWasSentAndWhatIsDone(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		put(t, s, crmRecord(record.Accounts, "1", "a", now), crmRecord(record.Accounts, "2", "b", now), crmRecord(record.Accounts, "3", "c", now))
		r := startRun(t, s, 1)
		ops := []record.Operation{planned(t, s, r.ID, "1"), planned(t, s, r.ID, "2"), planned(t, s, r.ID, "3")}
		_, err := s.Operations.Insert(t.Context(), ops)
		require.NoError(t, err)
		mine, err := s.Operations.Claim(t.Context(), r.ID, record.EntityCustomers, "one", 2)
		require.NoError(t, err)
		granted, err := s.Operations.MarkSent(t.Context(), "one", []string{mine[0].ID}, now)
		require.NoError(t, err)
		require.Len(t, granted, 1)
		for _, want := range []int{2, 0} {
			n, err := s.Operations.DropPlanned(t.Context(), demo, 10)
			require.NoError(t, err)
			require.Equal(t, want, n)
		}
		granted, err = s.Operations.MarkSent(t.Context(), "one", []string{mine[1].ID}, now)
		require.NoError(t, err)
		require.Empty(t, granted, "who had claimed it is granted no call")
		parts, err := s.Operations.SentParts(t.Context(), demo)
		require.NoError(t, err)
		require.Equal(t, []operations.SentPart{{Run: r.ID, Entity: record.EntityCustomers, To: record.Billing, Sent: 1, Deadline: now}}, parts)
		require.NoError(t, s.Operations.DropSent(t.Context(), "two", []string{mine[0].ID}), "another attempt's")
		parts, err = s.Operations.SentParts(t.Context(), demo)
		require.NoError(t, err)
		require.Len(t, parts, 1)
		require.NoError(t, s.Operations.DropSent(t.Context(), "one", []string{mine[0].ID}))
		parts, err = s.Operations.SentParts(t.Context(), demo)
		require.NoError(t, err)
		require.Empty(t, parts)
		due, err := s.Mirror.Record(t.Context(), demo, record.CRM, record.Accounts, "1")
		require.NoError(t, err)
		require.Equal(t, "1", due.ID)
	})
}

func testRunsWithoutAnEndAreEndedOnce(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		ended, paused, running := startRun(t, s, 1), startRun(t, s, 2), startRun(t, s, 3)
		_, err := s.Runs.Finish(t.Context(), ended.ID, record.RunCompleted, "", "", 1, now)
		require.NoError(t, err)
		_, err = s.Runs.Finish(t.Context(), paused.ID, record.RunPaused, "", "", 1, now)
		require.NoError(t, err)
		for i := range 2 {
			require.NoError(t, s.Runs.EndAll(t.Context(), demo, "DISABLED", "by ann", now.Add(time.Duration(i)*time.Hour)))
		}
		for id, want := range map[string]record.RunStatus{ended.ID: record.RunCompleted, paused.ID: record.RunCanceled, running.ID: record.RunCanceled} {
			run, err := s.Runs.Get(t.Context(), id)
			require.NoError(t, err)
			require.Equal(t, want, run.Status)
			require.Equal(t, now, run.EndedAt)
		}
	})
}

func testTheWorkspaceOfAConnectionIsRemovedInPartsAndNoOthers(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		for _, o := range []pushes.WorkspaceObject{
			{Connection: demo, Kind: pushes.WorkspaceReport, ID: "1", CreatedAt: now, Body: "{}"}, {Connection: demo, Kind: pushes.WorkspaceReport, ID: "1", CreatedAt: now, Body: "{}"}, {Connection: demo, Kind: pushes.WorkspaceReport, ID: "2", CreatedAt: now, Body: "{}"},
			{Connection: demo, Kind: pushes.WorkspaceComment, ID: "1", CreatedAt: now, Body: "hello"}, {Connection: "other", Kind: pushes.WorkspaceComment, ID: "1", CreatedAt: now, Body: "hello"},
		} {
			require.NoError(t, s.Workspace.Put(t.Context(), o))
		}
		counts, err := s.Workspace.Counts(t.Context(), demo)
		require.NoError(t, err)
		require.Equal(t, map[string]int{pushes.WorkspaceReport: 2, pushes.WorkspaceComment: 1}, counts)
		removed := 0
		for _, want := range []int{2, 1, 0} {
			got, err := s.Workspace.Remove(t.Context(), demo, 2)
			require.NoError(t, err)
			n := got[pushes.WorkspaceReport] + got[pushes.WorkspaceComment]
			require.Equal(t, want, n)
			removed += n
		}
		require.Equal(t, 3, removed)
		counts, err = s.Workspace.Counts(t.Context(), "other")
		require.NoError(t, err)
		require.Equal(t, map[string]int{pushes.WorkspaceComment: 1}, counts)
	})
}

var lifeTests = []Test{
	{"ARunMovesNoStateButConnected", testARunMovesNoStateButConnected},
	{"DroppingLeavesWhatWasSentAndWhatIsDone", testDroppingLeavesWhatWasSentAndWhatIsDone},
	{"RunsWithoutAnEndAreEndedOnce", testRunsWithoutAnEndAreEndedOnce},
	{"TheWorkspaceOfAConnectionIsRemovedInPartsAndNoOthers", testTheWorkspaceOfAConnectionIsRemovedInPartsAndNoOthers},
}
