package devserver

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"go.temporal.io/api/enums/v1"
)

// host is the only address that this package listens on, since the server has no authentication.
const host = "127.0.0.1"

// Options tell where the server keeps its data and where it listens.
type Options struct {
	// DataDir holds the SQLite files and the lock. It is created if it does not exist.
	DataDir string
	// Postgres keeps the data in a PostgreSQL server instead, postgres://user@host:port/name: in that database and
	// in one named name_visibility. Both are created if they do not exist. DataDir then holds only the lock.
	Postgres string
	// Port is the gRPC port of the Temporal frontend, and UIPort the Web UI's. 0 takes a free one.
	Port, UIPort int
	// Namespace is registered before Start returns; "" means "default".
	Namespace string
	// SearchAttributes are registered in the namespace, and accepted by it, before Start returns.
	SearchAttributes map[string]enums.IndexedValueType
	// LogLevel is the lowest level that is logged; nil means warnings.
	LogLevel slog.Leveler
	// Logger receives the server's log; nil means slog.Default().
	Logger *slog.Logger
	// CodecEndpoint is the address at which the Web UI has payloads decrypted, as a browser on this machine reaches
	// it. "" means nowhere.
	CodecEndpoint string
	// ContinueAsNewAt is the length of a history, in events, at which a workflow is told to continue as new. 0
	// means Temporal's own limit.
	ContinueAsNewAt int
	// DisableUI starts no Web UI.
	DisableUI bool
}

// withDefaults sets the defaults and creates the data directory.
func (o Options) withDefaults() (Options, error) {
	if o.DataDir == "" {
		return o, fmt.Errorf("start the Temporal server: no data directory was given")
	}
	dir, err := filepath.Abs(o.DataDir)
	if err != nil {
		return o, fmt.Errorf("start the Temporal server: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return o, fmt.Errorf("start the Temporal server: create the data directory: %w", err)
	}
	o.DataDir = dir
	if o.Namespace == "" {
		o.Namespace = "default"
	}
	if o.LogLevel == nil {
		o.LogLevel = slog.LevelWarn
	}
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	return o, nil
}
