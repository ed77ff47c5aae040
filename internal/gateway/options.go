package gateway

import (
	"context"
	"log/slog"
	"time"

	"causeway/internal/permission"
	"causeway/internal/store/administration"
	"causeway/workflows/contract"
)

// Pusher runs a push. The contract's client implements it.
type Pusher interface {
	Push(ctx context.Context, in contract.PushInput, req contract.PushRequest) (contract.PushResult, error)
}

// Tokens finds the owner of a token.
type Tokens interface {
	APITokenOf(ctx context.Context, hash string, now time.Time) (administration.APIToken, error)
}

// Permissions tells what a CRM user may do.
type Permissions interface {
	PermissionOf(ctx context.Context, connection, user string) (permission.User, error)
}

// Options are what the gateway needs.
type Options struct {
	Pusher      Pusher
	Tokens      Tokens
	Permissions Permissions
	// Wait is how long a call waits for its push; 0 means a minute.
	Wait time.Duration
	Log  *slog.Logger
	Now  func() time.Time
}

type gateway struct{ Options }
