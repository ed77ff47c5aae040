//go:build unix

package e2e_test

import (
	"encoding/json"
	"testing"

	"causeway/internal/proctest"
	"causeway/internal/report"

	"github.com/stretchr/testify/require"
)

// starter runs a command of the command line on the deployment. It must end with status 0.
func (d *deployment) starter(t testing.TB, args ...string) *proctest.Process {
	t.Helper()
	return starter(t, d.options(args...))
}

// starter runs a command of the command line, which must end with status 0.
func starter(t testing.TB, o proctest.Options) *proctest.Process {
	t.Helper()
	p := proctest.Run(t, proctest.Starter, o)
	require.Zero(t, p.Status(), "starter %v: %.2000s\n%s", o.Args, p.Out(), p.Last())
	return p
}

// answer runs a command that prints JSON, and decodes it.
func (d *deployment) answer(t testing.TB, into any, args ...string) {
	t.Helper()
	p := d.starter(t, append(args, "--output=json")...)
	require.NoError(t, json.Unmarshal(p.Out(), into), "%s", p.Out())
}

// history returns the runs that `starter history` lists, newest first.
func (d *deployment) history(t testing.TB, args ...string) []report.Run {
	t.Helper()
	var listed struct {
		Runs []report.Run `json:"runs"`
	}
	d.answer(t, &listed, append([]string{"history"}, args...)...)
	return listed.Runs
}

// verify requires that `starter verify` finds no difference between the two sides.
func (d *deployment) verify(t testing.TB) {
	t.Helper()
	d.starter(t, "verify", "--output=json")
}
