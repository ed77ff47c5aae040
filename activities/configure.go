package activities

import (
	"context"
	"time"

	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/workflows/contract"
)

// Setup holds the activities behind an admin's messages to a connection.
type Setup struct {
	Store *store.Store
	Sides Sides
	Now   func() time.Time
}

// codeDraft is the code of a draft of another connection.
const codeDraft = "DRAFT_OF_ANOTHER_CONNECTION"

// AdoptDraft checks an edit of preferences against both sides and saves it as their next version; or it gives
// all that is wrong with it, and changes nothing. It is idempotent: the version that an edit made is given
// again. Where somebody else has edited them since, it fails as a Conflict.
func (s *Setup) AdoptDraft(ctx context.Context, in contract.AdoptInput) (contract.AdoptResult, error) {
	out, err := s.adopt(ctx, in)
	return out, fail("save preferences", err)
}

func (s *Setup) adopt(ctx context.Context, in contract.AdoptInput) (contract.AdoptResult, error) {
	var out contract.AdoptResult
	draft, err := s.Store.Connections.Draft(ctx, in.Draft)
	if err != nil {
		return out, err
	}
	if draft.Connection != in.Connection {
		return out, &record.Error{Kind: record.Invalid, Op: "read a draft", Code: codeDraft,
			Message: "the draft is of the preferences of " + draft.Connection + ", not of " + in.Connection, Remedy: "repeat the edit"}
	}
	was, err := s.Store.Connections.Preferences(ctx, in.Connection, 0)
	if err != nil {
		return out, err
	}
	now := draft.Preferences
	now.EveryRecord = in.EveryRecord
	// An edit of what is no more is not worth checking: saving it tells that, or that it is saved already.
	if was.Version == draft.Base {
		if out.Problems, err = s.problems(ctx, in.Connection, was, now); err != nil || len(out.Problems) > 0 {
			return out, err
		}
	}
	saved, err := s.Store.Connections.SavePreferences(ctx, in.Connection, now, draft.Base)
	out.Version, out.CadenceMS = saved.Version, saved.Cadence.Milliseconds()
	return out, err
}

// problems is all that is wrong with an edit: what can be told without the sides, else what they say.
func (s *Setup) problems(ctx context.Context, connection string, was, now record.Preferences) ([]contract.Problem, error) {
	if found := checkSettings(now); len(found) > 0 {
		return found, nil
	}
	conn, err := s.Store.Connections.Get(ctx, connection)
	if err != nil {
		return nil, err
	}
	found, err := s.checkFirst(ctx, conn, now)
	if err != nil || len(found) > 0 {
		return found, err
	}
	return s.checkSides(ctx, conn, was, now)
}
