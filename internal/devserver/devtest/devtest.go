package devtest

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"

	"causeway/internal/devserver"
)

// addNamespaceTimeout limits the registration of one namespace.
const addNamespaceTimeout = 30 * time.Second

// shared is the test binary's server. It starts when the first test needs it.
var shared struct {
	once    sync.Once
	managed atomic.Bool // Main runs the tests and will stop the server
	server  *devserver.Server
	dir     string
	err     error
}

// namespaces numbers the namespaces of this test binary.
var namespaces atomic.Int64

// Server is the test binary's Temporal server, without a Web UI.
type Server struct {
	server *devserver.Server
}

// Main runs the tests of a binary and then stops its server. A package that uses Start calls it as the last
// statement of TestMain: it does not return.
func Main(m *testing.M) {
	shared.managed.Store(true)
	code := m.Run()
	if err := stop(); err != nil {
		fmt.Fprintln(os.Stderr, "devtest:", err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// Start returns the test binary's server. The first call starts it.
func Start(t testing.TB) *Server {
	t.Helper()
	require.True(t, shared.managed.Load(), "devtest.Start needs a TestMain that calls devtest.Main")
	shared.once.Do(begin)
	require.NoError(t, shared.err)
	return &Server{server: shared.server}
}

func begin() {
	if shared.dir, shared.err = os.MkdirTemp("", "causeway-devtest-"); shared.err != nil {
		return
	}
	shared.server, shared.err = devserver.Start(context.Background(), devserver.Options{
		DataDir:   filepath.Join(shared.dir, "temporal"),
		DisableUI: true,
		// Tests stop workers at any time, and the server warns about it.
		LogLevel: slog.LevelError,
		Logger:   slog.New(slog.NewTextHandler(os.Stderr, nil)),
	})
}

func stop() error {
	if shared.dir == "" {
		return nil
	}
	if shared.server != nil {
		if err := shared.server.Close(context.Background()); err != nil {
			return err
		}
	}
	return os.RemoveAll(shared.dir)
}

// Address returns host and port of the server's frontend.
func (s *Server) Address() string { return s.server.Address() }

// Namespace registers a new namespace, named after the test, with the given search attributes (nil for none). Other
// tests do not see what runs in it.
func (s *Server) Namespace(t testing.TB, attributes map[string]enums.IndexedValueType) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), addNamespaceTimeout)
	defer cancel()
	name := fmt.Sprintf("t%d-%s", namespaces.Add(1), strings.Map(plain, t.Name()))
	require.NoError(t, s.server.AddNamespace(ctx, name, attributes))
	return name
}

// Client connects to a namespace until the test ends. It does not log.
func (s *Server) Client(t testing.TB, namespace string) client.Client {
	t.Helper()
	c, err := client.DialContext(t.Context(), client.Options{
		HostPort:  s.Address(),
		Namespace: namespace,
		Logger:    sdklog.NewStructuredLogger(slog.New(slog.DiscardHandler)),
	})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

// plain replaces the characters that a namespace's name may not contain.
func plain(r rune) rune {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '-', r == '_':
		return r
	}
	return '-'
}
