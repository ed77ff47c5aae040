package clitest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"causeway/internal/app"
	"causeway/internal/cli"
	"causeway/internal/cli/session"
	"causeway/internal/doctor"
	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/internal/store/runs"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

// Trial is a program with a store of its own and a Temporal that the test plays.
type Trial struct {
	T        *testing.T
	Dir      string
	Store    *store.Store
	Temporal *FakeTemporal
	Env      map[string]string
	Stdin    string
	Limit    time.Duration    // after which the program is interrupted
	Attended bool             // somebody types what Stdin holds
	Width    int              // of the terminal; 0 where the output is none
	User     string           // who runs the program, by the operating system
	Clock    func() time.Time // At where it is nil
	// Inspected is the Temporal that doctor sees; nil where it cannot be reached.
	Inspected doctor.Temporal
	Tuning    contract.Tuning
}

// New makes a trial with an empty store.
func New(t *testing.T) *Trial {
	t.Helper()
	dir := t.TempDir()
	st, err := app.Config{DataDir: dir, Store: filepath.Join(dir, "causeway.db")}.OpenStore(context.Background())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	require.NoError(t, st.Migrate(context.Background()))
	return &Trial{T: t, Dir: dir, Store: st, Temporal: &FakeTemporal{store: st}, Env: map[string]string{}, Limit: time.Minute}
}

// Run runs the program on the trial's store.
func (x *Trial) Run(args ...string) (status int, out, errOut string) {
	x.T.Helper()
	return x.RunIn(filepath.Join(x.Dir, "causeway.db"), args...)
}

// RunIn runs the program on another store.
func (x *Trial) RunIn(storePath string, args ...string) (status int, out, errOut string) {
	x.T.Helper()
	var stdout, stderr bytes.Buffer
	p := session.New(strings.NewReader(x.Stdin), &stdout, &stderr)
	p.Getenv = func(name string) string { return x.Env[name] }
	p.Now = func() time.Time { return At }
	if x.Clock != nil {
		p.Now = x.Clock
	}
	p.Poll = time.Millisecond
	p.Attended = func() bool { return x.Attended }
	p.Width = func() int { return x.Width }
	p.User = func() string { return x.User }
	p.Inspect = func(context.Context) (doctor.Temporal, error) {
		if x.Inspected == nil {
			return nil, errors.New("reach Temporal at 127.0.0.1:1: refused")
		}
		return x.Inspected, nil
	}
	p.Dial = func(context.Context) (session.Temporal, func(), error) {
		x.Tuning = p.Tuning
		if x.Temporal == nil {
			return nil, nil, errors.New("reach Temporal at 127.0.0.1:1: refused")
		}
		return x.Temporal, func() {}, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), x.Limit)
	defer cancel()
	status = cli.Run(ctx, append(args, "--data-dir", x.Dir, "--store", storePath), p)
	return status, stdout.String(), stderr.String()
}

// Connection stores an active connection.
func (x *Trial) Connection(id string) {
	x.T.Helper()
	require.NoError(x.T, x.Store.Connections.Create(context.Background(), record.Connection{
		ID: id, Incarnation: "abc", CRMOrg: "1", BillingOrg: "2", State: record.StateActive, CreatedAt: At,
	}))
}

// Finished stores a run of the connection with one parked record and one that was skipped.
func (x *Trial) Finished(connection, id string, number int) {
	x.T.Helper()
	ctx := context.Background()
	_, err := x.Store.Runs.Start(ctx, record.Run{ID: id, Connection: connection, Number: number, Trigger: record.TriggerManual,
		WorkflowID: contract.PeriodicSyncID(connection, number), Preferences: 1, Status: record.RunRunning, StartedAt: At})
	require.NoError(x.T, err)
	op := record.Operation{Connection: connection, Run: id, Entity: record.EntityCustomers, SourceModule: record.Accounts,
		TargetModule: record.Customers, State: record.OpDone, PlannedAt: At, DoneAt: At}
	bad, skipped := op, op
	bad.ID, bad.SourceID, bad.SourceName, bad.Action, bad.Outcome, bad.Code, bad.Reason =
		id+"-1", "11", "Bad\x1b[31m", record.ActionFail, record.Failed, "FIELD_INVALID", "Email is not an e-mail address"
	skipped.ID, skipped.SourceID, skipped.TargetID, skipped.Action, skipped.Outcome, skipped.Reason =
		id+"-2", "12", "99", record.ActionSkip, record.Skipped, "billing has it"
	_, err = x.Store.Operations.Insert(ctx, []record.Operation{bad, skipped})
	require.NoError(x.T, err)
	require.NoError(x.T, x.Store.Runs.AddCalls(ctx, id, record.CRM, runs.Taken{Calls: record.Calls{Read: 3, Other: 1}, Spent: 4, At: At}))
	_, err = x.Store.Runs.Finish(ctx, id, record.RunCompleted, "", "", 42, At.Add(1500*time.Millisecond))
	require.NoError(x.T, err)
}

// RunJSON is the run that finished stores, as every command prints it.
const RunJSON = `{"connection":"demo","run_id":"r1","workflow_id":"periodic-sync/demo/1","status":"completed","trigger":"manual",
"started_at":"2026-03-04T05:06:07Z","duration_ms":1500,"preferences":1,"entities":{
"customers":{"added":0,"updated":0,"linked":0,"unchanged":0,"skipped":1,"conflicts":0,"deleted":0,"failed":1},
"contact_persons":{"added":0,"updated":0,"linked":0,"unchanged":0,"skipped":0,"conflicts":0,"deleted":0,"failed":0},
"items":{"added":0,"updated":0,"linked":0,"unchanged":0,"skipped":0,"conflicts":0,"deleted":0,"failed":0}},
"failures":[{"entity":"customers","side":"crm","record_id":"11","name":"Bad\u001b[31m","code":"FIELD_INVALID","reason":"Email is not an e-mail address"}],
"api_calls":{"crm":{"read":3,"write":0,"other":1},"billing":{"read":0,"write":0,"other":0}},"temporal_events":42}`

// Ui is where the Web UI of these tests shows a workflow.
func Ui(workflowID string) string {
	return "http://127.0.0.1:8233/namespaces/default/workflows?query=" + url.QueryEscape(`WorkflowId="`+workflowID+`"`)
}

// LastLine is the last line of a text.
func LastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}

// With adds members to a JSON object.
func With(t *testing.T, object string, members map[string]string) string {
	t.Helper()
	var m map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(object), &m))
	for name, value := range members {
		m[name] = json.RawMessage(value)
	}
	out, err := json.Marshal(m)
	require.NoError(t, err)
	return string(out)
}

// DemoTrial is a trial with the connection "demo", whose workflow says these statuses one after the other.
func DemoTrial(t *testing.T, statuses ...contract.Status) *Trial {
	t.Helper()
	x := New(t)
	x.Connection("demo")
	for i := range statuses {
		statuses[i].Connection = "demo"
	}
	x.Temporal.statuses = statuses
	return x
}
