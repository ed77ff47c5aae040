package deletion

import (
	"context"
	"fmt"
	"io"

	"causeway/activities/attempt"
	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/workflows/contract"
)

// Step is one attempt of one step of a deletion.
type Step struct {
	try  *attempt.Attempt
	apps Apps
	d    store.Deletion
}

// NewStep returns an attempt of a step. apps is nil where there are no other finance applications.
func NewStep(try *attempt.Attempt, apps Apps) *Step { return &Step{try: try, apps: apps} }

// Confirm checks that the token belongs to the plan, and uses it up. It is idempotent by the request.
func Confirm(ctx context.Context, env *attempt.Environment, in contract.ConfirmDeletionInput) error {
	if in.Choice != contract.ChoiceConvertAll && in.Choice != contract.ChoiceConvertWithTransactions {
		return &record.Error{Kind: record.Invalid, Op: "confirm", Code: "CHOICE_UNKNOWN",
			Message: fmt.Sprintf("there is no choice %q", in.Choice),
			Remedy:  "use " + contract.ChoiceConvertAll + " or " + contract.ChoiceConvertWithTransactions}
	}
	return env.Store.ConfirmDeletion(ctx, store.Confirmation{
		Connection: in.Connection, Plan: in.Plan, Choice: in.Choice, Token: in.Token, Request: in.Request, Who: in.Who, At: env.Now(),
	})
}

// GiveUp stores that sides of a deletion are gone for good: its steps do not look there any more, and report each record
// of theirs as unknown. It is idempotent.
func GiveUp(ctx context.Context, env *attempt.Environment, in contract.GiveUpInput) error {
	return env.Store.GiveUp(ctx, in.Connection, in.Plan, sidesOf(in.Sides))
}

// codeNotConfirmed is the code of a step that is asked for before its plan was confirmed.
const codeNotConfirmed = "NOT_CONFIRMED"

// load reads the deletion, which must have been confirmed.
func (c *Step) load(ctx context.Context, connection, plan string) (err error) {
	if c.d, err = c.try.Store.Deletion(ctx, connection, plan); err != nil {
		return err
	}
	if c.d.State != store.DeletionConfirmed && c.d.State != store.DeletionDone {
		return &record.Error{Kind: record.Conflict, Op: "delete", Code: codeNotConfirmed,
			Message: "the plan " + plan + " was not confirmed", Remedy: "confirm it with its token"}
	}
	return nil
}

func sidesOf(names []string) []record.Side {
	out := make([]record.Side, len(names))
	for i, name := range names {
		out[i] = record.Side(name)
	}
	return out
}

// Export makes sure that the plan and its links stand where they stay, with their checksum, before anything is removed.
// It is idempotent: the first checksum is kept, and what was exported is compared with it.
func (c *Step) Export(ctx context.Context, in contract.DeletionInput) error {
	if err := c.load(ctx, in.Connection, in.Plan); err != nil {
		return err
	}
	sum, err := c.try.Store.DeletionCSV(ctx, in.Plan, true, io.Discard)
	if err != nil {
		return err
	}
	if c.d.Checksum != "" && c.d.Checksum != sum {
		return notAsPlanned("the planned records are not those that were exported: their checksums differ", "restore the store from a backup")
	}
	return c.try.Store.KeepChecksum(ctx, in.Plan, sum)
}

func notAsPlanned(message, remedy string) error {
	return &record.Error{Kind: record.Conflict, Op: "delete", Code: contract.CodeNotAsPlanned, Message: message, Remedy: remedy}
}
