//go:build unix

package proctest

import (
	"bytes"
	"encoding/json"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Limits of waiting. A machine under load takes many times as long as an idle one.
const (
	readyWithin = 90 * time.Second
	endWithin   = 60 * time.Second
	poll        = 10 * time.Millisecond
	// shownLines is how many lines of a program's output a failure shows.
	shownLines = 25
)

// Options tell how a program is started.
type Options struct {
	Args []string
	Env  []string // added to the tests' environment, without its settings for Causeway and Temporal
	In   string   // standard input
}

// Process is a started program. It is killed when its test ends.
type Process struct {
	name     string
	cmd      *exec.Cmd
	out, err output
	ended    chan struct{} // closed when the process has ended and all its output was read
	status   int           // once ended; -1 if a signal ended it
}

// Start starts a program.
func Start(t testing.TB, program Program, o Options) *Process {
	t.Helper()
	return startCommand(t, string(program), exec.Command(path(t, program), o.Args...), o)
}

// Shell runs a script with bash to its end, or to the first command that fails. Each program is a command there, by
// the last part of its name.
func Shell(t testing.TB, script string, o Options) *Process {
	t.Helper()
	programs := filepath.Dir(path(t, Starter))
	o.Env = append([]string{"PATH=" + programs + string(os.PathListSeparator) + os.Getenv("PATH")}, o.Env...)
	p := startCommand(t, "bash", exec.Command("bash", "-euo", "pipefail", "-c", script), o)
	p.Wait(t)
	return p
}

// startCommand starts a command that is ready but for its environment and streams.
func startCommand(t testing.TB, name string, cmd *exec.Cmd, o Options) *Process {
	t.Helper()
	p := &Process{name: name, cmd: cmd, ended: make(chan struct{})}
	p.cmd.Env = append(environment(t), o.Env...)
	p.cmd.Stdin = strings.NewReader(o.In)
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.err
	p.cmd.SysProcAttr = diesWithParent()
	require.NoError(t, launch(p.cmd))
	go p.await()
	t.Cleanup(func() {
		p.kill()
		<-p.ended
		if said := p.err.tail(shownLines); t.Failed() && said != "" && p.status != 0 {
			t.Logf("the last lines of %s, pid %d:\n%s", p.name, p.cmd.Process.Pid, said)
		}
	})
	return p
}

// Run runs a program to its end.
func Run(t testing.TB, program Program, o Options) *Process {
	t.Helper()
	p := Start(t, program, o)
	p.Wait(t)
	return p
}

// environment returns the tests' environment without the settings for Causeway and Temporal, so that nothing of a
// developer's own set-up is touched.
func environment(t testing.TB) []string {
	var env []string
	for _, kv := range os.Environ() {
		if !strings.HasPrefix(kv, "CAUSEWAY_") && !strings.HasPrefix(kv, "TEMPORAL_") && !strings.HasPrefix(kv, "XDG_DATA_HOME=") {
			env = append(env, kv)
		}
	}
	nowhere := t.TempDir()
	return append(env, "XDG_DATA_HOME="+nowhere, "TEMPORAL_CONFIG_FILE="+filepath.Join(nowhere, "none.toml"))
}

func (p *Process) await() {
	err := p.cmd.Wait()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		p.status = exit.ExitCode()
	case err != nil:
		p.status = -1
	}
	close(p.ended)
}

// FirstLine waits for the program's first line on standard output and decodes it as JSON.
func (p *Process) FirstLine(t testing.TB, into any) {
	t.Helper()
	p.until(t, "a first line", func() bool { return bytes.ContainsRune(p.out.bytes(), '\n') })
	line, _, _ := bytes.Cut(p.out.bytes(), []byte("\n"))
	require.NoError(t, json.Unmarshal(line, into), "%s printed %q", p.name, line)
}

// Says waits until standard error contains the text.
func (p *Process) Says(t testing.TB, text string) {
	t.Helper()
	p.until(t, "saying "+text, func() bool { return bytes.Contains(p.err.bytes(), []byte(text)) })
}

