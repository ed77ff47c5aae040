package lifecycle_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"causeway/activities"
	"causeway/activities/activitytest"
	"causeway/internal/record"
	"causeway/internal/steps"
	"causeway/internal/store/pushes"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"
)

// life are the activities behind the states of a world's connection, some time later.
func life(w *activitytest.World, later time.Duration) *activities.Life {
	return &activities.Life{Env: w.Environment(func() time.Time { return time.Now().Add(later) })}
}

// live carries out one of them.
func live[T any](w *activitytest.World, l *activities.Life, activity, in any) (out T, err error) {
	w.T.Helper()
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(activitytest.Quiet{})
	env := suite.NewTestActivityEnvironment()
	env.RegisterActivity(l)
	value, err := env.ExecuteActivity(activity, in)
	if err != nil || !value.HasValue() {
		return out, err
	}
	return out, value.Get(&out)
}

const afterAll = time.Minute // when nothing is on its way any more

func TestADrainLearnsWhatTookEffectAndDropsTheRest(t *testing.T) {
	t.Parallel()
	for _, upsert := range []string{"on", "off"} {
		t.Run("uniqueUpsert="+upsert, func(t *testing.T) {
			t.Parallel()
			w := activitytest.NewWorld(t, activitytest.Settings("uniqueUpsert", upsert), activitytest.Many(6)...)
			in := activitytest.Mirrored(w, activitytest.Stepped(w, 0))
			require.Equal(t, 6, activitytest.Applied(w, activitytest.Muted(w, 4), in, "customers").Sent)
			_, err := activitytest.Step[steps.PlanResult](w, activitytest.Stepped(w, 0), activitytest.Stepped(w, 0).PlanPage, activitytest.Of(in, "items"))
			require.NoError(t, err)
			drain := steps.DrainInput{Connection: activitytest.Demo, RunID: in.RunID, Who: "ann", Why: "moving house"}
			early, err := live[steps.DrainResult](w, life(w, 0), life(w, 0).Drain, drain)
			require.NoError(t, err)
			require.False(t, early.Done)
			require.Equal(t, 1, early.Dropped, "what was planned only")
			require.WithinDuration(t, time.Now().Add(w.Timing.Call), early.SettleAt, w.Timing.Call)
			run, err := w.Store.Runs.Get(t.Context(), in.RunID)
			require.NoError(t, err)
			require.Equal(t, record.RunRunning, run.Status)

			writes := w.Writes(func() {
				late, err := live[steps.DrainResult](w, life(w, afterAll), life(w, 0).Drain, drain)
				require.NoError(t, err)
				require.Equal(t, steps.DrainResult{Settled: 4, Dropped: 2, Done: true}, late)
			})
			require.Zero(t, writes, "a drain only looks")
			require.Len(t, w.Customers(), 4)
			counted := w.Report(in)
			require.Equal(t, 4, counted.Entities["customers"].Added)
			require.Equal(t, contract.RunCanceled, counted.Status)
			run, err = w.Store.Runs.Get(t.Context(), in.RunID)
			require.NoError(t, err)
			require.Contains(t, run.Reason, "disabled by ann: moving house")
			again, err := live[steps.DrainResult](w, life(w, afterAll), life(w, 0).Drain, drain)
			require.NoError(t, err)
			require.Equal(t, steps.DrainResult{Done: true}, again)

			next := w.Sync()
			require.Equal(t, 2, next.Entities["customers"].Added, "those that were dropped; the links of the others are there")
			require.Len(t, w.Customers(), 6)
		})
	}
}

func TestADrainLearnsOfContactPersonsByCount(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.Many(3)...)
	in := activitytest.Mirrored(w, activitytest.Stepped(w, 0))
	activitytest.Applied(w, activitytest.Stepped(w, 0), in, "customers")
	require.Equal(t, 3, activitytest.Applied(w, activitytest.Muted(w, 2), in, "contact_persons").Sent)
	out, err := live[steps.DrainResult](w, life(w, afterAll), life(w, 0).Drain, steps.DrainInput{Connection: activitytest.Demo, RunID: in.RunID})
	require.NoError(t, err)
	require.Equal(t, steps.DrainResult{Settled: 2, Dropped: 1, Done: true}, out)
	require.Equal(t, 2, w.Report(in).Entities["contact_persons"].Added)
}

