package app

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"causeway/internal/codec"
	"causeway/internal/keyring"
	"causeway/internal/store"
	"causeway/internal/webhook"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/envconfig"
	"go.temporal.io/sdk/log"
)

// Config is what every program of Causeway reads from its flags and the environment. How Temporal is reached comes
// from TEMPORAL_* and Temporal's own configuration file, which Temporal's tools read too.
type Config struct {
	DataDir string `help:"Data directory of the embedded mode. By default it also holds the store and the key ring." env:"CAUSEWAY_DATA_DIR" default:"${data_dir}" type:"path"`
	Store   string `help:"Store: postgres://..., or the path of an SQLite file. Default: causeway.db in the data directory." env:"CAUSEWAY_STORE"`
	Key     string `help:"Key ring that encrypts credentials and what Temporal keeps: 'id:base64' pairs, or the path of a file with them. Default: causeway.key in the data directory, created if it does not exist." env:"CAUSEWAY_KEY"`

	WebhookPrivate bool `help:"Allow webhooks and other applications at addresses of this machine or of a private network." env:"CAUSEWAY_WEBHOOK_PRIVATE"`
}

// DefaultDataDir is the data directory of the embedded mode by default.
func DefaultDataDir() string {
	if dir := os.Getenv("XDG_DATA_HOME"); dir != "" {
		return filepath.Join(dir, "causeway")
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return ".causeway"
	}
	return filepath.Join(home, ".local", "share", "causeway")
}

// storeDSN returns the store that the configuration names.
func (c Config) storeDSN() string {
	if c.Store != "" {
		return c.Store
	}
	return filepath.Join(c.DataDir, "causeway.db")
}

// keys returns the key ring that the configuration names.
func (c Config) keys() (keyring.Ring, error) {
	if c.Key == "" {
		if err := os.MkdirAll(c.DataDir, 0o700); err != nil {
			return keyring.Ring{}, fmt.Errorf("make the data directory: %w", err)
		}
		return keyring.Load(filepath.Join(c.DataDir, "causeway.key"))
	}
	// A named file must exist: a new key at a mistyped path could decrypt nothing.
	data, err := os.ReadFile(c.Key)
	switch {
	case err == nil:
		return keyring.Parse(string(data))
	case strings.Contains(c.Key, ":"): // a pair has a colon
		return keyring.Parse(c.Key)
	default:
		return keyring.Ring{}, fmt.Errorf("read the key ring: --key (or CAUSEWAY_KEY) is neither id:base64 pairs nor a readable file: %w", err)
	}
}

// OpenStore opens the store without migrating it.
func (c Config) OpenStore(ctx context.Context) (*store.Store, error) {
	keys, err := c.keys()
	if err != nil {
		return nil, err
	}
	return store.Open(ctx, c.storeDSN(), keys)
}

// Webhooks returns the sender for addresses that an admin has chosen.
func (c Config) Webhooks() *webhook.Sender {
	return webhook.New(webhook.Options{Private: c.WebhookPrivate})
}

// Codec returns the codec that encrypts payloads with the configured key ring.
func (c Config) Codec() (codec.Codec, error) {
	keys, err := c.keys()
	return codec.New(keys), err
}

// DialTemporal connects to the Temporal server that the environment names. Payloads are encrypted. The caller
// closes the client.
func (c Config) DialTemporal(ctx context.Context, logger *slog.Logger) (client.Client, error) {
	opts, err := envconfig.LoadDefaultClientOptions()
	if err != nil {
		return nil, fmt.Errorf("read Temporal's configuration: %w", err)
	}
	return c.DialTemporalWith(ctx, opts, logger)
}

// DialTemporalWith connects to the Temporal server that the options name. Payloads are encrypted. The caller closes
// the client.
func (c Config) DialTemporalWith(ctx context.Context, opts client.Options, logger *slog.Logger) (client.Client, error) {
	payloads, err := c.Codec()
	if err != nil {
		return nil, err
	}
	opts.DataConverter = payloads.Converter()
	opts.Logger = log.NewStructuredLogger(slog.New(quieter{logger.Handler()}))
	temporal, err := client.DialContext(ctx, opts)
	if err != nil {
		address := opts.HostPort
		if address == "" {
			address = client.DefaultHostPort
		}
		return nil, fmt.Errorf("reach Temporal at %s: %w; start it (`go run ./worker/dev` runs one), or set TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE", address, err)
	}
	return temporal, nil
}
