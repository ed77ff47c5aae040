package activities_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"causeway/activities"
	"causeway/internal/app"
	"causeway/internal/billing"
	"causeway/internal/crm"
	"causeway/internal/record"
	"causeway/internal/steps"
	"causeway/internal/store/pushes"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"
)

// life are the activities behind the states of a world's connection, some time later.
func (w *world) life(later time.Duration) *activities.Life {
	return &activities.Life{Env: w.environment(func() time.Time { return time.Now().Add(later) })}
}

// live carries out one of them.
func live[T any](w *world, l *activities.Life, activity, in any) (out T, err error) {
	w.t.Helper()
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(quiet{})
	env := suite.NewTestActivityEnvironment()
	env.RegisterActivity(l)
	value, err := env.ExecuteActivity(activity, in)
	if err != nil || !value.HasValue() {
		return out, err
	}
	return out, value.Get(&out)
}

// mute sides take writes, as long as more says so, and give no answer to any.
type mute struct {
	*app.Sides
	more func() bool
}

type muteBilling struct {
	billing.Port
	more func() bool
}

type muteCRM struct {
	crm.Port
	more func() bool
}

func (m mute) Billing(ctx context.Context, connection string) (billing.Port, error) {
	port, err := m.Sides.Billing(ctx, connection)
	return muteBilling{port, m.more}, err
}

func (m mute) CRM(ctx context.Context, connection string) (crm.Port, error) {
	port, err := m.Sides.CRM(ctx, connection)
	return muteCRM{port, m.more}, err
}

func (m muteBilling) Create(ctx context.Context, module record.Module, w billing.Write, upsert bool) (record.Record, error) {
	if m.more() {
		if _, err := m.Port.Create(ctx, module, w, upsert); err != nil {
			return record.Record{}, err
		}
	}
	return record.Record{}, unanswered()
}

func (m muteBilling) Update(ctx context.Context, module record.Module, id string, w billing.Write) (record.Record, error) {
	if m.more() {
		if _, err := m.Port.Update(ctx, module, id, w); err != nil {
			return record.Record{}, err
		}
	}
	return record.Record{}, unanswered()
}

func (m muteCRM) Upsert(ctx context.Context, module record.Module, writes []crm.Write) ([]crm.Written, error) {
	if m.more() {
		if _, err := m.Port.Upsert(ctx, module, writes); err != nil {
			return nil, err
		}
	}
	return nil, unanswered()
}

// muted are a sync's activities whose first n writes, one after the other, take effect, and none is answered.
func (w *world) muted(n int) *activities.Sync {
	s := w.stepped(0)
	s.Env.InFlight = 1
	s.Env.Sides = mute{w.sides, func() bool { n--; return n >= 0 }}
	return s
}

const afterAll = time.Minute // when nothing is on its way any more

func TestADrainLearnsWhatTookEffectAndDropsTheRest(t *testing.T) {
	t.Parallel()
	for _, upsert := range []string{"on", "off"} {
		t.Run("uniqueUpsert="+upsert, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, settings("uniqueUpsert", upsert), many(6)...)
			in := w.mirrored(w.stepped(0))
			require.Equal(t, 6, w.applied(w.muted(4), in, "customers").Sent)
			_, err := step[steps.PlanResult](w, w.stepped(0), w.stepped(0).PlanPage, of(in, "items"))
			require.NoError(t, err)
			drain := steps.DrainInput{Connection: demo, RunID: in.RunID, Who: "ann", Why: "moving house"}
			early, err := live[steps.DrainResult](w, w.life(0), w.life(0).Drain, drain)
			require.NoError(t, err)
			require.False(t, early.Done)
			require.Equal(t, 1, early.Dropped, "what was planned only")
			require.WithinDuration(t, time.Now().Add(w.timing.Call), early.SettleAt, w.timing.Call)
			run, err := w.store.Runs.Get(t.Context(), in.RunID)
			require.NoError(t, err)
			require.Equal(t, record.RunRunning, run.Status)

			writes := w.writes(func() {
				late, err := live[steps.DrainResult](w, w.life(afterAll), w.life(0).Drain, drain)
				require.NoError(t, err)
				require.Equal(t, steps.DrainResult{Settled: 4, Dropped: 2, Done: true}, late)
			})
			require.Zero(t, writes, "a drain only looks")
			require.Len(t, w.customers(), 4)
			counted := w.report(in)
			require.Equal(t, 4, counted.Entities["customers"].Added)
			require.Equal(t, contract.RunCanceled, counted.Status)
			run, err = w.store.Runs.Get(t.Context(), in.RunID)
			require.NoError(t, err)
			require.Contains(t, run.Reason, "disabled by ann: moving house")
			again, err := live[steps.DrainResult](w, w.life(afterAll), w.life(0).Drain, drain)
			require.NoError(t, err)
			require.Equal(t, steps.DrainResult{Done: true}, again)

			next := w.sync()
			require.Equal(t, 2, next.Entities["customers"].Added, "those that were dropped; the links of the others are there")
			require.Len(t, w.customers(), 6)
		})
	}
}

