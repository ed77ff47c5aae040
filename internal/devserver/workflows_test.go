package devserver_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	sdklog "go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"causeway/internal/devserver"
)

const taskQueue = "test"

var attributes = map[string]enums.IndexedValueType{
	"TestName":   enums.INDEXED_VALUE_TYPE_KEYWORD,
	"TestBroken": enums.INDEXED_VALUE_TYPE_BOOL,
	"TestCount":  enums.INDEXED_VALUE_TYPE_INT,
	"TestTime":   enums.INDEXED_VALUE_TYPE_DATETIME,
}

var (
	testName   = temporal.NewSearchAttributeKeyKeyword("TestName")
	testBroken = temporal.NewSearchAttributeKeyBool("TestBroken")
	testCount  = temporal.NewSearchAttributeKeyInt64("TestCount")
	testTime   = temporal.NewSearchAttributeKeyTime("TestTime")
)

// start runs a server that is closed when the test ends.
func start(t testing.TB, options devserver.Options) *devserver.Server {
	t.Helper()
	s, err := devserver.Start(t.Context(), options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close(context.Background())) })
	return s
}

// dial connects to the namespace of s, without the SDK's log.
func dial(t testing.TB, s *devserver.Server) client.Client {
	t.Helper()
	c, err := client.DialContext(t.Context(), client.Options{
		HostPort:  s.Address(),
		Namespace: s.Namespace(),
		Logger:    sdklog.NewStructuredLogger(slog.New(slog.DiscardHandler)),
	})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

// work runs a worker for the workflows of these tests.
func work(t testing.TB, c client.Client) {
	t.Helper()
	w := worker.New(c, taskQueue, worker.Options{})
	w.RegisterWorkflow(chain)
	w.RegisterWorkflow(answering)
	w.RegisterWorkflow(indexed)
	w.RegisterWorkflow(gate)
	w.RegisterActivity(nothing)
	require.NoError(t, w.Start())
	t.Cleanup(w.Stop)
}

func nothing(context.Context) error { return nil }

func withActivity(ctx workflow.Context) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		StartToCloseTimeout: 10 * time.Second,
		Priority:            temporal.Priority{PriorityKey: 1, FairnessKey: "demo"},
	})
}

// chain runs n activities, one after the other.
func chain(ctx workflow.Context, n int) error {
	ctx = withActivity(ctx)
	for range n {
		if err := workflow.ExecuteActivity(ctx, nothing).Get(ctx, nil); err != nil {
			return err
		}
	}
	return nil
}

// answering answers an update after one activity, then ends.
func answering(ctx workflow.Context) error {
	answered := false
	err := workflow.SetUpdateHandler(ctx, "ask", func(ctx workflow.Context) (string, error) {
		ctx = withActivity(ctx)
		if err := workflow.ExecuteActivity(ctx, nothing).Get(ctx, nil); err != nil {
			return "", err
		}
		answered = true
		return "done", nil
	})
	if err != nil {
		return err
	}
	return workflow.Await(ctx, func() bool { return answered && workflow.AllHandlersFinished(ctx) })
}

// indexed sets every search attribute from within the workflow, at the given time.
func indexed(ctx workflow.Context, at time.Time) error {
	return workflow.UpsertTypedSearchAttributes(ctx,
		testName.ValueSet("Łódź 1"), testBroken.ValueSet(true), testCount.ValueSet(3), testTime.ValueSet(at))
}

// gate waits for a signal and returns its payload.
func gate(ctx workflow.Context) (string, error) {
	var word string
	workflow.GetSignalChannel(ctx, "open").Receive(ctx, &word)
	return word, nil
}

// updateWithStart starts answering and sends it the update in one call.
func updateWithStart(ctx context.Context, c client.Client, id string) (string, error) {
	handle, err := c.UpdateWithStartWorkflow(ctx, client.UpdateWithStartWorkflowOptions{
		StartWorkflowOperation: c.NewWithStartWorkflowOperation(client.StartWorkflowOptions{
			ID: id, TaskQueue: taskQueue,
			WorkflowIDConflictPolicy: enums.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		}, answering),
		UpdateOptions: client.UpdateWorkflowOptions{UpdateName: "ask", WaitForStage: client.WorkflowUpdateStageCompleted},
	})
	if err != nil {
		return "", err
	}
	var answer string
	err = handle.Get(ctx, &answer)
	return answer, err
}
