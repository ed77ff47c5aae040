package activitytest

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

// Seller is the CRM user who pushes.
const Seller = "u-seller"

// Selling is a world that pushes transactions, with a user who may do everything, and these records synced.
func Selling(t testing.TB, o Options, rows ...sample.Row) *World {
	t.Helper()
	w := NewWorld(t, o, rows...)
	prefs, err := w.Store.Connections.Preferences(t.Context(), Demo, 0)
	require.NoError(t, err)
	prefs.Transactions = record.PushAll
	_, err = w.Store.Connections.SavePreferences(t.Context(), Demo, prefs, prefs.Version)
	require.NoError(t, err)
	if len(rows) > 0 {
		w.Sync() // which reads the CRM's own users
	}
	w.Profile(Seller, permission.Everything())
	return w
}

// Profile gives a user a profile of its own, with these rights.
func (w *World) Profile(user string, p permission.Permission) {
	w.T.Helper()
	ctx := w.T.Context()
	require.NoError(w.T, w.Store.Permissions.PutProfiles(ctx, Demo, []record.Profile{{ID: "p-" + user, Name: "Profile of " + user}}))
	require.NoError(w.T, w.Store.Permissions.PutMembers(ctx, Demo, []administration.Member{{User: user, Name: "Sally Seller", Profile: "p-" + user, Active: true}}))
	require.NoError(w.T, w.Store.Permissions.Set(ctx, Demo, "p-"+user, p))
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
func (w *World) pushAll(in contract.PushInput, requests ...contract.PushRequest) []*reply {
	w.T.Helper()
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(Quiet{})
	env := suite.NewTestWorkflowEnvironment()
	env.SetTestTimeout(time.Minute)
	env.SetWorkerOptions(worker.Options{DeadlockDetectionTimeout: time.Minute, Interceptors: workflows.Interceptors(nil)})
	workflows.Register(env)
	env.RegisterActivity(&activities.Pushes{Env: w.Environment(w.Now)})
	env.SetOnTimerScheduledListener(func(_ string, d time.Duration) {
		if d != 10*time.Second { // in which an execution waits for its first request
			<-time.After(min(d, w.Timing.Call+w.Timing.Margin))
		}
	})
	out := make([]*reply, len(requests))
	for i, req := range requests {
		if req.Key == "" {
			req.Key = uuid.NewString()
		}
		if req.User == "" {
			req.User = Seller
		}
		out[i] = &reply{}
		env.RegisterDelayedCallback(func() { env.UpdateWorkflow(contract.PushUpdate, uuid.NewString(), out[i], req) }, 0)
	}
	in.Connection = Demo
	env.ExecuteWorkflow(contract.TransactionPushWorkflow, in)
	require.True(w.T, env.IsWorkflowCompleted())
	require.NoError(w.T, env.GetWorkflowError())
	return out
}

// Push carries out one request.
func (w *World) Push(in contract.PushInput, req contract.PushRequest) contract.PushResult {
	w.T.Helper()
	out := w.pushAll(in, req)[0]
	require.NoError(w.T, out.err)
	return out.PushResult
}

// Did is a push that must succeed.
func (w *World) Did(in contract.PushInput, req contract.PushRequest) contract.PushResult {
	w.T.Helper()
	out := w.Push(in, req)
	require.Equal(w.T, contract.PushDone, out.Status, "%+v", out.Failure)
	return out
}

// Refuses is a push that must not, with that code.
func (w *World) Refuses(code string, in contract.PushInput, req contract.PushRequest) contract.Failure {
	w.T.Helper()
	out := w.Push(in, req)
	require.Contains(w.T, []string{contract.PushRefused, contract.PushFailed}, out.Status)
	require.NotNil(w.T, out.Failure)
	require.Equal(w.T, code, out.Failure.Code, out.Failure.Reason)
	require.NotEmpty(w.T, out.Failure.Reason)
	return *out.Failure
}

// Quote names a quote.
func Quote(id string) contract.PushInput {
	return contract.PushInput{Type: contract.TypeQuote, Transaction: id}
}

// Invoice names an invoice.
func Invoice(id string) contract.PushInput {
	return contract.PushInput{Type: contract.TypeInvoice, Transaction: id}
}

// Does is a request without anything but its action.
func Does(action string) contract.PushRequest { return contract.PushRequest{Action: action} }

// Save is a request for a document of an account.
func Save(account string, lines ...contract.Line) contract.PushRequest {
	return contract.PushRequest{Document: &contract.Document{Account: account, Lines: lines}}
}

// LineOf is a line of a product.
func LineOf(product, quantity string) contract.Line {
	return contract.Line{Product: product, Quantity: quantity}
}

// Documents lists what billing has of a type, by its own API.
func (w *World) Documents(in contract.PushInput) []Object {
	w.T.Helper()
	module := "estimates"
	if in.Type == contract.TypeInvoice {
		module = "invoices"
	}
	var out []Object
	for _, d := range w.Billing.Call("GET", "/"+module, nil)[module].([]any) {
		out = append(out, Object(d.(map[string]any)))
	}
	return out
}
