package runs

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"causeway/internal/cli/arguments"
	"causeway/internal/cli/screen"
	"causeway/internal/cli/session"
	"causeway/internal/store"
	"causeway/workflows/contract"
)

// Retry retries the failed records of a run.
type Retry struct {
	Name       string   `arg:"" name:"run" help:"The run whose failed records are retried, by its id; or last."`
	Connection string   `short:"c" placeholder:"ID" help:"The connection, with last. Default: the only one in the store."`
	Code       string   `help:"Only the records that failed with this code, as in NAME_MISSING." placeholder:"CODE"`
	Record     []string `help:"Only this record, by its id on the side that it comes from; repeatable." placeholder:"ID" sep:"none"`
	Wait       bool     `help:"Wait until the run has ended, and print it."`
}

// Validate refuses ids that no connection and no record can have.
func (c *Retry) Validate() error {
	for _, id := range c.Record {
		if err := arguments.CheckID(id); err != nil {
			return fmt.Errorf("--record: %w", err)
		}
	}
	return session.Named(c.Connection).Validate()
}

// Run retries the failed records of a run, as a new run. If there are none, nothing is started.
func (c *Retry) Run(ctx context.Context, p *session.Session) error {
	st, closeStore, err := p.Open(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	run, err := findRun(ctx, st, c.Name, c.Connection)
	if err != nil {
		return err
	}
	if err := c.check(ctx, st, run.ID); err != nil {
		return err
	}
	return Start(ctx, p, st, c.Wait, func(ctx context.Context, t session.Temporal) (contract.SyncAccepted, error) {
		return t.Retry(ctx, run.Connection, contract.RetryRequest{Run: run.ID, Code: c.Code, Records: c.Record, Who: p.Who})
	})
}

// check says where there is nothing to try, and what there is instead.
func (c *Retry) check(ctx context.Context, st *store.Store, run string) error {
	failures, err := st.History.Failures(ctx, run)
	if err != nil {
		return err
	}
	if len(failures) == 0 {
		return fmt.Errorf("run %s has no failed record: nothing was started", run)
	}
	codes, ids := map[string]int{}, map[string]bool{}
	for _, f := range failures {
		codes[f.Code]++
		if c.Code == "" || c.Code == f.Code {
			ids[f.RecordID] = true
		}
	}
	if len(ids) == 0 {
		known := make([]string, 0, len(codes))
		for _, code := range slices.Sorted(maps.Keys(codes)) {
			known = append(known, fmt.Sprintf("%s (%d)", code, codes[code]))
		}
		return fmt.Errorf("run %s has no record that failed with %s: nothing was started; its records failed with %s", run, screen.Clean(c.Code), strings.Join(known, ", "))
	}
	for _, id := range c.Record {
		if !ids[id] {
			return fmt.Errorf("record %s is not among the %d failed records of run %s that were asked for: nothing was started; see `starter history show %s --outcome failed`",
				screen.Clean(id), len(ids), run, run)
		}
	}
	return nil
}
