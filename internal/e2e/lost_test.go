//go:build unix

package e2e_test

import (
	"os"
	"path/filepath"
	"testing"

	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

// Temporal's data is lost, the store's is not. A paused connection stays paused, and nothing is doubled after a resume.
func TestAPausedConnectionWhoseWorkflowIsLostStaysPausedWhenItIsMadeAnew(t *testing.T) {
	t.Parallel()
	d := deploy(t, number(t, envRecords, 60))
	d.startWorker(t)
	d.connect(t, "accounts_and_contacts")
	run := d.awaitDone(t)
	d.starter(t, "pause", "demo", "--wait")

	d.temporal.Kill()
	require.NoError(t, os.RemoveAll(filepath.Join(d.dir, "temporal")))
	d.startTemporal(t)
	d.connect(t, "accounts_and_contacts")
	c := d.client(t)
	admin := contract.NewClient(c)
	d.startWorker(t) // the first one may be waiting before its next try
	s := d.inState(t, admin, contract.StatePaused)
	require.Contains(t, s.Paused.Why, "its workflow was lost")
	require.Nil(t, s.Running)
	require.NoError(t, admin.Resume(t.Context(), "demo", contract.ControlRequest{Who: "ann"}))
	d.inState(t, admin, contract.StateActive)
	d.requireAgreement(t, run)
}
