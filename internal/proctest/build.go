//go:build unix

package proctest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// Program is one of Causeway's programs: its directory below the module's root.
type Program string

// The programs.
const (
	Worker  Program = "worker"
	Starter Program = "starter"
	Dev     Program = "worker/dev"
)

// built are the programs of the test binary. They are built when the first test needs one.
var built struct {
	managed atomic.Bool // Main runs the tests and will remove the programs
	once    sync.Once
	dir     string
	err     error
}

// Main runs the tests of a binary and then removes the programs. A package that starts programs calls it as the
// last statement of TestMain: it does not return.
func Main(m *testing.M) {
	built.managed.Store(true)
	code := m.Run()
	if built.dir != "" {
		if err := os.RemoveAll(built.dir); err != nil {
			fmt.Fprintln(os.Stderr, "proctest:", err)
			code = max(code, 1)
		}
	}
	os.Exit(code)
}

// path returns where a program was built.
func path(t testing.TB, p Program) string {
	t.Helper()
	require.True(t, built.managed.Load(), "starting programs needs a TestMain that calls proctest.Main")
	built.once.Do(build)
	require.NoError(t, built.err)
	return filepath.Join(built.dir, filepath.Base(string(p)))
}

// build builds all programs at once, since they share most of their packages.
func build() {
	root, err := moduleRoot()
	if err != nil {
		built.err = err
		return
	}
	if built.dir, built.err = os.MkdirTemp("", "causeway-proctest-"); built.err != nil {
		return
	}
	cmd := exec.Command("go", "build", "-o", built.dir+string(filepath.Separator), "./worker", "./starter", "./worker/dev")
	cmd.Dir = root
	if out, err := cmd.CombinedOutput(); err != nil {
		built.err = fmt.Errorf("build the programs: %w: %s", err, out)
	}
}

func moduleRoot() (string, error) {
	out, err := exec.Command("go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("find the module's root: %w", err)
	}
	mod := strings.TrimSpace(string(out))
	if mod == "" || mod == os.DevNull {
		return "", errors.New("find the module's root: tests run outside a module")
	}
	return filepath.Dir(mod), nil
}
