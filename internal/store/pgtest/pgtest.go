package pgtest

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	_ "github.com/lib/pq" // the driver
)

var (
	once    sync.Once
	shared  *server
	failure error
	serial  atomic.Int64
)

// New makes a fresh database and returns its DSN. All tests of a process share one server, which ends with the process,
// however that ends. Without PostgreSQL installed the test is skipped, unless CAUSEWAY_CI=1.
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

// quickCommits is for a server that no test kills. A loss of its last commits would harm nothing.
const quickCommits = "synchronous_commit = off"
