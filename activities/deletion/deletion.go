package deletion

import (
	"context"
	"fmt"
	"io"

	"causeway/activities/attempt"
	"causeway/internal/record"
	"causeway/internal/steps"
	"causeway/internal/store/deletions"
	"causeway/workflows/contract"
)

// Confirm checks that the token belongs to the plan, and uses it up. It is idempotent by the request.
func Confirm(ctx context.Context, env *attempt.Environment, in steps.ConfirmDeletionInput) error {
	if in.Choice != contract.ChoiceConvertAll && in.Choice != contract.ChoiceConvertWithTransactions {
		return &record.Error{Kind: record.Invalid, Op: "confirm", Code: "CHOICE_UNKNOWN",
			Message: fmt.Sprintf("the choice %q is not known", in.Choice),
			Remedy:  "use " + contract.ChoiceConvertAll + " or " + contract.ChoiceConvertWithTransactions}
	}
	return env.Store.Deletions.Confirm(ctx, deletions.Confirmation{
		Connection: in.Connection, Plan: in.Plan, Choice: in.Choice, Token: in.Token, Request: in.Request, Who: in.Who, At: env.Now(),
	})
}

// GiveUp stores that sides of a deletion are gone for good: its steps do not look there any more, and report each record
// of theirs as unknown. It is idempotent.
func GiveUp(ctx context.Context, env *attempt.Environment, in steps.GiveUpInput) error {
	return env.Store.Deletions.GiveUp(ctx, in.Connection, in.Plan, sidesOf(in.Sides))
}

// Export makes sure that the store has the plan and its links, with their checksum, before anything is removed. It is
// idempotent: the first checksum is kept, and what was exported is compared with it.
func (s *Step) Export(ctx context.Context, in steps.DeletionInput) error {
	if err := s.load(ctx, in.Connection, in.Plan); err != nil {
		return err
	}
	sum, err := s.try.Store.Deletions.CSV(ctx, in.Plan, true, io.Discard)
	if err != nil {
		return err
	}
	if s.d.Checksum != "" && s.d.Checksum != sum {
		return notAsPlanned("the planned records are not those that were exported: their checksums differ", "restore the store from a backup")
	}
	return s.try.Store.Deletions.KeepChecksum(ctx, in.Plan, sum)
}
