package clitest

import (
	"context"
	"errors"
	"sync"

	"causeway/internal/store"
	"causeway/workflows/contract"

	"go.temporal.io/api/serviceerror"
)

// FakeTemporal answers as the test says.
type FakeTemporal struct {
	mu          sync.Mutex
	Connected   []string
	HasWorkflow bool
	Says        *contract.Status
	Accepted    contract.SyncAccepted
	Retried     contract.RetryRequest
	synced      []contract.SyncNowRequest

	store        *store.Store
	Configured   []contract.ConfigureRequest
	Meanwhile    func() // what somebody else does before a draft is adopted
	Problems     []contract.Problem
	ConfigureErr error
	Resynced     []contract.ResyncRecordRequest
	Imported     []contract.ImportRecordRequest
	Resolved     []contract.ResolveConflictRequest
	NotYet       int // how often Wait finds no workflow
	WaitErr      error
	Hangs        bool // Wait ends with its context only
	FakePush
	FakeLife
}

// Connect keeps the connection.
func (f *FakeTemporal) Connect(_ context.Context, connection string) error {
	f.Connected = append(f.Connected, connection)
	return nil
}

// Running answers as the test says.
func (f *FakeTemporal) Running(context.Context, string) (bool, error) { return f.HasWorkflow, nil }

// Status answers as the test says.
func (f *FakeTemporal) Status(context.Context, string) (contract.Status, error) {
	if s, ok := f.next(); ok {
		return s, nil
	}
	if f.Says == nil {
		return contract.Status{}, contract.ErrNotConnected
	}
	return *f.Says, nil
}

// SyncNow keeps the request.
func (f *FakeTemporal) SyncNow(_ context.Context, _ string, req contract.SyncNowRequest) (contract.SyncAccepted, error) {
	f.synced = append(f.synced, req)
	return f.Accepted, nil
}

// Retry keeps the request.
func (f *FakeTemporal) Retry(_ context.Context, _ string, req contract.RetryRequest) (contract.SyncAccepted, error) {
	f.Retried = req
	return f.Accepted, nil
}

// Configure adopts a draft as the worker does, where the test has nothing to say against it.
func (f *FakeTemporal) Configure(ctx context.Context, connection string, req contract.ConfigureRequest) (contract.ConfigureResult, error) {
	f.Configured = append(f.Configured, req)
	if f.ConfigureErr != nil || len(f.Problems) > 0 {
		return contract.ConfigureResult{Problems: f.Problems}, f.ConfigureErr
	}
	if f.Meanwhile != nil {
		f.Meanwhile()
	}
	draft, err := f.store.Connections.Draft(ctx, req.Draft)
	if err != nil {
		return contract.ConfigureResult{}, err
	}
	saved, err := f.store.Connections.SavePreferences(ctx, connection, draft.Preferences, draft.Base)
	out := contract.ConfigureResult{Version: saved.Version}
	if req.Sync {
		out.Run, out.Queued = &f.Accepted.RunRef, f.Accepted.Queued
	}
	return out, err
}

// ResyncRecord keeps the request.
func (f *FakeTemporal) ResyncRecord(_ context.Context, _ string, req contract.ResyncRecordRequest) (contract.SyncAccepted, error) {
	f.Resynced = append(f.Resynced, req)
	return f.Accepted, req.Check()
}

// ImportRecord keeps the request.
func (f *FakeTemporal) ImportRecord(_ context.Context, _ string, req contract.ImportRecordRequest) (contract.SyncAccepted, error) {
	f.Imported = append(f.Imported, req)
	return f.Accepted, req.Check()
}

// ResolveConflict keeps the request.
func (f *FakeTemporal) ResolveConflict(_ context.Context, _ string, req contract.ResolveConflictRequest) (contract.SyncAccepted, error) {
	f.Resolved = append(f.Resolved, req)
	return f.Accepted, req.Check()
}

// Wait ends as the test says.
func (f *FakeTemporal) Wait(ctx context.Context, _ contract.RunRef) (contract.SyncResult, error) {
	if f.Hangs {
		<-ctx.Done()
		return contract.SyncResult{}, errors.New("rpc broken off")
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.NotYet > 0 {
		f.NotYet--
		return contract.SyncResult{}, serviceerror.NewNotFound("workflow not found")
	}
	return contract.SyncResult{}, f.WaitErr
}

// FakePush answers pushes as the test says.
type FakePush struct {
	Target contract.PushInput
	Pushes []contract.PushRequest
	Pushed contract.PushResult
	Late   bool // the answer does not come
}

// Push keeps the request, and answers as the test says.
func (f *FakePush) Push(ctx context.Context, in contract.PushInput, req contract.PushRequest) (contract.PushResult, error) {
	f.Target, f.Pushes = in, append(f.Pushes, req)
	if f.Late {
		<-ctx.Done()
		return contract.PushResult{}, ctx.Err()
	}
	return f.Pushed, nil
}
