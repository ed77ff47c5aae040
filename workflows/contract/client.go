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

// ErrNotConnected is the error of a connection without a running Integration workflow.
var ErrNotConnected = errors.New("not connected")

// ErrDeleted is the error of a connection that was deleted.
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

// WithDeleted lets the client distinguish a deleted connection from one that never existed. The function asks the store,
// which remembers deletions longer than Temporal does.
func WithDeleted(deleted func(ctx context.Context, connection string) (bool, error)) ClientOption {
	return func(c *Client) { c.deleted = deleted }
}

// WithStored restores a connection whose workflow was lost, for example because it was terminated. The connection
// continues in the state that the function reads from the store, so a paused or disabled one does not begin to sync.
func WithStored(stored func(ctx context.Context, connection string) (string, error)) ClientOption {
	return func(c *Client) { c.stored = stored }
}

// WithTuning changes the waits of the connections that this client starts.
func WithTuning(t Tuning) ClientOption { return func(c *Client) { c.tuning = t } }

// NewClient wraps a Temporal client. The caller closes that client.
func NewClient(c client.Client, options ...ClientOption) *Client {
	out := &Client{temporal: c}
	for _, option := range options {
		option(out)
	}
	return out
}

// Connect starts the Integration of a connection that is in the store. It is idempotent.
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

// Status queries the connection's workflow for its status.
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

// SyncNow starts a sync, or joins a running one.
func (c *Client) SyncNow(ctx context.Context, connection string, req SyncNowRequest) (SyncAccepted, error) {
	return update[SyncAccepted](ctx, c, connection, SyncNowUpdate, req)
}

// Retry starts a run that tries a run's failed records again: all of them, or those that the request chooses. If none is
// left, it starts nothing and returns a failure of type NotFound.
func (c *Client) Retry(ctx context.Context, connection string, req RetryRequest) (SyncAccepted, error) {
	return checked[SyncAccepted](ctx, c, connection, RetryUpdate, req)
}

// Configure checks an edit of the preferences against both sides and saves it. If another edit was saved meanwhile, it
// returns a failure of type Conflict. All other problems are in the result.
func (c *Client) Configure(ctx context.Context, connection string, req ConfigureRequest) (ConfigureResult, error) {
	return checked[ConfigureResult](ctx, c, connection, ConfigureUpdate, req)
}

// ResyncRecord starts a run that reads one record again and syncs it.
func (c *Client) ResyncRecord(ctx context.Context, connection string, req ResyncRecordRequest) (SyncAccepted, error) {
	return checked[SyncAccepted](ctx, c, connection, ResyncRecordUpdate, req)
}

// ImportRecord starts a run that syncs one record, even if no view holds it.
func (c *Client) ImportRecord(ctx context.Context, connection string, req ImportRecordRequest) (SyncAccepted, error) {
	return checked[SyncAccepted](ctx, c, connection, ImportRecordUpdate, req)
}

// ResolveConflict stores a decision about a record that both sides changed, and starts a run that applies it. If no such
// conflict is open, it returns a failure of type NotFound.
func (c *Client) ResolveConflict(ctx context.Context, connection string, req ResolveConflictRequest) (SyncAccepted, error) {
	return checked[SyncAccepted](ctx, c, connection, ResolveConflictUpdate, req)
}

// checked sends an update after checking its request.
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

// waitToStart is the time between two attempts to find a run that has not started yet.
const waitToStart = 200 * time.Millisecond

// Wait waits until a run's workflow has ended. The run may still be queued, or wait for another run. A failed run returns
// a *RunError. A paused run returns a result with that status.
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

// expected reports whether the run is queued, waits for another run, or is being started.
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

// RunError reports a run that failed as a whole.
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

// Running reports whether the connection's Integration is running. It needs no worker.
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