func TestADrainLearnsOfContactPersonsByCount(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, many(3)...)
	in := w.mirrored(w.stepped(0))
	w.applied(w.stepped(0), in, "customers")
	require.Equal(t, 3, w.applied(w.muted(2), in, "contact_persons").Sent)
	out, err := live[steps.DrainResult](w, w.life(afterAll), w.life(0).Drain, steps.DrainInput{Connection: demo, RunID: in.RunID})
	require.NoError(t, err)
	require.Equal(t, steps.DrainResult{Settled: 2, Dropped: 1, Done: true}, out)
	require.Equal(t, 2, w.report(in).Entities["contact_persons"].Added)
}

func TestADrainLearnsWhatTheCRMTook(t *testing.T) {
	t.Parallel()
	for _, took := range []int{0, 1} {
		w := twoWay(t, options{})
		for i := range 3 {
			w.addItem(object{"name": fmt.Sprintf("Item %d", i), "rate": 1})
		}
		in := w.mirrored(w.stepped(0))
		items := of(in, "items")
		items.Direction = steps.DirectionCRM
		s := w.muted(took)
		_, err := step[steps.PlanResult](w, s, s.PlanPage, items)
		require.NoError(t, err)
		out, err := step[steps.ApplyResult](w, s, s.ApplyPage, items)
		require.NoError(t, err)
		require.Equal(t, 3, out.Sent)
		drained, err := live[steps.DrainResult](w, w.life(afterAll), w.life(0).Drain, steps.DrainInput{Connection: demo})
		require.NoError(t, err)
		require.Equal(t, steps.DrainResult{Settled: 3 * took, Dropped: 3 - 3*took, Done: true}, drained)
		require.Equal(t, 3*took, w.report(in).Entities["items"].Added)
	}
}

func TestADrainLearnsWhichChangesTookEffect(t *testing.T) {
	t.Parallel()
	for _, took := range []int{0, 1} {
		w := newWorld(t, options{}, oneCompany()...)
		w.sync()
		w.crm.call(http.MethodPut, "/Accounts/101", object{"data": []object{{"Phone": "+1 555 7777"}}})
		in := w.mirrored(w.stepped(0))
		require.Equal(t, 1, w.applied(w.muted(took), in, "customers").Sent)
		drained, err := live[steps.DrainResult](w, w.life(afterAll), w.life(0).Drain, steps.DrainInput{Connection: demo})
		require.NoError(t, err)
		require.Equal(t, steps.DrainResult{Settled: took, Dropped: 1 - took, Done: true}, drained)
		require.Equal(t, took, w.report(in).Entities["customers"].Updated)
		require.Equal(t, 1-took, w.sync().Entities["customers"].Updated)
	}
}

func TestARevokedCredentialKeepsNobodyFromDisabling(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, many(3)...)
	in := w.mirrored(w.stepped(0))
	require.Equal(t, 3, w.applied(w.muted(3), in, "customers").Sent)
	good, err := w.store.Connections.Credential(t.Context(), demo, record.Billing)
	require.NoError(t, err)
	bad := good
	bad.RefreshToken = "revoked"
	require.NoError(t, w.store.Connections.PutCredential(t.Context(), demo, record.Billing, bad))
	out, err := live[steps.DrainResult](w, w.life(afterAll), w.life(0).Drain, steps.DrainInput{Connection: demo, RunID: in.RunID})
	require.NoError(t, err)
	require.Equal(t, steps.DrainResult{Unknown: 3, Done: true}, out)
	parts, err := w.store.Operations.SentParts(t.Context(), demo)
	require.NoError(t, err)
	require.Equal(t, 3, parts[0].Sent, "the store still says that nobody knows")
	require.NoError(t, w.store.Connections.PutCredential(t.Context(), demo, record.Billing, good))
	w.timing.Call = time.Second // it settles what is left before it goes on
	w.sync()
	require.Len(t, w.customers(), 3)
}

