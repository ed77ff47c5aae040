//go:build unix

package pgtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// supervise runs the server until its standard input ends, which is when the test process ends, in
// whatever way; then it stops the server and removes its directory. A line starts it again once it has ended.
// It is in a session of its own, so that a signal to the test's process group does not end it before that.
const supervise = `
"$1/postgres" -D "$2/data" >"$2/log" 2>&1 &
pid=$!
while read -r _; do
    wait $pid
    "$1/postgres" -D "$2/data" >>"$2/log" 2>&1 &
    pid=$!
done
kill -QUIT $pid
wait $pid
cd / && rm -rf "$2"
`

const startWithin = 30 * time.Second

// start makes a cluster in a temporary directory and starts its server on a free port of 127.0.0.1.
func start(bin string, more string) (*server, error) {
	dir, err := os.MkdirTemp("", "pgtest-")
	if err != nil {
		return nil, err
	}
	who, err := credential()
	if err == nil && who != nil {
		err = os.Chown(dir, int(who.Uid), int(who.Gid))
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	port, err := freePort()
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if err := initCluster(bin, dir, port, who, more); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	hold, err := launch(bin, dir, who)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	s := &server{port: port, hold: hold, dir: dir}
	if err := s.wait(); err != nil {
		log, _ := os.ReadFile(filepath.Join(dir, "log"))
		_ = hold.Close() // the supervisor removes the directory
		return nil, fmt.Errorf("%w; its log:\n%s", err, log)
	}
	return s, nil
}

func initCluster(bin, dir string, port int, who *syscall.Credential, more string) error {
	data := filepath.Join(dir, "data")
	cmd := exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
	cmd.Dir = dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: who}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, out)
	}
	settings := fmt.Sprintf(`
listen_addresses = '127.0.0.1'
port = %d
unix_socket_directories = '%s'
max_connections = 300
shared_buffers = 64MB
fsync = off
full_page_writes = off
autovacuum = off
%s
`, port, dir, more)
	f, err := os.OpenFile(filepath.Join(data, "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(settings)
	return errors.Join(err, f.Close())
}

func launch(bin, dir string, who *syscall.Credential) (*os.File, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command("/bin/sh", "-c", supervise, "pgtest", bin, dir)
	cmd.Dir, cmd.Stdin = dir, r
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: who, Setsid: true}
	if err := cmd.Start(); err != nil {
		return nil, errors.Join(err, r.Close(), w.Close())
	}
	go func() { _ = cmd.Wait() }()
	return w, r.Close()
}

// pids returns the server's processes, first the one that started the others.
func (s *server) pids() ([]int, error) {
	text, err := os.ReadFile(filepath.Join(s.dir, "data", "postmaster.pid"))
	if err != nil {
		return nil, err
	}
	first, _, _ := strings.Cut(string(text), "\n")
	main, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil {
		return nil, err
	}
	out := []int{main}
	children, err := exec.Command("pgrep", "-P", strconv.Itoa(main)).Output()
	if err != nil {
		return out, nil //nolint:nilerr // it has none, or there is no pgrep: then the first alone is signalled
	}
	for _, field := range strings.Fields(string(children)) {
		if pid, err := strconv.Atoi(field); err == nil {
			out = append(out, pid)
		}
	}
	return out, nil
}

// signal sends a signal to all of the server's processes. One that has ended meanwhile is none.
func (s *server) signal(sig syscall.Signal) error {
	pids, err := s.pids()
	if err != nil {
		return err
	}
	for _, pid := range pids {
		if err := syscall.Kill(pid, sig); err != nil && !errors.Is(err, syscall.ESRCH) {
			return err
		}
	}
	return nil
}

// restart starts a server that was killed, and returns when it answers. It asks until it does: what is
// left of a killed one keeps its memory for a moment.
func (s *server) restart() error {
	var err error
	for late := time.Now().Add(startWithin); time.Now().Before(late); {
		if _, err = s.hold.Write([]byte("\n")); err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
		err = s.ping(ctx)
		cancel()
		if err == nil {
			return nil
		}
	}
	return fmt.Errorf("the server did not answer within %s: %w", startWithin, err)
}

func (s *server) ping(ctx context.Context) error {
	for tick := time.NewTicker(20 * time.Millisecond); ; {
		err := s.admin.PingContext(ctx)
		if err == nil {
			tick.Stop()
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case <-tick.C:
		}
	}
}

// wait returns when the server answers.
func (s *server) wait() error {
	db, err := sql.Open("postgres", s.dsn("postgres"))
	if err != nil {
		return err
	}
	s.admin = db
	ctx, cancel := context.WithTimeout(context.Background(), startWithin)
	defer cancel()
	if err := s.ping(ctx); err != nil {
		return fmt.Errorf("the server did not answer within %s: %w", startWithin, err)
	}
	return nil
}

// credential is who runs the server: PostgreSQL refuses root.
func credential() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, errUID := strconv.ParseUint(u.Uid, 10, 32)
		gid, errGID := strconv.ParseUint(u.Gid, 10, 32)
		if errUID == nil && errGID == nil {
			return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
		}
	}
	return nil, errors.New("PostgreSQL does not run as root, and there is neither a user postgres nor nobody")
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	port := l.Addr().(*net.TCPAddr).Port
	return port, l.Close()
}
