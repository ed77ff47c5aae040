package activities

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/internal/store/deletions"
	"causeway/workflows/contract"
)

// Conversion holds the activities of a deletion: they plan it, turn what was synced into plain records, verify that,
// and remove the connection. What each does twice changes nothing.
type Conversion struct {
	Store *store.Store
	Sides Sides
	// Apps are the other finance applications; nil where there are none.
	Apps     Apps
	Timing   Timing
	InFlight int
	Now      func() time.Time
	Log      *slog.Logger
}

// Apps are the other finance applications that are tied to billing organisations.
type Apps interface {
	// Of lists those of a billing organisation that are connected.
	Of(ctx context.Context, billingOrg string) ([]App, error)
	// Disconnect tells one that the organisation is not connected any more, and forgets it. NotFound where the
	// application is gone already, which is as good.
	Disconnect(ctx context.Context, app App) error
}

// App is another finance application.
type App struct {
	ID   string
	Name string
	// Connection is the one that is deleted, for what the application is told.
	Connection string
}

// deleting is one attempt of an activity of a deletion.
type deleting struct {
	*part
	apps Apps
	d    deletions.Deletion
}

// begin starts the heartbeat of an attempt, as of a sync's activity.
func (c *Conversion) begin(ctx context.Context) (context.Context, *deleting) {
	s := &Sync{Store: c.Store, Sides: c.Sides, Timing: c.Timing, InFlight: max(c.InFlight, 1), Now: c.Now, Log: c.Log}
	ctx, p := s.begin(ctx, "")
	return ctx, &deleting{part: p, apps: c.Apps}
}

// codeNotConfirmed is the code of a step that is asked for before its plan was confirmed.
const codeNotConfirmed = "NOT_CONFIRMED"

// read reads the deletion, which must have been confirmed.
func (c *deleting) read(ctx context.Context, connection, plan string) (err error) {
	if c.d, err = c.Store.Deletions.Get(ctx, connection, plan); err != nil {
		return err
	}
	if c.d.State != deletions.Confirmed && c.d.State != deletions.Done {
		return &record.Error{Kind: record.Conflict, Op: "delete", Code: codeNotConfirmed,
			Message: "the plan " + plan + " was not confirmed", Remedy: "confirm it with its token"}
	}
	return nil
}

// ConfirmDeletion makes sure that the token belongs to the plan, and uses it up. It is idempotent by the request.
func (c *Conversion) ConfirmDeletion(ctx context.Context, in contract.ConfirmDeletionInput) error {
	if in.Choice != contract.ChoiceConvertAll && in.Choice != contract.ChoiceConvertWithTransactions {
		return fail("confirm the deletion", &record.Error{Kind: record.Invalid, Op: "confirm", Code: "CHOICE_UNKNOWN",
			Message: fmt.Sprintf("there is no choice %q", in.Choice),
			Remedy:  "use " + contract.ChoiceConvertAll + " or " + contract.ChoiceConvertWithTransactions})
	}
	return fail("confirm the deletion", c.Store.Deletions.Confirm(ctx, deletions.Confirmation{
		Connection: in.Connection, Plan: in.Plan, Choice: in.Choice, Token: in.Token, Request: in.Request, Who: in.Who, At: c.Now(),
	}))
}

// GiveUpSides keeps that sides of a deletion are gone for good: its steps do not look there any more, and tell of each
// record of theirs that nobody could. It is idempotent.
func (c *Conversion) GiveUpSides(ctx context.Context, in contract.GiveUpInput) error {
	return fail("give a side up", c.Store.Deletions.GiveUp(ctx, in.Connection, in.Plan, sidesOf(in.Sides)))
}

func sidesOf(names []string) []record.Side {
	out := make([]record.Side, len(names))
	for i, name := range names {
		out[i] = record.Side(name)
	}
	return out
}

// ExportDeletion makes sure that the plan and its links stand where they stay, with their checksum, before anything
// goes. It is idempotent: the first checksum is kept, and what was exported is compared with it.
func (c *Conversion) ExportDeletion(ctx context.Context, in contract.DeletionInput) error {
	ctx, p := c.begin(ctx)
	defer p.close()
	return ended(ctx, "export the deletion", p.export(ctx, in))
}

func (c *deleting) export(ctx context.Context, in contract.DeletionInput) error {
	if err := c.read(ctx, in.Connection, in.Plan); err != nil {
		return err
	}
	sum, err := c.Store.Deletions.CSV(ctx, in.Plan, true, io.Discard)
	if err != nil {
		return err
	}
	if c.d.Checksum != "" && c.d.Checksum != sum {
		return notAsPlanned("the planned records are not those that were exported: their checksums differ", "restore the store from a backup")
	}
	return c.Store.Deletions.KeepChecksum(ctx, in.Plan, sum)
}

func notAsPlanned(message, remedy string) error {
	return &record.Error{Kind: record.Conflict, Op: "delete", Code: contract.CodeNotAsPlanned, Message: message, Remedy: remedy}
}
