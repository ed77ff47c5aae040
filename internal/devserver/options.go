package devserver

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"

	"go.temporal.io/api/enums/v1"
)

// host is the only address that anything of this package listens on: the server has no authentication.
const host = "127.0.0.1"

// Options say where the server keeps its data and what it listens on.
type Options struct {
	// DataDir holds the SQLite files and the lock. It is made if it does not exist.
	DataDir string
	// Postgres keeps the data in a PostgreSQL server instead, postgres://user@host:port/name: in that database and one
	// named name_visibility, which are made if they do not exist. DataDir then holds the lock alone.
	Postgres string
	// Port is the gRPC port of the Temporal frontend, UIPort the Web UI's. 0 takes a free one.
	Port, UIPort int
	// Namespace is registered before Start returns; "" stands for "default".
	Namespace string
	// SearchAttributes are registered in the namespace, and accepted by it, before Start returns.
	SearchAttributes map[string]enums.IndexedValueType
	// LogLevel is the least level that is logged; nil stands for warnings.
	LogLevel slog.Leveler
	// Logger takes the server's log; nil stands for slog.Default().
	Logger *slog.Logger
	// CodecEndpoint is where the Web UI has payloads decrypted, as a browser on this machine reaches it; "" is nowhere.
	CodecEndpoint string
	// ContinueAsNewAt is after how many events of its history a workflow is told to continue as new; 0 is Temporal's own.
	ContinueAsNewAt int
	// DisableUI leaves the Web UI out.
	DisableUI bool
}

// withDefaults fills in what was left out, and makes the data directory.
func (o Options) withDefaults() (Options, error) {
	if o.DataDir == "" {
		return o, fmt.Errorf("start temporal server: no data directory given")
	}
	dir, err := filepath.Abs(o.DataDir)
	if err != nil {
		return o, fmt.Errorf("start temporal server: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return o, fmt.Errorf("start temporal server: make data directory: %w", err)
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
