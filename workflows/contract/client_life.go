package contract

import "context"

// Pause stops the connection: no API call starts later than two seconds after it, those in flight finish, and the
// sync keeps its place. The status is pausing, then paused. A connection that is paused already stays so.
func (c *Client) Pause(ctx context.Context, connection string, req ControlRequest) error {
	return c.signal(ctx, connection, PauseSignal, req)
}

// Resume takes the connection up again where it was paused. One that is not paused stays as it is.
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

// Reauthorize tells that the store holds another credential for a side: it is checked, and the connection tries
// again at once. One that had paused itself goes on.
func (c *Client) Reauthorize(ctx context.Context, connection string, req ReauthorizeRequest) (ReauthorizeAnswer, error) {
	return checked[ReauthorizeAnswer](ctx, c, connection, ReauthorizeUpdate, req)
}

// Disable stops all work of an active or paused connection; links, preferences and history stay. Where it would
// remove something, the answer lists that, nothing is done, and Confirm is needed. Status tells when it is disabled.
func (c *Client) Disable(ctx context.Context, connection string, req DisableRequest) (DisableAnswer, error) {
	return checked[DisableAnswer](ctx, c, connection, DisableUpdate, req)
}

// Enable takes a disabled connection up again: both sides are checked, and the CRM's data are fetched again. Another
// CRM organisation is refused with the type Conflict.
func (c *Client) Enable(ctx context.Context, connection string, req EnableRequest) (EnableAnswer, error) {
	return checked[EnableAnswer](ctx, c, connection, EnableUpdate, req)
}

// PlanDelete looks at everything that a disabled connection has linked, and says what each choice of a deletion
// would do. Nothing is changed. The token in the result confirms this plan, once.
func (c *Client) PlanDelete(ctx context.Context, connection string, req PlanDeleteRequest) (PlanDeletionResult, error) {
	return checked[PlanDeletionResult](ctx, c, connection, PlanDeleteUpdate, req)
}

// Delete ends a disabled connection for good, as its plan says. It cannot be undone. Status tells how far it has
// come, and where it stopped.
func (c *Client) Delete(ctx context.Context, connection string, req DeleteRequest) (DeleteAnswer, error) {
	return checked[DeleteAnswer](ctx, c, connection, DeleteUpdate, req)
}

// ResumeDelete goes on with a deletion that has stopped. It needs no token.
func (c *Client) ResumeDelete(ctx context.Context, connection string, req ResumeDeleteRequest) (DeleteAnswer, error) {
	return checked[DeleteAnswer](ctx, c, connection, ResumeDeleteUpdate, req)
}
