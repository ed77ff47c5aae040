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

// Bounds of waiting. A machine under load takes many times what an idle one does.
const (
	readyWithin = 90 * time.Second
	endWithin   = 60 * time.Second
	poll        = 10 * time.Millisecond
	// shownLines is how much of a program's output a failure shows.
	shownLines = 25
)

// Options are how a program is started.
type Options struct {
	Args []string
	Env  []string // beside the environment of the tests, less what would configure Causeway or Temporal
	In   string   // standard input
}

// Process is a program that was started. It is killed when its test ends.
type Process struct {
	name     string
	cmd      *exec.Cmd
	out, err output
	ended    chan struct{} // closed when the process has ended and its output is all here
	status   int           // once ended; -1 where a signal ended it
}

// Start starts a program.
func Start(t testing.TB, program Program, o Options) *Process {
	t.Helper()
	p := &Process{name: string(program), ended: make(chan struct{})}
	p.cmd = exec.Command(path(t, program), o.Args...)
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
			t.Logf("%s, pid %d, said last:\n%s", p.name, p.cmd.Process.Pid, said)
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

// environment is that of the tests, less what would configure a program, so that nothing of a developer's
// own set-up is touched.
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

// FirstLine waits for the program's first line on standard output, as JSON, and decodes it.
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

// Reaches waits until something is so while the program runs; it says whether the program has ended before.
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
			require.FailNow(t, p.name+" does not come as far as expected within "+readyWithin.String(), p.err.tail(shownLines))
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

// EndsWithin says whether the program ends within that time.
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

// Ended says whether the program has ended.
func (p *Process) Ended() bool { return p.EndsWithin(0) }

// Status is the exit status of a program that has ended; -1 where a signal ended it.
func (p *Process) Status() int { return p.status }

// Out is standard output so far.
func (p *Process) Out() []byte { return p.out.bytes() }

// Err is standard error so far.
func (p *Process) Err() string { return string(p.err.bytes()) }

// Last is the end of standard error, for failure messages.
func (p *Process) Last() string { return p.err.tail(shownLines) }

// Pid is the process's id.
func (p *Process) Pid() int { return p.cmd.Process.Pid }

// Kill ends the program at once, as kill -9 does, and waits until it is gone.
func (p *Process) Kill() {
	p.kill()
	<-p.ended
}

func (p *Process) kill() { _ = p.cmd.Process.Kill() } // it may have ended

// Freeze stops the program where it stands, as kill -STOP does.
func (p *Process) Freeze(t testing.TB) {
	t.Helper()
	require.NoError(t, p.cmd.Process.Signal(syscall.SIGSTOP))
}

// Thaw lets a frozen program go on.
func (p *Process) Thaw(t testing.TB) {
	t.Helper()
	require.NoError(t, p.cmd.Process.Signal(syscall.SIGCONT))
}

// Stop asks the program to end, and requires that it does so with status 0.
func (p *Process) Stop(t testing.TB) {
	t.Helper()
	require.NoError(t, p.cmd.Process.Signal(syscall.SIGTERM))
	require.True(t, p.EndsWithin(endWithin), "%s has not ended after SIGTERM:\n%s", p.name, p.err.tail(shownLines))
	require.Zero(t, p.status, "%s after SIGTERM:\n%s", p.name, p.err.tail(shownLines))
}

// FreePort is a port of 127.0.0.1 that nobody listens on.
func FreePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	port := l.Addr().(*net.TCPAddr).Port
	require.NoError(t, l.Close())
	return port
}

// starts are the commands that the starting thread is to start.
var starts = sync.OnceValue(func() chan<- start {
	queue := make(chan start)
	go func() {
		// The kernel ends a child when the thread that started it ends, and Go ends threads at will.
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

// output is read while the program writes.
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
