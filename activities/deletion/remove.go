package deletion

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"causeway/activities/attempt"
	"causeway/internal/record"
	"causeway/internal/steps"
	"causeway/internal/store/deletions"
	"causeway/workflows/contract"
)

// The outcomes of telling an application that it is disconnected.
const (
	appDisconnected = "disconnected"
	appGone         = "gone"
	appFailed       = "failed"
)

// Disconnect tells every other finance application of the billing organisation that it is no longer connected, each on
// its own. If one fails the step fails, after all were tried. It is idempotent: an application that was told is not told
// again, and takes a second telling as the first.
func (s *Step) Disconnect(ctx context.Context, in steps.DeletionInput) error {
	if err := s.load(ctx, in.Connection, in.Plan); err != nil || s.d.State == deletions.Done {
		return err
	}
	open, untried, err := s.openApps(ctx)
	if err != nil {
		return err
	}
	failures := make([]error, len(open))
	err = attempt.Each(ctx, s.try.InFlight, len(open), func(ctx context.Context, i int) error {
		if s.try.Over(ctx, 0) {
			return errAppsLeft
		}
		why := s.tellApp(ctx, open[i])
		if attempt.Halted(ctx, why) {
			return why
		}
		out := deletions.App{App: open[i].ID, Name: open[i].Name, Outcome: appDisconnected, DoneAt: s.try.Now().UnixMicro()}
		switch {
		case record.IsKind(why, record.NotFound):
			out.Outcome = appGone
		case why != nil:
			out.Outcome, out.Code, out.Reason, out.DoneAt = appFailed, attempt.CodeOf(why), why.Error(), 0
			failures[i] = fmt.Errorf("%s: %w", open[i].Name, why)
		}
		return s.try.Store.Deletions.KeepApp(ctx, s.d.ID, out)
	})
	if err != nil && (!errors.Is(err, errAppsLeft) || untried > 0) {
		return err
	}
	return cmp.Or(failureOf(s.d.Connection, open, failures), err)
}

// errAppsLeft makes the next attempt tell the applications that this one had no time for.
var errAppsLeft = &record.Error{Kind: record.Unavailable, Op: "disconnect applications", Code: contract.CodeUnfinished,
	Message: "the time of this try is over; the next try continues with the other applications"}

// failureOf returns the failure of the step: the first application that could not be notified, the reason, and how many
// others could not be notified.
func failureOf(connection string, apps []App, failures []error) error {
	failed := slices.DeleteFunc(slices.Clone(failures), func(err error) bool { return err == nil })
	if len(failed) == 0 {
		return nil
	}
	first := slices.IndexFunc(failures, func(err error) bool { return err != nil })
	var e *record.Error
	if !errors.As(failures[first], &e) {
		return failures[first]
	}
	out := *e
	out.Message = fmt.Sprintf("%s could not be told that it is disconnected: %s", apps[first].Name, e.Message)
	if n := len(failed) - 1; n > 0 {
		out.Message += fmt.Sprintf("; %d more applications could not be told either", n)
	}
	out.Remedy = fmt.Sprintf("%s, or run `starter apps remove %s`; then `starter delete %s --resume`",
		cmp.Or(e.Remedy, "correct that"), apps[first].ID, connection)
	return &out
}

func (s *Step) tellApp(ctx context.Context, app App) error {
	ctx, cancel := s.try.Calling(ctx)
	defer cancel()
	app.Connection = s.d.Connection
	return s.apps.Disconnect(ctx, app)
}

// openApps returns the applications that have to be told. Those that an earlier attempt could not tell come last:
// however many of them do not answer, the others are told first. untried counts those others.
func (s *Step) openApps(ctx context.Context) (out []App, untried int, err error) {
	if s.apps == nil {
		return nil, 0, nil
	}
	connected, err := s.apps.Of(ctx, s.d.BillingOrg)
	if err != nil {
		return nil, 0, err
	}
	tried, err := s.try.Store.Deletions.Apps(ctx, s.d.ID)
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
		if !a.Done() { // even if somebody has removed it from the registry meanwhile
			out = append(out, App{ID: a.App, Name: a.Name})
		}
	}
	return out, untried, nil
}

// removeChunk is how many rows are removed in one transaction.
const removeChunk = 2000

// errUnfinished makes the next attempt continue a removal that was cut off.
var errUnfinished = &record.Error{Kind: record.Unavailable, Op: "remove the connection", Code: contract.CodeUnfinished, Message: "the worker is stopping: the next attempt removes the rest"}

// Remove removes all that the store knows of the connection, in short transactions, its own row last. The deletion
// with its records stays, and so do notifications. It is idempotent. It refuses while a record is not verified or an
// application not told.
func (s *Step) Remove(ctx context.Context, in steps.DeletionInput) error {
	if err := s.load(ctx, in.Connection, in.Plan); err != nil {
		return err
	}
	if s.d.State == deletions.Done {
		return nil
	}
	final, err := s.try.Store.Deletions.CSV(ctx, s.d.ID, false, io.Discard)
	if err != nil {
		return err
	}
	for done := false; !done; {
		if s.try.Over(ctx, 0) {
			return errUnfinished
		}
		if done, err = s.try.Store.Deletions.RemovePart(ctx, s.d, final, s.try.Now(), removeChunk); err != nil {
			return err
		}
	}
	return nil
}
