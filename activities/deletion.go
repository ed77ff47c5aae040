package activities

import (
	"context"

	"causeway/activities/attempt"
	"causeway/activities/deletion"
	"causeway/internal/steps"
	"causeway/workflows/contract"
)

// Conversion holds the activities of a deletion: they plan it, turn what was synced into plain records, verify that, and
// remove the connection. Each may come twice: the second time changes nothing.
type Conversion struct {
	Env attempt.Environment
	// Apps are the other finance applications; nil where there are none.
	Apps deletion.Apps
}

func (c *Conversion) begin(ctx context.Context) (context.Context, *attempt.Attempt, *deletion.Step) {
	ctx, try := c.Env.Begin(ctx, "")
	return ctx, try, deletion.NewStep(try, c.Apps)
}

// PlanDeletion makes the next part of a plan, and returns the plan with its token once it is done. It changes nothing on
// a side. It is idempotent: asked again, it returns the plan as it was made, with the same token.
func (c *Conversion) PlanDeletion(ctx context.Context, in steps.PlanDeletionInput) (contract.PlanDeletionResult, error) {
	ctx, try, step := c.begin(ctx)
	defer try.Close()
	out, err := step.Plan(ctx, in)
	return out, attemptError(ctx, "plan the deletion", err)
}

// ConfirmDeletion checks that the token belongs to the plan, and uses it up. It is idempotent by the request.
func (c *Conversion) ConfirmDeletion(ctx context.Context, in steps.ConfirmDeletionInput) error {
	return finalError("confirm the deletion", deletion.Confirm(ctx, &c.Env, in))
}

// GiveUpSides stores that sides of a deletion are gone for good. It is idempotent.
func (c *Conversion) GiveUpSides(ctx context.Context, in steps.GiveUpInput) error {
	return finalError("give a side up", deletion.GiveUp(ctx, &c.Env, in))
}

// ExportDeletion stores the checksum of the plan and its links, before anything is removed. It is idempotent: the first
// checksum stays.
func (c *Conversion) ExportDeletion(ctx context.Context, in steps.DeletionInput) error {
	ctx, try, step := c.begin(ctx)
	defer try.Close()
	return attemptError(ctx, "export the deletion", step.Export(ctx, in))
}

// ConvertPage brings the next records of a step to their outcomes, each once, seen from outside.
func (c *Conversion) ConvertPage(ctx context.Context, in steps.DeletionPartInput) (steps.DeletionPartResult, error) {
	ctx, try, step := c.begin(ctx)
	defer try.Close()
	out, err := step.Convert(ctx, in)
	return out, attemptError(ctx, "convert "+in.Step, err)
}

// VerifyDeletion looks at the next records on both sides. It is idempotent, and changes nothing there.
func (c *Conversion) VerifyDeletion(ctx context.Context, in steps.DeletionPartInput) (steps.DeletionPartResult, error) {
	ctx, try, step := c.begin(ctx)
	defer try.Close()
	out, err := step.Verify(ctx, in)
	return out, attemptError(ctx, "verify the deletion", err)
}

// DisconnectApps tells every other finance application that the billing organisation is no longer connected. It is
// idempotent: an application that was told is not told again.
func (c *Conversion) DisconnectApps(ctx context.Context, in steps.DeletionInput) error {
	ctx, try, step := c.begin(ctx)
	defer try.Close()
	return attemptError(ctx, "disconnect applications", step.Disconnect(ctx, in))
}

// RemoveConnection removes all that the store knows of the connection. It is idempotent.
func (c *Conversion) RemoveConnection(ctx context.Context, in steps.DeletionInput) error {
	ctx, try, step := c.begin(ctx)
	defer try.Close()
	return attemptError(ctx, "remove the connection", step.Remove(ctx, in))
}
