package contract

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
)

// ErrNotConnected says that no Integration workflow of that connection is running.
var ErrNotConnected = errors.New("not connected")

// ErrDeleted says that the connection was deleted.
var ErrDeleted = errors.New("deleted")

// Client steers connections through Temporal. It needs a Temporal client and nothing else.
type Client struct {
	temporal client.Client
	deleted  func(ctx context.Context, connection string) (bool, error)
	stored   func(ctx context.Context, connection string) (string, error)
	tuning   Tuning
}

// ClientOption changes what a Client does.
type ClientOption func(*Client)

// WithDeleted has the client tell a connection that was deleted from one that never was: the function asks the
// store, which remembers deletions longer than Temporal does.
func WithDeleted(deleted func(ctx context.Context, connection string) (bool, error)) ClientOption {
	return func(c *Client) { c.deleted = deleted }
}

// WithStored has a connection whose workflow is lost, since it was terminated, say, or Temporal's data are gone, go on
// in the state that the function finds in the store: one that was paused or disabled does not begin to sync.
func WithStored(stored func(ctx context.Context, connection string) (string, error)) ClientOption {
	return func(c *Client) { c.stored = stored }
}

// WithTuning has connections that this client makes wait for less long.
func WithTuning(t Tuning) ClientOption { return func(c *Client) { c.tuning = t } }

// NewClient wraps a Temporal client, which stays the caller's to close.
func NewClient(c client.Client, options ...ClientOption) *Client {
	out := &Client{temporal: c}
	for _, option := range options {
		option(out)
	}
	return out
}

// Connect starts the Integration of a connection that stands in the store. Asked for twice, it starts one.
func (c *Client) Connect(ctx context.Context, connection string) error {
	if err := CheckConnectionID(connection); err != nil {
		return err
	}
	in := IntegrationInput{Connection: connection, Tuning: c.tuning}
	if c.stored != nil {
		state, err := c.stored(ctx, connection)
		if err != nil {
			return fmt.Errorf("start %s: %w", IntegrationID(connection), err)
		}
		in.Restored = state
	}
	_, err := c.temporal.ExecuteWorkflow(ctx, client.StartWorkflowOptions{
		ID:                       IntegrationID(connection),
		TaskQueue:                TaskQueue,
		WorkflowIDConflictPolicy: enums.WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING,
		WorkflowIDReusePolicy:    enums.WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE,
		StaticSummary:            "Connection " + connection,
		TypedSearchAttributes: temporal.NewSearchAttributes(
			AttributeConnection.ValueSet(connection),
			AttributeStatus.ValueSet(StateConnected),
			AttributeDegraded.ValueSet(false),
		),
	}, IntegrationWorkflow, in)
	if err != nil {
		return fmt.Errorf("start %s: %w", IntegrationID(connection), err)
	}
	return nil
}

// Status asks the connection's workflow where it stands.
func (c *Client) Status(ctx context.Context, connection string) (Status, error) {
	var out Status
	if err := CheckConnectionID(connection); err != nil {
		return out, err
	}
	value, err := c.temporal.QueryWorkflow(ctx, IntegrationID(connection), "", StatusQuery)
	if err != nil {
		return out, c.explain(ctx, "status", connection, err)
	}
	if err := value.Get(&out); err != nil {
		return out, fmt.Errorf("status of %s: %w", connection, err)
	}
	return out, nil
}

// SyncNow starts a sync, or joins the one that is running.
func (c *Client) SyncNow(ctx context.Context, connection string, req SyncNowRequest) (SyncAccepted, error) {
	return update[SyncAccepted](ctx, c, connection, SyncNowUpdate, req)
}

// Retry starts another try of a run's failed records: all of them, or those that the request chooses. Where
// nothing is left to try it starts nothing, and the failure is of type NotFound.
func (c *Client) Retry(ctx context.Context, connection string, req RetryRequest) (SyncAccepted, error) {
	return checked[SyncAccepted](ctx, c, connection, RetryUpdate, req)
}

// Configure has an edit of preferences checked against both sides, and saved. Where somebody else has edited
// them since, the failure is of type Conflict; what else is wrong stands in the result.
func (c *Client) Configure(ctx context.Context, connection string, req ConfigureRequest) (ConfigureResult, error) {
	return checked[ConfigureResult](ctx, c, connection, ConfigureUpdate, req)
}

// ResyncRecord starts a run that reads one record afresh and brings it across.
func (c *Client) ResyncRecord(ctx context.Context, connection string, req ResyncRecordRequest) (SyncAccepted, error) {
	return checked[SyncAccepted](ctx, c, connection, ResyncRecordUpdate, req)
}