func TestADrainLearnsWhatTheCRMTook(t *testing.T) {
	t.Parallel()
	for _, took := range []int{0, 1} {
		w := activitytest.TwoWay(t, activitytest.Options{})
		for i := range 3 {
			w.AddItem(activitytest.Object{"name": fmt.Sprintf("Item %d", i), "rate": 1})
		}
		in := activitytest.Mirrored(w, activitytest.Stepped(w, 0))
		items := activitytest.Of(in, "items")
		items.Direction = steps.DirectionCRM
		s := activitytest.Muted(w, took)
		_, err := activitytest.Step[steps.PlanResult](w, s, s.PlanPage, items)
		require.NoError(t, err)
		out, err := activitytest.Step[steps.ApplyResult](w, s, s.ApplyPage, items)
		require.NoError(t, err)
		require.Equal(t, 3, out.Sent)
		drained, err := live[steps.DrainResult](w, life(w, afterAll), life(w, 0).Drain, steps.DrainInput{Connection: activitytest.Demo})
		require.NoError(t, err)
		require.Equal(t, steps.DrainResult{Settled: 3 * took, Dropped: 3 - 3*took, Done: true}, drained)
		require.Equal(t, 3*took, w.Report(in).Entities["items"].Added)
	}
}

func TestADrainLearnsWhichChangesTookEffect(t *testing.T) {
	t.Parallel()
	for _, took := range []int{0, 1} {
		w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.OneCompany()...)
		w.Sync()
		w.CRM.Call(http.MethodPut, "/Accounts/101", activitytest.Object{"data": []activitytest.Object{{"Phone": "+1 555 7777"}}})
		in := activitytest.Mirrored(w, activitytest.Stepped(w, 0))
		require.Equal(t, 1, activitytest.Applied(w, activitytest.Muted(w, took), in, "customers").Sent)
		drained, err := live[steps.DrainResult](w, life(w, afterAll), life(w, 0).Drain, steps.DrainInput{Connection: activitytest.Demo})
		require.NoError(t, err)
		require.Equal(t, steps.DrainResult{Settled: took, Dropped: 1 - took, Done: true}, drained)
		require.Equal(t, took, w.Report(in).Entities["customers"].Updated)
		require.Equal(t, 1-took, w.Sync().Entities["customers"].Updated)
	}
}

func TestARevokedCredentialKeepsNobodyFromDisabling(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.Many(3)...)
	in := activitytest.Mirrored(w, activitytest.Stepped(w, 0))
	require.Equal(t, 3, activitytest.Applied(w, activitytest.Muted(w, 3), in, "customers").Sent)
	good, err := w.Store.Connections.Credential(t.Context(), activitytest.Demo, record.Billing)
	require.NoError(t, err)
	bad := good
	bad.RefreshToken = "revoked"
	require.NoError(t, w.Store.Connections.PutCredential(t.Context(), activitytest.Demo, record.Billing, bad))
	out, err := live[steps.DrainResult](w, life(w, afterAll), life(w, 0).Drain, steps.DrainInput{Connection: activitytest.Demo, RunID: in.RunID})
	require.NoError(t, err)
	require.Equal(t, steps.DrainResult{Unknown: 3, Done: true}, out)
	parts, err := w.Store.Operations.SentParts(t.Context(), activitytest.Demo)
	require.NoError(t, err)
	require.Equal(t, 3, parts[0].Sent, "the store still says that nobody knows")
	require.NoError(t, w.Store.Connections.PutCredential(t.Context(), activitytest.Demo, record.Billing, good))
	w.Timing.Call = time.Second // it settles what is left before it goes on
	w.Sync()
	require.Len(t, w.Customers(), 3)
}

