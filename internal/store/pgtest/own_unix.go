//go:build unix

package pgtest

import (
	"syscall"
	"testing"
)

// Server is a server of one test alone, which the test may kill. What it has committed it keeps.
type Server struct{ server *server }

// Own starts a server for the test alone; it ends with the test. Without PostgreSQL installed the test is skipped,
// unless CAUSEWAY_CI=1.
func Own(t testing.TB) *Server {
	t.Helper()
	s, err := start(installed(t), "")
	if err != nil {
		t.Fatalf("start a PostgreSQL server for the test: %v", err)
	}
	t.Cleanup(func() { _ = s.hold.Close() }) // the supervisor does the rest
	return &Server{server: s}
}

// DSN is that of a database of the server, which need not exist: there is one named postgres.
func (s *Server) DSN(database string) string { return s.server.dsn(database) }

// Kill ends all of the server's processes at once, as kill -9 does.
func (s *Server) Kill(t testing.TB) { s.signal(t, syscall.SIGKILL) }

// Freeze stops all of the server's processes where they stand, as kill -STOP does.
func (s *Server) Freeze(t testing.TB) { s.signal(t, syscall.SIGSTOP) }

// Thaw lets a frozen server go on.
func (s *Server) Thaw(t testing.TB) { s.signal(t, syscall.SIGCONT) }

// Start starts a server that was killed, and returns when it answers.
func (s *Server) Start(t testing.TB) {
	t.Helper()
	if err := s.server.restart(); err != nil {
		t.Fatalf("start the killed PostgreSQL server again: %v", err)
	}
}

func (s *Server) signal(t testing.TB, sig syscall.Signal) {
	t.Helper()
	if err := s.server.signal(sig); err != nil {
		t.Fatalf("signal %s to the PostgreSQL server: %v", sig, err)
	}
}
