package session

import (
	"context"

	"causeway/internal/app"
	"causeway/internal/record"
	"causeway/workflows/contract"
)

// WasDeleted reports whether a connection of that id was deleted: the client knows only that no workflow is running.
func (p *Session) WasDeleted(ctx context.Context, id string) (bool, error) {
	if p.Store == nil {
		return false, nil
	}
	_, err := p.Store.Connections.Get(ctx, id)
	if !record.IsKind(err, record.NotFound) {
		return false, err
	}
	d, err := LastDeletion(ctx, p.Store, id)
	return d != nil, err
}

// Temporal is what the commands need of Temporal.
type Temporal interface {
	Connect(ctx context.Context, connection string) error
	Running(ctx context.Context, connection string) (bool, error)
	Status(ctx context.Context, connection string) (contract.Status, error)
	SyncNow(ctx context.Context, connection string, req contract.SyncNowRequest) (contract.SyncAccepted, error)
	Retry(ctx context.Context, connection string, req contract.RetryRequest) (contract.SyncAccepted, error)
	Configure(ctx context.Context, connection string, req contract.ConfigureRequest) (contract.ConfigureResult, error)
	ResyncRecord(ctx context.Context, connection string, req contract.ResyncRecordRequest) (contract.SyncAccepted, error)
	ImportRecord(ctx context.Context, connection string, req contract.ImportRecordRequest) (contract.SyncAccepted, error)
	ResolveConflict(ctx context.Context, connection string, req contract.ResolveConflictRequest) (contract.SyncAccepted, error)
	Wait(ctx context.Context, run contract.RunRef) (contract.SyncResult, error)
	Push(ctx context.Context, in contract.PushInput, req contract.PushRequest) (contract.PushResult, error)
	life
}

// life is what stops a connection, takes it up again and ends it.
type life interface {
	Pause(ctx context.Context, connection string, req contract.ControlRequest) error
	Resume(ctx context.Context, connection string, req contract.ControlRequest) error
	Reauthorize(ctx context.Context, connection string, req contract.ReauthorizeRequest) (contract.ReauthorizeAnswer, error)
	Disable(ctx context.Context, connection string, req contract.DisableRequest) (contract.DisableAnswer, error)
	Enable(ctx context.Context, connection string, req contract.EnableRequest) (contract.EnableAnswer, error)
	PlanDelete(ctx context.Context, connection string, req contract.PlanDeleteRequest) (contract.PlanDeletionResult, error)
	Delete(ctx context.Context, connection string, req contract.DeleteRequest) (contract.DeleteAnswer, error)
	ResumeDelete(ctx context.Context, connection string, req contract.ResumeDeleteRequest) (contract.DeleteAnswer, error)
}

func (p *Session) dialTemporal(ctx context.Context) (Temporal, func(), error) {
	c, err := p.Config.DialTemporal(ctx, p.Log())
	if err != nil {
		return nil, nil, err
	}
	options := []contract.ClientOption{contract.WithTuning(p.Tuning), contract.WithDeleted(p.WasDeleted)}
	if p.Store != nil {
		options = append(options, contract.WithStored(app.StoredState(p.Store)))
	}
	return contract.NewClient(c, options...), c.Close, nil
}
