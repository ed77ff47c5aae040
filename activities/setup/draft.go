package setup

import (
	"context"

	"causeway/activities/attempt"
	"causeway/internal/record"
	"causeway/internal/steps"
	"causeway/workflows/contract"
)

// codeDraft is the code of a draft of another connection.
const codeDraft = "DRAFT_OF_ANOTHER_CONNECTION"

// AdoptDraft checks an edit of preferences against both sides and saves it as their next version, or returns all that is
// wrong with it and changes nothing. It is idempotent: asked again, it returns the version that the edit made. If somebody
// else has edited the preferences since, it fails as a Conflict.
func AdoptDraft(ctx context.Context, env *attempt.Environment, in steps.AdoptInput) (steps.AdoptResult, error) {
	var out steps.AdoptResult
	draft, err := env.Store.Connections.Draft(ctx, in.Draft)
	if err != nil {
		return out, err
	}
	if draft.Connection != in.Connection {
		return out, &record.Error{Kind: record.Invalid, Op: "read a draft", Code: codeDraft,
			Message: "the draft belongs to the connection " + draft.Connection + ", not to " + in.Connection, Remedy: "repeat the edit"}
	}
	was, err := env.Store.Connections.Preferences(ctx, in.Connection, 0)
	if err != nil {
		return out, err
	}
	now := draft.Preferences
	now.EveryRecord = in.EveryRecord
	// An edit of an older version need not be checked: saving it fails as a Conflict, or finds that it is saved
	// already.
	if was.Version == draft.Base {
		if out.Problems, err = problems(ctx, env, in.Connection, was, now); err != nil || len(out.Problems) > 0 {
			return out, err
		}
	}
	saved, err := env.Store.Connections.SavePreferences(ctx, in.Connection, now, draft.Base)
	out.Version, out.CadenceMS = saved.Version, saved.Cadence.Milliseconds()
	return out, err
}

// problems returns all that is wrong with an edit: what its settings alone show, else what the sides say.
func problems(ctx context.Context, env *attempt.Environment, connection string, was, now record.Preferences) ([]contract.Problem, error) {
	if found := checkSettings(now); len(found) > 0 {
		return found, nil
	}
	conn, err := env.Store.Connections.Get(ctx, connection)
	if err != nil {
		return nil, err
	}
	found, err := checkFirst(ctx, env, conn, now)
	if err != nil || len(found) > 0 {
		return found, err
	}
	return checkSides(ctx, env, conn, was, now)
}
