//go:build unix

package e2e_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"causeway/internal/codec"
	"causeway/internal/keyring"
	"causeway/internal/proctest"
	"causeway/workflows/contract"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"golang.org/x/sync/errgroup"
	"google.golang.org/protobuf/encoding/protojson"
)

// envRecord names a new directory below workflows/testdata/histories, and has TestRecordHistories fill it:
//
//	CAUSEWAY_RECORD=0002-what-is-new go test -count=1 -run TestRecordHistories ./internal/e2e
//
// Record from the code on main, and commit the histories on their own. They are kept when the code changes: every later
// build replays them.
const envRecord = "CAUSEWAY_RECORD"

func TestRecordHistories(t *testing.T) {
	dir := recordInto(t, "")
	data := t.TempDir()
	args := []string{"--output=json", "--data-dir=" + data, "--temporal-port=0", "--ui-port=0", "--crm-port=0", "--billing-port=0"}
	// Some writes have an unknown outcome, so that settling and its timer are recorded too.
	faulty := append([]string{"--once", "--records=60", "--fault=billing.resetAfterWrite=0.05"}, args...)
	require.Zero(t, proctest.Run(t, proctest.Dev, proctest.Options{Args: faulty}).Status())
	p := proctest.Start(t, proctest.Dev, proctest.Options{Args: args})
	var done struct {
		URLs map[string]string `json:"urls"`
	}
	p.FirstLine(t, &done)

	keys, err := keyring.Load(filepath.Join(data, "causeway.key"))
	require.NoError(t, err)
	c, err := client.Dial(client.Options{HostPort: done.URLs["temporal"], DataConverter: codec.New(keys).Converter()})
	require.NoError(t, err)
	defer c.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	_, err = contract.NewClient(c).SyncNow(ctx, "demo", contract.SyncNowRequest{Who: "ann"})
	require.NoError(t, err)
	_, err = contract.NewClient(c).Wait(ctx, contract.RunRef{WorkflowID: contract.PeriodicSyncID("demo", 3)})
	require.NoError(t, err)
	for id, file := range map[string]string{
		contract.IntegrationID("demo"):     "integration.json",
		contract.InitialSyncID("demo", 1):  "initial-sync.json",
		contract.PeriodicSyncID("demo", 2): "periodic-sync.json",
		contract.PeriodicSyncID("demo", 3): "sync-now.json",
	} {
		save(ctx, t, c, codec.New(keys), id, filepath.Join(dir, file), "")
	}
}

// recordInto makes the directory that the environment names, with a suffix. Without a name it skips the test.
func recordInto(t *testing.T, suffix string) string {
	t.Helper()
	name := os.Getenv(envRecord)
	if name == "" {
		t.Skip("nothing to test: it records histories where " + envRecord + " names their directory")
	}
	dir := filepath.Join("..", "..", "workflows", "testdata", "histories", name+suffix)
	require.NoError(t, os.Mkdir(dir, 0o755))
	return dir
}

// TestRecordTheLifeOfAConnection records every execution of a connection's workflows from its first sync to its
// deletion, as TestRecordHistories does the main job's.
func TestRecordTheLifeOfAConnection(t *testing.T) {
	dir := recordInto(t, "-life")
	f := newForce(t, nil)
	f.misbehave(t, map[string]string{"latency": "100ms"})
	who := contract.ControlRequest{Who: "ann", Why: "month end"}
	state := func(want string) func(contract.Status) bool {
		return func(s contract.Status) bool { return s.State == want && s.Running == nil && len(s.Queued) == 0 }
	}
	for range 2 { // in mid-sync
		f.until(t, "running", func(s contract.Status) bool { return s.Running != nil })
		f.pause(time.Second)
		require.NoError(t, f.admin.Pause(t.Context(), "demo", who))
		f.until(t, "paused", state(contract.StatePaused))
		require.NoError(t, f.admin.Resume(t.Context(), "demo", who))
	}
	f.until(t, "active", state(contract.StateActive))
	require.NoError(t, f.admin.Resume(t.Context(), "demo", who)) // changes nothing
	f.syncNow(t)
	disable := func() {
		_, err := f.admin.Disable(t.Context(), "demo", contract.DisableRequest{Who: "ann"})
		require.NoError(t, err)
		f.until(t, "disabled", state(contract.StateDisabled))
	}
	disable() // in mid-sync
	_, err := f.admin.Enable(t.Context(), "demo", contract.EnableRequest{CRMOrg: f.sides.CRMOrgID, Who: "ann"})
	require.NoError(t, err)
	f.until(t, "active", state(contract.StateActive))
	disable()
	f.outside.endFaults(t)
	plan, err := f.admin.PlanDelete(t.Context(), "demo", contract.PlanDeleteRequest{Who: "ann"})
	require.NoError(t, err)
	_, err = f.admin.Delete(t.Context(), "demo", contract.DeleteRequest{
		Plan: plan.Plan.ID, Choice: contract.ChoiceConvertWithTransactions, Token: plan.Token, Who: "ann"})
	require.NoError(t, err)
	f.until(t, "deleted", state(contract.StateDeleted))
	f.saveAll(t, dir)
}