func TestADrainThatGivesUpLeavesUnknownWhatItsSideDoesNotTell(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, many(3)...)
	in := w.mirrored(w.stepped(0))
	require.Equal(t, 3, w.applied(w.muted(3), in, "customers").Sent)
	drain := steps.DrainInput{Connection: demo, RunID: in.RunID, GiveUp: true}
	early, err := live[steps.DrainResult](w, w.life(0), w.life(0).Drain, drain)
	require.NoError(t, err)
	require.Equal(t, 3, early.Unknown, "also what is on its way yet")
	require.True(t, early.Done)
	w.fault("billing.serverError", "1")
	drain.GiveUp = false
	_, err = live[steps.DrainResult](w, w.life(afterAll), w.life(0).Drain, drain)
	require.Equal(t, contract.ErrorUnavailable, contract.FailureOf(err).Type, "it may answer later")
	drain.GiveUp = true
	out, err := live[steps.DrainResult](w, w.life(afterAll), w.life(0).Drain, drain)
	require.NoError(t, err)
	require.Equal(t, steps.DrainResult{Unknown: 3, Done: true}, out)
	w.fault("billing.serverError", "0")
	out, err = live[steps.DrainResult](w, w.life(afterAll), w.life(0).Drain, drain)
	require.NoError(t, err)
	require.Equal(t, steps.DrainResult{Settled: 3, Done: true}, out)
}

func TestAConnectionIsEnabledWithItsOwnOrganisationAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, twoCompanies()...)
	w.sync()
	_, err := live[steps.EnableCheck](w, w.life(0), w.life(0).CheckEnable, steps.EnableInput{Connection: demo, CRMOrg: "4711"})
	failure := contract.FailureOf(err)
	require.Equal(t, contract.ErrorConflict, failure.Type)
	require.Equal(t, "OTHER_ORG", failure.Code)
	conn, err := w.store.Connections.Get(t.Context(), demo)
	require.NoError(t, err)
	require.Contains(t, failure.Reason, "enable it with "+conn.CRMOrg)
	state, err := w.store.Mirror.State(t.Context(), demo, record.CRM, record.Accounts)
	require.NoError(t, err)
	require.True(t, state.Completed, "a refusal changes nothing")

	_, err = live[steps.EnableCheck](w, w.life(0), w.life(0).CheckEnable, steps.EnableInput{Connection: demo, CRMOrg: conn.CRMOrg})
	require.NoError(t, err)
	for _, m := range []record.Module{record.Accounts, record.Contacts, record.Products} {
		state, err := w.store.Mirror.State(t.Context(), demo, record.CRM, m)
		require.NoError(t, err)
		require.False(t, state.Completed, "all of %s is read again", m)
	}
	links, err := w.store.Links.OfModule(t.Context(), demo, record.Accounts, []string{"101", "102"})
	require.NoError(t, err)
	require.Len(t, links, 2)
	w.load(account(103, "Late Ltd"))
	run := w.sync()
	require.Equal(t, 1, run.Entities["customers"].Added)
	require.Zero(t, run.Entities["customers"].Linked)
}

func TestEnablingChecksTheMarkerFieldsAgain(t *testing.T) {
	t.Parallel()
	enable := func(w *world) contract.Failure {
		conn, err := w.store.Connections.Get(t.Context(), demo)
		require.NoError(t, err)
		_, err = live[steps.EnableCheck](w, w.life(0), w.life(0).CheckEnable, steps.EnableInput{Connection: demo, CRMOrg: conn.CRMOrg})
		require.Error(t, err)
		return contract.FailureOf(err)
	}
	w := newWorld(t, options{}, oneCompany()...)
	w.set("billingMarker", "absent")
	require.Contains(t, enable(w).Reason, "cf_causeway_id")
	w = twoWay(t, options{}, oneCompany()...)
	w.set("crmMarker", "absent")
	require.Equal(t, "MARKER_FIELD", enable(w).Code)
	w.set("crmMarker", "plain")
	require.Contains(t, enable(w).Reason, "may hold one value twice")
}

