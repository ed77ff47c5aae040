package contract

import "context"

// Pause pauses the connection. No API call starts later than two seconds afterwards, calls in flight finish, and the sync
// keeps its place. The state is pausing, then paused. A paused connection stays paused.
func (c *Client) Pause(ctx context.Context, connection string, req ControlRequest) error {
	return c.signal(ctx, connection, PauseSignal, req)
}

// Resume continues a paused connection where it stopped. It changes nothing on one that is not paused.
func (c *Client) Resume(ctx context.Context, connection string, req ControlRequest) error {
	return c.signal(ctx, connection, ResumeSignal, req)
}

func (c *Client) signal(ctx context.Context, connection, name string, req ControlRequest) error {
	if err := CheckConnectionID(connection); err != nil {
		return err
	}
	if err := checkPeople(name, req.Who, req.Why); err != nil {
		return Failure{Type: ErrorInvalid, Code: CodeRequest, Reason: err.Error()}.Error()
	}
	if err := c.temporal.SignalWorkflow(ctx, IntegrationID(connection), "", name, req); err != nil {
		return c.explain(ctx, name, connection, err)
	}
	return nil
}

// Reauthorize announces a new credential of a side in the store. The credential is checked, and the connection retries at
// once. A connection that had paused itself is resumed.
func (c *Client) Reauthorize(ctx context.Context, connection string, req ReauthorizeRequest) (ReauthorizeAnswer, error) {
	return checked[ReauthorizeAnswer](ctx, c, connection, ReauthorizeUpdate, req)
}

// Disable stops all work of an active or paused connection. Links, preferences and history stay. If something would be
// removed, nothing is done: the answer lists it, and the request must be repeated with Confirm. Status shows when the
// connection is disabled.
func (c *Client) Disable(ctx context.Context, connection string, req DisableRequest) (DisableAnswer, error) {
	return checked[DisableAnswer](ctx, c, connection, DisableUpdate, req)
}

// Enable starts a disabled connection again. Both sides are checked, and the CRM's data are fetched again. A different CRM
// organisation is refused with the type Conflict.
func (c *Client) Enable(ctx context.Context, connection string, req EnableRequest) (EnableAnswer, error) {
	return checked[EnableAnswer](ctx, c, connection, EnableUpdate, req)
}

// PlanDelete reads everything that a disabled connection has linked, and returns what each choice of a deletion would do.
// It changes nothing. The token in the result confirms this plan, once.
func (c *Client) PlanDelete(ctx context.Context, connection string, req PlanDeleteRequest) (PlanDeletionResult, error) {
	return checked[PlanDeletionResult](ctx, c, connection, PlanDeleteUpdate, req)
}

// Delete ends a disabled connection for good, by its plan. It cannot be undone. Status shows its progress, and where it
// stopped.
func (c *Client) Delete(ctx context.Context, connection string, req DeleteRequest) (DeleteAnswer, error) {
	return checked[DeleteAnswer](ctx, c, connection, DeleteUpdate, req)
}

// ResumeDelete continues a deletion that stopped. It needs no token.
func (c *Client) ResumeDelete(ctx context.Context, connection string, req ResumeDeleteRequest) (DeleteAnswer, error) {
	return checked[DeleteAnswer](ctx, c, connection, ResumeDeleteUpdate, req)
}
