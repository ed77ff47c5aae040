package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"causeway/internal/devserver/devtest"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
)

// beWorker makes the test binary the program, so that a test can send it signals.
const beWorker = "CAUSEWAY_TEST_BE_WORKER"

func TestMain(m *testing.M) {
	if os.Getenv(beWorker) != "" {
		main()
	}
	devtest.Main(m)
}

// endWait limits a start or an end. An idle worker needs far less.
const endWait = 30 * time.Second

func TestWorkerPreparesItsNamespaceAndEndsGracefullyOnSIGTERM(t *testing.T) {
	t.Parallel()
	server := devtest.Start(t)
	namespace := server.Namespace(t, nil) // without a search attribute, as an operator makes it
	dir := t.TempDir()
	env := []string{"TEMPORAL_ADDRESS=" + server.Address(), "TEMPORAL_NAMESPACE=" + namespace}

	migrated := process(t, env, "--data-dir="+dir, "migrate")
	require.NoError(t, migrated.wait(), migrated.log.String())

	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		p := process(t, env, "--data-dir="+dir, "--log-format=json")
		require.Eventually(t, func() bool { return strings.Contains(p.log.String(), `"msg":"worker started"`) },
			endWait, 10*time.Millisecond, "the worker has not started")
		require.NoError(t, p.cmd.Process.Signal(signal))
		require.NoError(t, p.wait(), "exit status 0 after %s: %s", signal, p.log.String())
		require.Contains(t, p.log.String(), `"msg":"worker stopped"`)
	}

	listed, err := server.Client(t, namespace).OperatorService().ListSearchAttributes(t.Context(),
		&operatorservice.ListSearchAttributesRequest{Namespace: namespace})
	require.NoError(t, err)
	for name, kind := range contract.SearchAttributes() {
		require.Equal(t, kind, listed.GetCustomAttributes()[name], name)
	}
}

func TestWorkerNamesAnUnknownNamespaceAndItsRemedy(t *testing.T) {
	t.Parallel()
	server := devtest.Start(t)
	dir := t.TempDir()
	env := []string{"TEMPORAL_ADDRESS=" + server.Address(), "TEMPORAL_NAMESPACE=nobodys"}
	migrated := process(t, env, "--data-dir="+dir, "migrate")
	require.NoError(t, migrated.wait(), migrated.log.String())

	p := process(t, env, "--data-dir="+dir)
	var exit *exec.ExitError
	require.ErrorAs(t, p.wait(), &exit)
	require.Equal(t, exitCouldNot, exit.ExitCode())
	require.Contains(t, p.log.String(), `namespace "nobodys" does not exist`)
	require.Contains(t, p.log.String(), "temporal operator namespace create")
}

func TestWorkerRefusesASearchAttributeOfAnotherType(t *testing.T) {
	t.Parallel()
	server := devtest.Start(t)
	name := contract.AttributeStatus.GetName()
	namespace := server.Namespace(t, map[string]enums.IndexedValueType{name: enums.INDEXED_VALUE_TYPE_INT})
	dir := t.TempDir()
	env := []string{"TEMPORAL_ADDRESS=" + server.Address(), "TEMPORAL_NAMESPACE=" + namespace}
	migrated := process(t, env, "--data-dir="+dir, "migrate")
	require.NoError(t, migrated.wait(), migrated.log.String())

	p := process(t, env, "--data-dir="+dir)
	var exit *exec.ExitError
	require.ErrorAs(t, p.wait(), &exit)
	require.Equal(t, exitCouldNot, exit.ExitCode())
	require.Contains(t, p.log.String(), name+" has the type Int, but Causeway needs Keyword: use another namespace")
}

// running is the program in another process.
type running struct {
	cmd *exec.Cmd
	log *logBuffer
}

func process(t *testing.T, env []string, args ...string) running {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 2*endWait)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, os.Args[0], args...)
	cmd.Env = append(os.Environ(), beWorker+"=1", "TEMPORAL_CONFIG_FILE="+filepath.Join(t.TempDir(), "none.toml"))
	cmd.Env = append(cmd.Env, env...)
	p := running{cmd: cmd, log: &logBuffer{}}
	cmd.Stderr = p.log
	require.NoError(t, cmd.Start())
	return p
}

func (p running) wait() error { return p.cmd.Wait() }

// logBuffer can be read while the program writes.
type logBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *logBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *logBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}