func TestADrainThatGivesUpLeavesUnknownWhatItsSideDoesNotTell(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.Many(3)...)
	in := activitytest.Mirrored(w, activitytest.Stepped(w, 0))
	require.Equal(t, 3, activitytest.Applied(w, activitytest.Muted(w, 3), in, "customers").Sent)
	drain := steps.DrainInput{Connection: activitytest.Demo, RunID: in.RunID, GiveUp: true}
	early, err := live[steps.DrainResult](w, life(w, 0), life(w, 0).Drain, drain)
	require.NoError(t, err)
	require.Equal(t, 3, early.Unknown, "also what is on its way yet")
	require.True(t, early.Done)
	w.Fault("billing.serverError", "1")
	drain.GiveUp = false
	_, err = live[steps.DrainResult](w, life(w, afterAll), life(w, 0).Drain, drain)
	require.Equal(t, contract.ErrorUnavailable, contract.FailureOf(err).Type, "it may answer later")
	drain.GiveUp = true
	out, err := live[steps.DrainResult](w, life(w, afterAll), life(w, 0).Drain, drain)
	require.NoError(t, err)
	require.Equal(t, steps.DrainResult{Unknown: 3, Done: true}, out)
	w.Fault("billing.serverError", "0")
	out, err = live[steps.DrainResult](w, life(w, afterAll), life(w, 0).Drain, drain)
	require.NoError(t, err)
	require.Equal(t, steps.DrainResult{Settled: 3, Done: true}, out)
}

func TestAConnectionIsEnabledWithItsOwnOrganisationAlone(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.TwoCompanies()...)
	w.Sync()
	_, err := live[steps.EnableCheck](w, life(w, 0), life(w, 0).CheckEnable, steps.EnableInput{Connection: activitytest.Demo, CRMOrg: "4711"})
	failure := contract.FailureOf(err)
	require.Equal(t, contract.ErrorConflict, failure.Type)
	require.Equal(t, "OTHER_ORG", failure.Code)
	conn, err := w.Store.Connections.Get(t.Context(), activitytest.Demo)
	require.NoError(t, err)
	require.Contains(t, failure.Reason, "enable it with "+conn.CRMOrg)
	state, err := w.Store.Mirror.State(t.Context(), activitytest.Demo, record.CRM, record.Accounts)
	require.NoError(t, err)
	require.True(t, state.Completed, "a refusal changes nothing")

	_, err = live[steps.EnableCheck](w, life(w, 0), life(w, 0).CheckEnable, steps.EnableInput{Connection: activitytest.Demo, CRMOrg: conn.CRMOrg})
	require.NoError(t, err)
	for _, m := range []record.Module{record.Accounts, record.Contacts, record.Products} {
		state, err := w.Store.Mirror.State(t.Context(), activitytest.Demo, record.CRM, m)
		require.NoError(t, err)
		require.False(t, state.Completed, "all of %s is read again", m)
	}
	links, err := w.Store.Links.OfModule(t.Context(), activitytest.Demo, record.Accounts, []string{"101", "102"})
	require.NoError(t, err)
	require.Len(t, links, 2)
	w.Load(activitytest.Account(103, "Late Ltd"))
	run := w.Sync()
	require.Equal(t, 1, run.Entities["customers"].Added)
	require.Zero(t, run.Entities["customers"].Linked)
}

func TestEnablingChecksTheMarkerFieldsAgain(t *testing.T) {
	t.Parallel()
	enable := func(w *activitytest.World) contract.Failure {
		conn, err := w.Store.Connections.Get(t.Context(), activitytest.Demo)
		require.NoError(t, err)
		_, err = live[steps.EnableCheck](w, life(w, 0), life(w, 0).CheckEnable, steps.EnableInput{Connection: activitytest.Demo, CRMOrg: conn.CRMOrg})
		require.Error(t, err)
		return contract.FailureOf(err)
	}
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.OneCompany()...)
	w.Set("billingMarker", "absent")
	require.Contains(t, enable(w).Reason, "cf_causeway_id")
	w = activitytest.TwoWay(t, activitytest.Options{}, activitytest.OneCompany()...)
	w.Set("crmMarker", "absent")
	require.Equal(t, "MARKER_FIELD", enable(w).Code)
	w.Set("crmMarker", "plain")
	require.Contains(t, enable(w).Reason, "may hold one value twice")
}

