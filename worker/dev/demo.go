package main

import (
	"context"
	"errors"
	"fmt"

	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/workflows/contract"
)

type demoCmd struct {
	wishes
	Once   bool   `help:"End when the sync is done. Status 0: it completed. Status 1: it failed. Status 2: it could not run."`
	Output string `help:"Print results as text or json." enum:"text,json" default:"text" short:"o"`
}

// Validate refuses wishes that no data directory can fulfil. An empty mode or extent stands for the choice of an
// earlier start.
func (c *demoCmd) Validate() error {
	switch record.Mode(c.Mode) {
	case "", record.ModeAccounts, record.ModeContacts, record.ModeAccountsAndContacts:
	default:
		return fmt.Errorf("--mode=%s: use one of %s, %s, %s", c.Mode, record.ModeAccounts, record.ModeContacts, record.ModeAccountsAndContacts)
	}
	switch record.Extent(c.Extent) {
	case "", record.Fetch, record.Both:
	default:
		return fmt.Errorf("--extent=%s: use one of %s, %s", c.Extent, record.Fetch, record.Both)
	}
	if c.Records != nil && *c.Records < 1 {
		return fmt.Errorf("--records=%d: use a number from 1 on", *c.Records)
	}
	return nil
}

// Run starts everything, waits for the sync, prints what it did, and stays up unless told otherwise.
func (c *demoCmd) Run(ctx context.Context, s streams) error {
	d := &stand{wishes: c.wishes, streams: s}
	err := c.run(ctx, d)
	end, cancel := closing()
	defer cancel()
	if closeErr := d.close(end); err == nil {
		err = closeErr
	}
	return err
}

func (c *demoCmd) run(ctx context.Context, d *stand) error {
	if err := d.start(ctx); err != nil {
		return err
	}
	did, err := connectAndSync(ctx, d)
	if errors.Is(err, context.Canceled) {
		d.say("Stopped before the sync was done. Start it again on the same data directory, and it continues where it was.")
		return nil
	}
	var stopped *stoppedError
	switch {
	case errors.As(err, &stopped) && !c.Once:
		d.say("Note: %s", stopped)
		err = printAddresses(d)
	case err == nil:
		err = printRun(d, did, c.Output)
	}
	if err != nil {
		return err
	}
	if !c.Once {
		d.say("\nUp and running. Look around from a second terminal:\n  %s\n  %s\nPress Ctrl-C to end. Start it again on the same data directory, and it continues where it was.",
			d.starterCommand("status"), d.starterCommand("verify"))
		<-ctx.Done()
		return nil
	}
	settle(ctx, d, did.RunID)
	if did.Status != contract.RunCompleted {
		return fmt.Errorf("%w: %s", errSyncFailed, reasonOf(did))
	}
	return nil
}

func connectAndSync(ctx context.Context, d *stand) (report.Run, error) {
	if err := connect(ctx, d); err != nil {
		return report.Run{}, err
	}
	return syncOnce(ctx, d)
}

func reasonOf(r report.Run) string {
	if r.Failure != nil {
		return r.Failure.Reason
	}
	return r.Status
}
