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
	"testing"
)

const install = "PostgreSQL's server programs (initdb, postgres) are not installed: apt-get install postgresql"

// installed returns the directory of the server's programs.
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

// binaries returns the directory of initdb and postgres, or nothing if they are not installed.
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