func TestANewCredentialMustAnswerForTheConnectionsOrganisation(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.OneCompany()...)
	check := func(side record.Side, change func(*record.Credential)) contract.Failure {
		good, err := w.Store.Connections.Credential(t.Context(), activitytest.Demo, side)
		require.NoError(t, err)
		given := good
		change(&given)
		require.NoError(t, w.Store.Connections.PutCredential(t.Context(), activitytest.Demo, side, given))
		_, err = live[any](w, life(w, 0), life(w, 0).CheckCredential, steps.ReauthorizeInput{Connection: activitytest.Demo, Side: string(side)})
		require.NoError(t, w.Store.Connections.PutCredential(t.Context(), activitytest.Demo, side, good))
		if err == nil {
			return contract.Failure{}
		}
		return contract.FailureOf(err)
	}
	for _, side := range []record.Side{record.CRM, record.Billing} {
		require.Zero(t, check(side, func(*record.Credential) {}))
		other := check(side, func(c *record.Credential) { c.Organization = "4711" })
		require.Equal(t, contract.ErrorConflict, other.Type, other.Reason)
		require.Equal(t, "OTHER_ORG", other.Code)
		revoked := check(side, func(c *record.Credential) { c.RefreshToken = "revoked" })
		require.Equal(t, contract.ErrorUnauthorized, revoked.Type)
	}
	_, err := live[any](w, life(w, 0), life(w, 0).CheckCredential, steps.ReauthorizeInput{Connection: activitytest.Demo, Side: "both"})
	require.Equal(t, contract.ErrorInvalid, contract.FailureOf(err).Type)
}

func TestAStateIsKeptAsItIsTold(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.OneCompany()...)
	in := steps.KeepStateInput{Connection: activitytest.Demo, State: "paused", Degraded: &contract.Degraded{Reason: "8 runs failed", Since: time.Now().UTC().Truncate(time.Second)}}
	for range 2 {
		_, err := live[any](w, life(w, 0), life(w, 0).KeepState, in)
		require.NoError(t, err)
		conn, err := w.Store.Connections.Get(t.Context(), activitytest.Demo)
		require.NoError(t, err)
		require.Equal(t, record.StatePaused, conn.State)
		require.Equal(t, in.Degraded.Reason, conn.Degraded.Reason)
	}
}

func TestAPausedRunIsNoEndAndMovesNoState(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.OneCompany()...)
	s := activitytest.Stepped(w, 0)
	in := activitytest.Mirrored(w, s)
	require.NoError(t, w.Store.Runs.AddPage(t.Context(), in.RunID, "view", 1, []string{"101"}))
	require.NoError(t, w.Store.Connections.SetState(t.Context(), activitytest.Demo, record.StatePausing, nil))
	for range 2 {
		_, err := activitytest.Step[steps.FinishResult](w, s, s.FinishRun, steps.FinishInput{RunID: in.RunID, Paused: true, Events: 5})
		require.NoError(t, err)
	}
	run := w.Report(in)
	require.Equal(t, contract.RunPaused, run.Status)
	conn, err := w.Store.Connections.Get(t.Context(), activitytest.Demo)
	require.NoError(t, err)
	require.Equal(t, record.StatePausing, conn.State)
	_, err = activitytest.Step[steps.StartRunResult](w, s, s.StartRun, in)
	require.NoError(t, err)
	require.Equal(t, contract.RunRunning, w.Report(in).Status)
	_, err = activitytest.Step[steps.FinishResult](w, s, s.FinishRun, steps.FinishInput{RunID: in.RunID})
	require.NoError(t, err)
	conn, err = w.Store.Connections.Get(t.Context(), activitytest.Demo)
	require.NoError(t, err)
	require.Equal(t, record.StatePausing, conn.State, "a completed run wakes nobody up")
}

func TestDisablingSaysWhatOfTheWorkspaceGoesAndRemovesThatAlone(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.OneCompany()...)
	w.Prefer(func(p *record.Preferences) { p.Transactions = record.PushQuotes })
	for i := range 1200 {
		o := pushes.WorkspaceObject{Connection: activitytest.Demo, Kind: pushes.WorkspaceComment, ID: fmt.Sprint(i), CreatedAt: time.Now()}
		require.NoError(t, w.Store.Workspace.Put(t.Context(), o))
	}
	in := steps.ConnectionInput{Connection: activitytest.Demo}
	look, err := live[steps.DisableLook](w, life(w, 0), life(w, 0).LookAtDisable, in)
	require.NoError(t, err)
	require.Equal(t, steps.DisableLook{TransactionsOn: true, Workspace: map[string]int{"comments": 1200}}, look)
	for _, want := range []map[string]int{{"comments": 1200}, nil} {
		out, err := live[steps.RemovedWorkspace](w, life(w, 0), life(w, 0).RemoveWorkspace, in)
		require.NoError(t, err)
		require.Equal(t, want, out.Removed)
	}
}
