package deletion

import (
	"context"

	"causeway/activities/attempt"
	"causeway/internal/record"
	"causeway/internal/store/deletions"
	"causeway/workflows/contract"
)

// codeNotConfirmed is the code of a step whose plan was not confirmed.
const codeNotConfirmed = "NOT_CONFIRMED"

// Step is one attempt of one step of a deletion.
type Step struct {
	try  *attempt.Attempt
	apps Apps
	d    deletions.Deletion
}

// Apps are the other finance applications that are tied to billing organisations.
type Apps interface {
	// Of lists the connected applications of a billing organisation.
	Of(ctx context.Context, billingOrg string) ([]App, error)
	// Disconnect tells an application that the organisation is no longer connected, and removes it. NotFound says that
	// the application is gone already, which is as good.
	Disconnect(ctx context.Context, app App) error
}

// App is another finance application.
type App struct {
	ID   string
	Name string
	// Connection is the connection that is being deleted, which the application is told.
	Connection string
}

// NewStep returns an attempt of a step. apps is nil where there are no other finance applications.
func NewStep(try *attempt.Attempt, apps Apps) *Step { return &Step{try: try, apps: apps} }

// load reads the deletion, and refuses one that was not confirmed.
func (s *Step) load(ctx context.Context, connection, plan string) (err error) {
	if s.d, err = s.try.Store.Deletions.Get(ctx, connection, plan); err != nil {
		return err
	}
	if s.d.State != deletions.Confirmed && s.d.State != deletions.Done {
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

func notAsPlanned(message, remedy string) error {
	return &record.Error{Kind: record.Conflict, Op: "delete", Code: contract.CodeNotAsPlanned, Message: message, Remedy: remedy}
}
