package activities

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"

	"causeway/internal/record"
	"causeway/internal/store/deletions"
	"causeway/workflows/contract"
)

// The outcomes of telling an application.
const (
	appDisconnected = "disconnected"
	appGone         = "gone"
	appFailed       = "failed"
)

// DisconnectApps tells every other finance application of the billing organisation that it is not connected any
// more, each on its own. One that fails fails the step, after all were tried. It is idempotent: who was told is not
// told again, and an application takes a second telling as the first.
func (c *Conversion) DisconnectApps(ctx context.Context, in contract.DeletionInput) error {
	ctx, p := c.begin(ctx)
	defer p.close()
	return ended(ctx, "disconnect applications", p.disconnect(ctx, in))
}

func (c *deleting) disconnect(ctx context.Context, in contract.DeletionInput) error {
	if err := c.read(ctx, in.Connection, in.Plan); err != nil || c.d.State == deletions.Done {
		return err
	}
	open, untried, err := c.openApps(ctx)
	if err != nil {
		return err
	}
	failures := make([]error, len(open))
	err = each(ctx, c.InFlight, len(open), func(ctx context.Context, i int) error {
		if c.over(ctx, 0) {
			return errAppsLeft
		}
		why := c.tell(ctx, open[i])
		if halted(ctx, why) {
			return why
		}
		out := deletions.App{App: open[i].ID, Name: open[i].Name, Outcome: appDisconnected, DoneAt: c.Now().UnixMicro()}
		switch {
		case record.IsKind(why, record.NotFound):
			out.Outcome = appGone
		case why != nil:
			out.Outcome, out.Code, out.Reason, out.DoneAt = appFailed, codeOf(why), why.Error(), 0
			failures[i] = fmt.Errorf("%s: %w", open[i].Name, why)
		}
		return c.Store.Deletions.KeepApp(ctx, c.d.ID, out)
	})
	if err != nil && (!errors.Is(err, errAppsLeft) || untried > 0) {
		return err
	}
	return cmp.Or(untold(failures), err)
}

// errAppsLeft has the applications told that an attempt had no time for.
var errAppsLeft = &record.Error{Kind: record.Unavailable, Op: "disconnect applications", Code: contract.CodeUnfinished,
	Message: "the attempt is over: the rest is told by the next one"}

// untold is the failure of the step: the first application's, with how many there were.
func untold(failures []error) error {
	var first error
	failed := 0
	for _, err := range failures {
		if err != nil {
			first = cmp.Or(first, err)
			failed++
		}
	}
	var e *record.Error
	if !errors.As(first, &e) {
		return first
	}
	out := *e
	out.Message = fmt.Sprintf("%d of %d applications could not be told; the first: %s", failed, len(failures), e.Message)
	return &out
}

func (c *deleting) tell(ctx context.Context, app App) error {
	ctx, cancel := context.WithTimeout(ctx, c.Timing.Call)
	defer cancel()
	app.Connection = c.d.Connection
	return c.apps.Disconnect(ctx, app)
}

// openApps are the applications that have to be told: those that are connected, and those that an attempt before
// could not tell. Those come last: however many of them do not answer, the others are told before their next turn.
// untried counts the others.
func (c *deleting) openApps(ctx context.Context) (out []App, untried int, err error) {
	if c.apps == nil {
		return nil, 0, nil
	}
	connected, err := c.apps.Of(ctx, c.d.BillingOrg)
	if err != nil {
		return nil, 0, err
	}
	tried, err := c.Store.Deletions.Apps(ctx, c.d.ID)
	if err != nil {
		return nil, 0, err
	}
	known := map[string]bool{}
	for _, a := range tried {
		known[a.App] = true
	}
	for _, a := range connected {
		if !known[a.ID] {
			out = append(out, a)
		}
	}
	untried = len(out)
	for _, a := range tried {
		if !a.Done() { // also where somebody has taken it off the registry meanwhile
			out = append(out, App{ID: a.App, Name: a.Name})
		}
	}
	return out, untried, nil
}

// removeChunk is how many rows go in one transaction.
const removeChunk = 2000

// RemoveConnection removes all that the store knows of the connection, in short transactions, its own row last. The
// deletion with its records stays, and so do notifications. It is idempotent, and refuses while a record was not
// verified or an application not told.
func (c *Conversion) RemoveConnection(ctx context.Context, in contract.DeletionInput) error {
	ctx, p := c.begin(ctx)
	defer p.close()
	return ended(ctx, "remove the connection", p.remove(ctx, in))
}

// errUnfinished has a removal that was cut off tried again.
var errUnfinished = &record.Error{Kind: record.Unavailable, Op: "remove the connection", Code: contract.CodeUnfinished, Message: "the worker stops: the rest goes with the next attempt"}

func (c *deleting) remove(ctx context.Context, in contract.DeletionInput) error {
	if err := c.read(ctx, in.Connection, in.Plan); err != nil {
		return err
	}
	if c.d.State == deletions.Done {
		return nil
	}
	final, err := c.Store.Deletions.CSV(ctx, c.d.ID, false, io.Discard)
	if err != nil {
		return err
	}
	for done := false; !done; {
		if c.over(ctx, 0) {
			return errUnfinished
		}
		if done, err = c.Store.Deletions.RemovePart(ctx, c.d, final, c.Now(), removeChunk); err != nil {
			return err
		}
	}
	return nil
}