// TestRecordTransactions records pushes: done at once, with an import first, settled, queued and released, queued and
// refused; a sync that writes figures; and the connection around them, which often continues as new.
func TestRecordTransactions(t *testing.T) {
	dir := recordInto(t, "-transactions")
	s := deploySelling(t, deployAs(t, &deployment{continueAsNewAt: continueOften}, 20))
	s.starter(t, "figures", "map", "outstanding", "Annual_Revenue")
	ask := func(kind, id string, req contract.PushRequest, want string) {
		t.Helper()
		req.Key, req.User = uuid.NewString(), s.user
		got, err := s.admin.Push(t.Context(), contract.PushInput{Connection: "demo", Type: kind, Transaction: id}, req)
		require.NoError(t, err)
		require.Equal(t, want, got.Status, "%+v", got.Failure)
	}
	s.outside.write(t, "POST", "Accounts", []object{{"Account_Name": "Made since"}})
	imported := s.document(0)
	for _, a := range s.outside.crm(t, "Accounts", "Account_Name") {
		if a.text("Account_Name") == "Made since" {
			imported.Account = a.text("id")
		}
	}
	ask(contract.TypeInvoice, "imported", contract.PushRequest{Document: imported}, contract.PushDone)
	ask(contract.TypeQuote, "q-1", contract.PushRequest{Document: s.document(1)}, contract.PushDone)
	ask(contract.TypeQuote, "q-1", contract.PushRequest{Action: contract.ActionMarkSent}, contract.PushDone)
	ask(contract.TypeQuote, "q-1", contract.PushRequest{Action: contract.ActionConvert}, contract.PushDone)
	ask(contract.TypeQuote, "q-1", contract.PushRequest{Action: contract.ActionAccept}, contract.PushFailed)
	s.outside.control(t, http.MethodPatch, "faults", map[string]string{"billing.resetAfterWrite": "1"}, nil)
	var settled errgroup.Group
	settled.Go(func() error {
		ask(contract.TypeInvoice, "settled", contract.PushRequest{Document: s.document(2)}, contract.PushDone)
		return nil
	})
	<-time.After(time.Second) // the first try has lost its reply
	s.outside.control(t, http.MethodPatch, "faults", map[string]string{"billing.resetAfterWrite": "0"}, nil)
	require.NoError(t, settled.Wait())
	s.starter(t, "sync", "demo", "--wait")
	pause := func() {
		require.NoError(t, s.admin.Pause(t.Context(), "demo", contract.ControlRequest{Who: "ann"}))
		s.inState(t, s.admin, contract.StatePaused)
	}
	pause()
	ask(contract.TypeInvoice, "queued-1", contract.PushRequest{Document: s.document(3)}, contract.PushQueued)
	ask(contract.TypeInvoice, "queued-2", contract.PushRequest{Document: s.document(4)}, contract.PushQueued)
	require.NoError(t, s.admin.Resume(t.Context(), "demo", contract.ControlRequest{Who: "ann"}))
	require.Eventually(t, func() bool { return len(s.outside.billed(t, "invoices")) == 5 }, time.Minute, 200*time.Millisecond)
	pause()
	ask(contract.TypeInvoice, "refused", contract.PushRequest{Document: s.document(5)}, contract.PushQueued)
	_, err := s.admin.Disable(t.Context(), "demo", contract.DisableRequest{Who: "ann", Confirm: true})
	require.NoError(t, err)
	s.inState(t, s.admin, contract.StateDisabled)
	ask(contract.TypeInvoice, "late", contract.PushRequest{Document: s.document(6)}, contract.PushRefused)
	plan, err := s.admin.PlanDelete(t.Context(), "demo", contract.PlanDeleteRequest{Who: "ann"})
	require.NoError(t, err)
	_, err = s.admin.Delete(t.Context(), "demo", contract.DeleteRequest{Plan: plan.Plan.ID, Choice: contract.ChoiceConvertAll, Token: plan.Token, Who: "ann"})
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		status, err := s.admin.Status(t.Context(), "demo")
		return err != nil || status.State == contract.StateDeleted
	}, time.Minute, 200*time.Millisecond)
	<-time.After(2 * time.Second) // the connection's own execution ends a moment later
	s.saveAll(t, dir)
}

// TestRecordASyncThatStepsAside records a connection whose sync of everything steps aside for one of one record.
func TestRecordASyncThatStepsAside(t *testing.T) {
	dir := recordInto(t, "-ahead")
	d := deploy(t, 40)
	d.stepsAside(t)
	d.saveAll(t, dir)
	keys, err := keyring.Load(d.keyFile())
	require.NoError(t, err)
	save(t.Context(), t, d.client(t), codec.New(keys), contract.IntegrationID("demo"), filepath.Join(dir, "integration.json"), "")
}

// saveAll saves every execution that has closed, oldest first.
func (d *deployment) saveAll(t testing.TB, dir string) {
	t.Helper()
	c := d.client(t)
	keys, err := keyring.Load(d.keyFile())
	require.NoError(t, err)
	page, err := c.ListWorkflow(t.Context(), &workflowservice.ListWorkflowExecutionsRequest{Query: "ExecutionStatus != 'Running'"})
	require.NoError(t, err)
	slices.Reverse(page.GetExecutions())
	for i, e := range page.GetExecutions() {
		file := fmt.Sprintf("%02d-%s.json", i, strings.ToLower(e.GetType().GetName()))
		save(t.Context(), t, c, codec.New(keys), e.GetExecution().GetWorkflowId(), filepath.Join(dir, file), e.GetExecution().GetRunId())
	}
}

// save writes a history in clear: the key that encrypts it is not kept.
func save(ctx context.Context, t testing.TB, c client.Client, reads codec.Codec, id, path, run string) {
	t.Helper()
	all := readHistory(ctx, t, c, id, run)
	decrypt(ctx, t, all, reads)
	text, err := protojson.MarshalOptions{Indent: " "}.Marshal(all)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, append(text, '\n'), 0o644))
}
