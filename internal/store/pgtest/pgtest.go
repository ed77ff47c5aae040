// Package pgtest gives tests a PostgreSQL server of their own, started from the installed binaries, and a
// fresh database for each test. It must never touch a server that it did not start, nor outlive its test
// process.
package pgtest

import (
	"database/sql"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	_ "github.com/lib/pq" // the driver
)

const install = "PostgreSQL's server programs (initdb, postgres) are not installed: apt-get install postgresql"

var (
	once    sync.Once
	shared  *server
	failure error
	serial  atomic.Int64
)

// New makes a fresh database and gives its DSN. All tests of a process share one server, which ends with
// the process, however that ends. Without PostgreSQL installed the test is skipped, unless CAUSEWAY_CI=1.
func New(t testing.TB) string {
	t.Helper()
	bin := installed(t)
	once.Do(func() { shared, failure = start(bin, quickCommits) })
	if failure != nil {
		t.Fatalf("start a PostgreSQL server for tests: %v", failure)
	}
	name := fmt.Sprintf("test_%d", serial.Add(1))
	if err := shared.exec("CREATE DATABASE " + name); err != nil {
		t.Fatalf("make a database for the test: %v", err)
	}
	t.Cleanup(func() {
		if err := shared.exec("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			t.Errorf("drop the test's database: %v", err)
		}
	})
	return shared.dsn(name)
}

// quickCommits are for a server that nobody kills: what it loses then is never missed.
const quickCommits = "synchronous_commit = off"

// installed is where the server's programs are.
func installed(t testing.TB) string {
	t.Helper()
	bin := binaries()
	if bin == "" {
		if os.Getenv("CAUSEWAY_CI") == "1" {
			t.Fatal(install)
		}
		t.Skip(install)
	}
	return bin
}

type server struct {
	port  int
	dir   string
	admin *sql.DB
	// hold is the end of the pipe that the supervisor waits on: open as long as this process lives.
	hold io.WriteCloser
}

func (s *server) dsn(database string) string {
	return fmt.Sprintf("postgres://postgres@127.0.0.1:%d/%s?sslmode=disable", s.port, database)
}

func (s *server) exec(query string) error {
	_, err := s.admin.Exec(query)
	return err
}

// binaries is the directory of initdb and postgres, empty where they are not installed.
func binaries() string {
	var dirs []string
	if path, err := exec.LookPath("initdb"); err == nil {
		// Beside a link there may be one program of several; the version's own directory has all.
		if real, err := filepath.EvalSymlinks(path); err == nil {
			dirs = append(dirs, filepath.Dir(real))
		}
		dirs = append(dirs, filepath.Dir(path))
	}
	versions, _ := filepath.Glob("/usr/lib/postgresql/*/bin") // the pattern is well-formed
	sort.Sort(sort.Reverse(sort.StringSlice(versions)))
	dirs = append(dirs, versions...)
	if out, err := exec.Command("pg_config", "--bindir").Output(); err == nil {
		dirs = append(dirs, strings.TrimSpace(string(out)))
	}
	for _, dir := range dirs {
		if isFile(filepath.Join(dir, "initdb")) && isFile(filepath.Join(dir, "postgres")) {
			return dir
		}
	}
	return ""
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && !info.IsDir()
}