// Reaches waits until met returns true. It reports whether the program ended before that.
func (p *Process) Reaches(t testing.TB, met func() bool) (ended bool) {
	t.Helper()
	tick := time.NewTicker(poll)
	defer tick.Stop()
	late := time.NewTimer(readyWithin)
	defer late.Stop()
	for !met() {
		select {
		case <-tick.C:
		case <-p.ended:
			return true
		case <-late.C:
			require.FailNow(t, p.name+" did not get as far as expected within "+readyWithin.String(), p.err.tail(shownLines))
		}
	}
	return false
}

func (p *Process) until(t testing.TB, what string, met func() bool) {
	t.Helper()
	if p.Reaches(t, met) {
		require.True(t, met(), "%s ended with status %d before %s:\n%s", p.name, p.status, what, p.err.tail(shownLines))
	}
}

// Wait waits for the program's end.
func (p *Process) Wait(t testing.TB) {
	t.Helper()
	require.True(t, p.EndsWithin(10*endWithin), "%s has not ended:\n%s", p.name, p.err.tail(shownLines))
}

// EndsWithin reports whether the program ends within that time.
func (p *Process) EndsWithin(d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-p.ended:
		return true
	case <-timer.C:
		return false
	}
}

// Ended reports whether the program has ended.
func (p *Process) Ended() bool { return p.EndsWithin(0) }

// Status returns the exit status of an ended program, or -1 if a signal ended it.
func (p *Process) Status() int { return p.status }

// Out returns standard output so far.
func (p *Process) Out() []byte { return p.out.bytes() }

// Err returns standard error so far.
func (p *Process) Err() string { return string(p.err.bytes()) }

// Last returns the end of standard error, for failure messages.
func (p *Process) Last() string { return p.err.tail(shownLines) }

// Pid returns the process's id.
func (p *Process) Pid() int { return p.cmd.Process.Pid }

// Kill ends the program at once, as kill -9 does, and waits until it has ended.
func (p *Process) Kill() {
	p.kill()
	<-p.ended
}

func (p *Process) kill() { _ = p.cmd.Process.Kill() } // it may have ended already

// Freeze stops the program where it is, as kill -STOP does.
func (p *Process) Freeze(t testing.TB) {
	t.Helper()
	require.NoError(t, p.cmd.Process.Signal(syscall.SIGSTOP))
}

// Thaw continues a frozen program.
func (p *Process) Thaw(t testing.TB) {
	t.Helper()
	require.NoError(t, p.cmd.Process.Signal(syscall.SIGCONT))
}

// Stop asks the program to end and requires that it ends with status 0.
func (p *Process) Stop(t testing.TB) {
	t.Helper()
	require.NoError(t, p.cmd.Process.Signal(syscall.SIGTERM))
	require.True(t, p.EndsWithin(endWithin), "%s has not ended after SIGTERM:\n%s", p.name, p.err.tail(shownLines))
	require.Zero(t, p.status, "%s after SIGTERM:\n%s", p.name, p.err.tail(shownLines))
}

// FreePort returns a port of 127.0.0.1 that nobody listens on.
func FreePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	port := l.Addr().(*net.TCPAddr).Port
	require.NoError(t, l.Close())
	return port
}

// starts returns the queue of commands for the starting thread.
var starts = sync.OnceValue(func() chan<- start {
	queue := make(chan start)
	go func() {
		// The kernel kills a child when the thread that started it ends, and Go may end any other thread.
		runtime.LockOSThread()
		for s := range queue {
			s.result <- s.cmd.Start()
		}
	}()
	return queue
})

type start struct {
	cmd    *exec.Cmd
	result chan error
}

func launch(cmd *exec.Cmd) error {
	s := start{cmd: cmd, result: make(chan error)}
	starts() <- s
	return <-s.result
}

// output can be read while the program writes.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.Write(p)
}

func (o *output) bytes() []byte {
	o.mu.Lock()
	defer o.mu.Unlock()
	return bytes.Clone(o.buf.Bytes())
}

func (o *output) tail(lines int) string {
	all := strings.Split(strings.TrimSpace(string(o.bytes())), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}
