package devserver_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"causeway/internal/devserver"
	"causeway/internal/devserver/dirlock"
)

// serveDir makes the test binary a server of that directory instead of running tests.
const serveDir = "DEVSERVER_TEST_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(serveDir); dir != "" {
		serve(dir)
	}
	os.Exit(m.Run())
}

// serve prints the server's address when it is ready. It ends when it or its parent is killed.
func serve(dir string) {
	s, err := devserver.Start(context.Background(), devserver.Options{DataDir: dir, DisableUI: true, SearchAttributes: attributes})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(s.Address())
	_, _ = io.Copy(io.Discard, os.Stdin)
	os.Exit(0)
}

// spawn runs a server in another process.
func spawn(t *testing.T, dir string) (*exec.Cmd, string) {
	t.Helper()
	command := exec.Command(os.Args[0])
	command.Env = append(os.Environ(), serveDir+"="+dir)
	command.Stderr = os.Stderr
	output, err := command.StdoutPipe()
	require.NoError(t, err)
	input, err := command.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	t.Cleanup(func() {
		_ = input.Close()
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	lines := bufio.NewScanner(output)
	require.True(t, lines.Scan(), "the server's process ended before it was ready")
	return command, lines.Text()
}

func TestKilledServerGoesOnWithItsWorkflows(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	process, address := spawn(t, dir)

	_, err := devserver.Start(t.Context(), devserver.Options{DataDir: dir, DisableUI: true})
	var refused *dirlock.HeldError
	require.ErrorAs(t, err, &refused, "two live processes on one directory")
	require.Equal(t, process.Process.Pid, refused.PID)
	require.ErrorContains(t, err, dir)

	c, err := client.Dial(client.Options{HostPort: address})
	require.NoError(t, err)
	_, err = c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: "gate", TaskQueue: taskQueue}, gate)
	require.NoError(t, err)
	c.Close()
	require.NoError(t, process.Process.Kill())
	_ = process.Wait() // answers that it was killed

	begin := time.Now()
	s := start(t, devserver.Options{DataDir: dir, DisableUI: true, SearchAttributes: attributes})
	c = dial(t, s)
	work(t, c)
	require.NoError(t, c.SignalWorkflow(t.Context(), "gate", "", "open", "sesame"))
	var word string
	require.NoError(t, c.GetWorkflow(t.Context(), "gate", "").Get(t.Context(), &word))
	require.Equal(t, "sesame", word)
	t.Logf("went on %s after the kill", time.Since(begin))
}