func TestANewCredentialMustAnswerForTheConnectionsOrganisation(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, oneCompany()...)
	check := func(side record.Side, change func(*record.Credential)) contract.Failure {
		good, err := w.store.Connections.Credential(t.Context(), demo, side)
		require.NoError(t, err)
		given := good
		change(&given)
		require.NoError(t, w.store.Connections.PutCredential(t.Context(), demo, side, given))
		_, err = live[any](w, w.life(0), w.life(0).CheckCredential, steps.ReauthorizeInput{Connection: demo, Side: string(side)})
		require.NoError(t, w.store.Connections.PutCredential(t.Context(), demo, side, good))
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
	_, err := live[any](w, w.life(0), w.life(0).CheckCredential, steps.ReauthorizeInput{Connection: demo, Side: "both"})
	require.Equal(t, contract.ErrorInvalid, contract.FailureOf(err).Type)
}

func TestAStateIsKeptAsItIsTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, oneCompany()...)
	in := steps.KeepStateInput{Connection: demo, State: "paused", Degraded: &contract.Degraded{Reason: "8 runs failed", Since: time.Now().UTC().Truncate(time.Second)}}
	for range 2 {
		_, err := live[any](w, w.life(0), w.life(0).KeepState, in)
		require.NoError(t, err)
		conn, err := w.store.Connections.Get(t.Context(), demo)
		require.NoError(t, err)
		require.Equal(t, record.StatePaused, conn.State)
		require.Equal(t, in.Degraded.Reason, conn.Degraded.Reason)
	}
}

func TestAPausedRunIsNoEndAndMovesNoState(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, oneCompany()...)
	s := w.stepped(0)
	in := w.mirrored(s)
	require.NoError(t, w.store.Runs.AddPage(t.Context(), in.RunID, "view", 1, []string{"101"}))
	require.NoError(t, w.store.Connections.SetState(t.Context(), demo, record.StatePausing, nil))
	for range 2 {
		_, err := step[steps.FinishResult](w, s, s.FinishRun, steps.FinishInput{RunID: in.RunID, Paused: true, Events: 5})
		require.NoError(t, err)
	}
	run := w.report(in)
	require.Equal(t, contract.RunPaused, run.Status)
	conn, err := w.store.Connections.Get(t.Context(), demo)
	require.NoError(t, err)
	require.Equal(t, record.StatePausing, conn.State)
	_, err = step[steps.StartRunResult](w, s, s.StartRun, in)
	require.NoError(t, err)
	require.Equal(t, contract.RunRunning, w.report(in).Status)
	_, err = step[steps.FinishResult](w, s, s.FinishRun, steps.FinishInput{RunID: in.RunID})
	require.NoError(t, err)
	conn, err = w.store.Connections.Get(t.Context(), demo)
	require.NoError(t, err)
	require.Equal(t, record.StatePausing, conn.State, "a completed run wakes nobody up")
}

func TestDisablingSaysWhatOfTheWorkspaceGoesAndRemovesThatAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, oneCompany()...)
	w.prefer(func(p *record.Preferences) { p.Transactions = record.PushQuotes })
	for i := range 1200 {
		o := pushes.WorkspaceObject{Connection: demo, Kind: pushes.WorkspaceComment, ID: fmt.Sprint(i), CreatedAt: time.Now()}
		require.NoError(t, w.store.Workspace.Put(t.Context(), o))
	}
	in := steps.ConnectionInput{Connection: demo}
	look, err := live[steps.DisableLook](w, w.life(0), w.life(0).LookAtDisable, in)
	require.NoError(t, err)
	require.Equal(t, steps.DisableLook{TransactionsOn: true, Workspace: map[string]int{"comments": 1200}}, look)
	for _, want := range []map[string]int{{"comments": 1200}, nil} {
		out, err := live[steps.RemovedWorkspace](w, w.life(0), w.life(0).RemoveWorkspace, in)
		require.NoError(t, err)
		require.Equal(t, want, out.Removed)
	}
}
