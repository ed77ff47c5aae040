package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"causeway/internal/app"
	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/internal/store/runs"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"
)

// at is the clock of these tests.
var at = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

// trial is a program with a store of its own and a Temporal that the test plays.
type trial struct {
	t        *testing.T
	dir      string
	store    *store.Store
	temporal *fakeTemporal
	env      map[string]string
	stdin    string
	limit    time.Duration // after which the program is interrupted
	attended bool          // somebody types what stands in stdin
	tuning   contract.Tuning
}

func newTrial(t *testing.T) *trial {
	t.Helper()
	dir := t.TempDir()
	st, err := app.Config{DataDir: dir, Store: filepath.Join(dir, "causeway.db")}.OpenStore(context.Background())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	require.NoError(t, st.Migrate(context.Background()))
	return &trial{t: t, dir: dir, store: st, temporal: &fakeTemporal{store: st}, env: map[string]string{}, limit: time.Minute}
}

// run runs the program on the trial's store.
func (x *trial) run(args ...string) (status int, out, errOut string) {
	x.t.Helper()
	return x.runIn(filepath.Join(x.dir, "causeway.db"), args...)
}

func (x *trial) runIn(storePath string, args ...string) (status int, out, errOut string) {
	x.t.Helper()
	var stdout, stderr bytes.Buffer
	p := newProgram(strings.NewReader(x.stdin), &stdout, &stderr)
	p.getenv = func(name string) string { return x.env[name] }
	p.now = func() time.Time { return at }
	p.poll = time.Millisecond
	p.attended = func() bool { return x.attended }
	p.dial = func(context.Context, *slog.Logger) (temporal, func(), error) {
		x.tuning = p.tuning
		if x.temporal == nil {
			return nil, nil, errors.New("reach Temporal at 127.0.0.1:1: refused")
		}
		return x.temporal, func() {}, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), x.limit)
	defer cancel()
	status = run(ctx, append(args, "--data-dir", x.dir, "--store", storePath), p)
	return status, stdout.String(), stderr.String()
}

func (x *trial) connection(id string) {
	x.t.Helper()
	require.NoError(x.t, x.store.Connections.Create(context.Background(), record.Connection{
		ID: id, Incarnation: "abc", CRMOrg: "1", BillingOrg: "2", State: record.StateActive, CreatedAt: at,
	}))
}

// finished stores a run of the connection with one parked record and one that was skipped.
func (x *trial) finished(connection, id string, number int) {
	x.t.Helper()
	ctx := context.Background()
	_, err := x.store.Runs.Start(ctx, record.Run{ID: id, Connection: connection, Number: number, Trigger: record.TriggerManual,
		WorkflowID: contract.PeriodicSyncID(connection, number), Preferences: 1, Status: record.RunRunning, StartedAt: at})
	require.NoError(x.t, err)
	op := record.Operation{Connection: connection, Run: id, Entity: record.EntityCustomers, SourceModule: record.Accounts,
		TargetModule: record.Customers, State: record.OpDone, PlannedAt: at, DoneAt: at}
	bad, skipped := op, op
	bad.ID, bad.SourceID, bad.SourceName, bad.Action, bad.Outcome, bad.Code, bad.Reason =
		id+"-1", "11", "Bad\x1b[31m", record.ActionFail, record.Failed, "FIELD_INVALID", "Email is not an e-mail address"
	skipped.ID, skipped.SourceID, skipped.TargetID, skipped.Action, skipped.Outcome, skipped.Reason =
		id+"-2", "12", "99", record.ActionSkip, record.Skipped, "billing has it"
	_, err = x.store.Operations.Insert(ctx, []record.Operation{bad, skipped})
	require.NoError(x.t, err)
	require.NoError(x.t, x.store.Runs.AddCalls(ctx, id, record.CRM, runs.Taken{Calls: record.Calls{Read: 3, Other: 1}, Spent: 4, At: at}))
	_, err = x.store.Runs.Finish(ctx, id, record.RunCompleted, "", "", 42, at.Add(1500*time.Millisecond))
	require.NoError(x.t, err)
}

// runJSON is the run that finished stores, as every command prints it.
const runJSON = `{"connection":"demo","run_id":"r1","workflow_id":"periodic-sync/demo/1","status":"completed","trigger":"manual",
"started_at":"2026-03-04T05:06:07Z","duration_ms":1500,"preferences":1,"entities":{
"customers":{"added":0,"updated":0,"linked":0,"unchanged":0,"skipped":1,"conflicts":0,"deleted":0,"failed":1},
"contact_persons":{"added":0,"updated":0,"linked":0,"unchanged":0,"skipped":0,"conflicts":0,"deleted":0,"failed":0},
"items":{"added":0,"updated":0,"linked":0,"unchanged":0,"skipped":0,"conflicts":0,"deleted":0,"failed":0}},
"failures":[{"entity":"customers","side":"crm","record_id":"11","name":"Bad\u001b[31m","code":"FIELD_INVALID","reason":"Email is not an e-mail address"}],
"api_calls":{"crm":{"read":3,"write":0,"other":1},"billing":{"read":0,"write":0,"other":0}},"temporal_events":42}`