// ImportRecord starts a run that brings one record across, whether a view holds it or not.
func (c *Client) ImportRecord(ctx context.Context, connection string, req ImportRecordRequest) (SyncAccepted, error) {
	return checked[SyncAccepted](ctx, c, connection, ImportRecordUpdate, req)
}

// ResolveConflict keeps what was decided on a record that both sides have changed, and starts a run that
// carries it out. Where no such conflict is open, the failure is of type NotFound.
func (c *Client) ResolveConflict(ctx context.Context, connection string, req ResolveConflictRequest) (SyncAccepted, error) {
	return checked[SyncAccepted](ctx, c, connection, ResolveConflictUpdate, req)
}

// checked sends an update whose request is well formed.
func checked[R any](ctx context.Context, c *Client, connection, name string, req interface{ Check() error }) (R, error) {
	if err := req.Check(); err != nil {
		var none R
		return none, Failure{Type: ErrorInvalid, Code: CodeRequest, Reason: err.Error()}.Error()
	}
	return update[R](ctx, c, connection, name, req)
}

func update[R any](ctx context.Context, c *Client, connection, name string, req any) (R, error) {
	var out R
	if err := CheckConnectionID(connection); err != nil {
		return out, err
	}
	handle, err := c.temporal.UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
		WorkflowID: IntegrationID(connection), UpdateName: name, Args: []any{req},
		WaitForStage: client.WorkflowUpdateStageCompleted,
	})
	if err == nil {
		err = handle.Get(ctx, &out)
	}
	if err != nil {
		return out, c.explain(ctx, name, connection, err)
	}
	return out, nil
}

// waitToStart is the time between two looks for a run that has not started yet.
const waitToStart = 200 * time.Millisecond

// Wait waits until a run's workflow has ended, also one that is only about to start, or has stepped aside for another
// one. A run that failed gives its Failure as a *RunError; one that was paused gives a result with that status.
func (c *Client) Wait(ctx context.Context, run RunRef) (SyncResult, error) {
	var out SyncResult
	err := c.temporal.GetWorkflow(ctx, run.WorkflowID, "").Get(ctx, &out)
	for (IsNotFound(err) || err == nil && out.Status == RunPaused) && c.expected(ctx, run) {
		select {
		case <-ctx.Done():
			return out, ctx.Err()
		case <-time.After(waitToStart):
		}
		out = SyncResult{}
		err = c.temporal.GetWorkflow(ctx, run.WorkflowID, "").Get(ctx, &out)
	}
	var execution *temporal.WorkflowExecutionError
	if errors.As(err, &execution) {
		return out, &RunError{Run: run, Failure: FailureOf(err)}
	}
	if err != nil {
		return out, fmt.Errorf("wait for %s: %w", run.WorkflowID, err)
	}
	return out, nil
}

// expected says whether the run stands in its connection's queue, has stepped aside, or is being started.
func (c *Client) expected(ctx context.Context, run RunRef) bool {
	connection, ok := connectionOf(run.WorkflowID)
	if !ok {
		return false
	}
	status, err := c.Status(ctx, connection)
	if err != nil {
		return false
	}
	for _, ref := range []*RunRef{status.Running, status.Yielded} {
		if ref != nil && ref.RunID == run.RunID {
			return true
		}
	}
	return slices.ContainsFunc(status.Queued, func(ref RunRef) bool { return ref.RunID == run.RunID })
}

// RunError is a run that failed as a whole.
type RunError struct {
	Run     RunRef
	Failure Failure
}

func (e *RunError) Error() string {
	return fmt.Sprintf("run %s failed: %s", e.Run.RunID, e.Failure)
}

func (c *Client) explain(ctx context.Context, what, connection string, err error) error {
	if !IsNotFound(err) {
		return fmt.Errorf("%s: connection %q: %w", what, connection, err)
	}
	if c.deleted != nil {
		if gone, lookErr := c.deleted(ctx, connection); lookErr == nil && gone {
			return fmt.Errorf("%s: connection %q: %w: what became of its records stands in `starter export-deletion`", what, connection, ErrDeleted)
		}
	}
	return fmt.Errorf("%s: connection %q: %w: no workflow %s is running; make it with `starter connect`",
		what, connection, ErrNotConnected, IntegrationID(connection))
}

// Running says whether the connection's Integration is running. It needs no worker.
func (c *Client) Running(ctx context.Context, connection string) (bool, error) {
	if err := CheckConnectionID(connection); err != nil {
		return false, err
	}
	found, err := c.temporal.DescribeWorkflowExecution(ctx, IntegrationID(connection), "")
	if IsNotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look for %s: %w", IntegrationID(connection), err)
	}
	return found.GetWorkflowExecutionInfo().GetStatus() == enums.WORKFLOW_EXECUTION_STATUS_RUNNING, nil
}
