package activities_test

import (
	"testing"
	"time"

	"causeway/activities"
	"causeway/internal/permission"
	"causeway/internal/record"
	"causeway/internal/sandbox/sample"
	"causeway/internal/store/administration"
	"causeway/workflows"
	"causeway/workflows/contract"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"
)

const seller = "u-seller"

// selling is a world that pushes transactions, with a user who may do everything, and these records synced.
func selling(t testing.TB, o options, rows ...sample.Row) *world {
	t.Helper()
	w := newWorld(t, o, rows...)
	prefs, err := w.store.Connections.Preferences(t.Context(), demo, 0)
	require.NoError(t, err)
	prefs.Transactions = record.PushAll
	_, err = w.store.Connections.SavePreferences(t.Context(), demo, prefs, prefs.Version)
	require.NoError(t, err)
	if len(rows) > 0 {
		w.sync() // which reads the CRM's own users
	}
	w.profile(seller, permission.Everything())
	return w
}

// profile gives a user a profile of its own, with these rights.
func (w *world) profile(user string, p permission.Permission) {
	w.t.Helper()
	ctx := w.t.Context()
	require.NoError(w.t, w.store.Permissions.PutProfiles(ctx, demo, []record.Profile{{ID: "p-" + user, Name: "Profile of " + user}}))
	require.NoError(w.t, w.store.Permissions.PutMembers(ctx, demo, []administration.Member{{User: user, Name: "Sally Seller", Profile: "p-" + user, Active: true}}))
	require.NoError(w.t, w.store.Permissions.Set(ctx, demo, "p-"+user, p))
}

// reply is what came back of a push.
type reply struct {
	contract.PushResult
	err error
}

func (r *reply) Accept()        {}
func (r *reply) Reject(e error) { r.err = e }
func (r *reply) Complete(v any, err error) {
	r.err = err
	if p, ok := v.(contract.PushResult); ok {
		r.PushResult = p
	}
}

// push carries out the real workflow with the real activities, without a Temporal server, for each of the requests, in
// their order.
func (w *world) pushAll(in contract.PushInput, requests ...contract.PushRequest) []*reply {
	w.t.Helper()
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(quiet{})
	env := suite.NewTestWorkflowEnvironment()
	env.SetTestTimeout(time.Minute)
	env.SetWorkerOptions(worker.Options{DeadlockDetectionTimeout: time.Minute, Interceptors: workflows.Interceptors(nil)})
	workflows.Register(env)
	env.RegisterActivity(&activities.Pushes{Env: w.environment(w.now)})
	env.SetOnTimerScheduledListener(func(_ string, d time.Duration) {
		if d != 10*time.Second { // in which an execution waits for its first request
			<-time.After(min(d, w.timing.Call+w.timing.Margin))
		}
	})
	out := make([]*reply, len(requests))
	for i, req := range requests {
		if req.Key == "" {
			req.Key = uuid.NewString()
		}
		if req.User == "" {
			req.User = seller
		}
		out[i] = &reply{}
		env.RegisterDelayedCallback(func() { env.UpdateWorkflow(contract.PushUpdate, uuid.NewString(), out[i], req) }, 0)
	}
	in.Connection = demo
	env.ExecuteWorkflow(contract.TransactionPushWorkflow, in)
	require.True(w.t, env.IsWorkflowCompleted())
	require.NoError(w.t, env.GetWorkflowError())
	return out
}

func (w *world) push(in contract.PushInput, req contract.PushRequest) contract.PushResult {
	w.t.Helper()
	out := w.pushAll(in, req)[0]
	require.NoError(w.t, out.err)
	return out.PushResult
}

// did is a push that must succeed.
func (w *world) did(in contract.PushInput, req contract.PushRequest) contract.PushResult {
	w.t.Helper()
	out := w.push(in, req)
	require.Equal(w.t, contract.PushDone, out.Status, "%+v", out.Failure)
	return out
}

// refuses is a push that must not, with that code.
func (w *world) refuses(code string, in contract.PushInput, req contract.PushRequest) contract.Failure {
	w.t.Helper()
	out := w.push(in, req)
	require.Contains(w.t, []string{contract.PushRefused, contract.PushFailed}, out.Status)
	require.NotNil(w.t, out.Failure)
	require.Equal(w.t, code, out.Failure.Code, out.Failure.Reason)
	require.NotEmpty(w.t, out.Failure.Reason)
	return *out.Failure
}

func quote(id string) contract.PushInput {
	return contract.PushInput{Type: contract.TypeQuote, Transaction: id}
}

func invoice(id string) contract.PushInput {
	return contract.PushInput{Type: contract.TypeInvoice, Transaction: id}
}

// does is a request without anything but its action.
func does(action string) contract.PushRequest { return contract.PushRequest{Action: action} }

// save is a request for a document of an account.
func save(account string, lines ...contract.Line) contract.PushRequest {
	return contract.PushRequest{Document: &contract.Document{Account: account, Lines: lines}}
}

func lineOf(product, quantity string) contract.Line {
	return contract.Line{Product: product, Quantity: quantity}
}

// documents lists what billing has of a type, by its own API.
func (w *world) documents(in contract.PushInput) []object {
	w.t.Helper()
	module := "estimates"
	if in.Type == contract.TypeInvoice {
		module = "invoices"
	}
	var out []object
	for _, d := range w.billing.call("GET", "/"+module, nil)[module].([]any) {
		out = append(out, object(d.(map[string]any)))
	}
	return out
}