// ui is where the Web UI of these tests shows a workflow.
func ui(workflowID string) string {
	return "http://127.0.0.1:8233/namespaces/default/workflows?query=" + url.QueryEscape(`WorkflowId="`+workflowID+`"`)
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}

// with adds members to a JSON object.
func with(t *testing.T, object string, members map[string]string) string {
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

// fakeTemporal answers as the test says.
type fakeTemporal struct {
	mu        sync.Mutex
	connected []string
	running   bool
	status    *contract.Status
	accepted  contract.SyncAccepted
	retried   contract.RetryRequest
	synced    []contract.SyncNowRequest

	store        *store.Store
	configured   []contract.ConfigureRequest
	meanwhile    func() // what somebody else does before a draft is adopted
	problems     []contract.Problem
	configureErr error
	resynced     []contract.ResyncRecordRequest
	imported     []contract.ImportRecordRequest
	resolved     []contract.ResolveConflictRequest
	notYet       int // how often Wait finds no workflow
	waitErr      error
	hangs        bool // Wait ends with its context only
	fakePush
	fakeLife
}

func (f *fakeTemporal) Connect(_ context.Context, connection string) error {
	f.connected = append(f.connected, connection)
	return nil
}

func (f *fakeTemporal) Running(context.Context, string) (bool, error) { return f.running, nil }

func (f *fakeTemporal) Status(context.Context, string) (contract.Status, error) {
	if s, ok := f.next(); ok {
		return s, nil
	}
	if f.status == nil {
		return contract.Status{}, contract.ErrNotConnected
	}
	return *f.status, nil
}

func (f *fakeTemporal) SyncNow(_ context.Context, _ string, req contract.SyncNowRequest) (contract.SyncAccepted, error) {
	f.synced = append(f.synced, req)
	return f.accepted, nil
}

func (f *fakeTemporal) Retry(_ context.Context, _ string, req contract.RetryRequest) (contract.SyncAccepted, error) {
	f.retried = req
	return f.accepted, nil
}

// Configure adopts a draft as the worker does, where the test has nothing to say against it.
func (f *fakeTemporal) Configure(ctx context.Context, connection string, req contract.ConfigureRequest) (contract.ConfigureResult, error) {
	f.configured = append(f.configured, req)
	if f.configureErr != nil || len(f.problems) > 0 {
		return contract.ConfigureResult{Problems: f.problems}, f.configureErr
	}
	if f.meanwhile != nil {
		f.meanwhile()
	}
	draft, err := f.store.Connections.Draft(ctx, req.Draft)
	if err != nil {
		return contract.ConfigureResult{}, err
	}
	saved, err := f.store.Connections.SavePreferences(ctx, connection, draft.Preferences, draft.Base)
	out := contract.ConfigureResult{Version: saved.Version}
	if req.Sync {
		out.Run, out.Queued = &f.accepted.RunRef, f.accepted.Queued
	}
	return out, err
}

func (f *fakeTemporal) ResyncRecord(_ context.Context, _ string, req contract.ResyncRecordRequest) (contract.SyncAccepted, error) {
	f.resynced = append(f.resynced, req)
	return f.accepted, req.Check()
}

func (f *fakeTemporal) ImportRecord(_ context.Context, _ string, req contract.ImportRecordRequest) (contract.SyncAccepted, error) {
	f.imported = append(f.imported, req)
	return f.accepted, req.Check()
}

func (f *fakeTemporal) ResolveConflict(_ context.Context, _ string, req contract.ResolveConflictRequest) (contract.SyncAccepted, error) {
	f.resolved = append(f.resolved, req)
	return f.accepted, req.Check()
}

func (f *fakeTemporal) Wait(ctx context.Context, _ contract.RunRef) (contract.SyncResult, error) {
	if f.hangs {
		<-ctx.Done()
		return contract.SyncResult{}, errors.New("rpc broken off")
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.notYet > 0 {
		f.notYet--
		return contract.SyncResult{}, serviceerror.NewNotFound("workflow not found")
	}
	return contract.SyncResult{}, f.waitErr
}

// fakePush answers pushes as the test says.
type fakePush struct {
	target contract.PushInput
	pushes []contract.PushRequest
	pushed contract.PushResult
	late   bool // the answer does not come
}

func (f *fakePush) Push(ctx context.Context, in contract.PushInput, req contract.PushRequest) (contract.PushResult, error) {
	f.target, f.pushes = in, append(f.pushes, req)
	if f.late {
		<-ctx.Done()
		return contract.PushResult{}, ctx.Err()
	}
	return f.pushed, nil
}
