package session

import (
	"context"

	"causeway/workflows/contract"
)

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

// life is what pauses, resumes, disables, enables and deletes a connection.
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
