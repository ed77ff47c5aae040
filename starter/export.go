package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"

	"causeway/internal/store"
	"causeway/internal/store/deletions"
)

type exportCmd struct {
	selection
	Plan   string `placeholder:"ID" help:"The deletion that carried out this plan, or the plan itself. Default: the newest plan that is finished, carried out or not."`
	Format string `help:"json or csv." enum:"json,csv" default:"json"`
	File   string `placeholder:"FILE" help:"Write to this file, which must not exist. Default: standard output."`
}

// exported is what export-deletion prints where the export goes to a file.
type exported struct {
	Connection string `json:"connection"`
	Plan       string `json:"plan"`
	State      string `json:"state"`
	Format     string `json:"format"`
	File       string `json:"file"`
	// Checksum is the SHA-256 sum of the records with their outcomes, as CSV: of the file itself, where that is CSV.
	Checksum string `json:"checksum"`
}

// Run writes the records of a deletion: what was linked with what, what was planned, and what became of each. It
// needs neither Temporal nor the connection.
func (c *exportCmd) Run(ctx context.Context, p *program) error {
	st, closeStore, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	d, err := c.choose(ctx, st)
	if err != nil {
		return err
	}
	out := exported{Connection: d.Connection, Plan: d.ID, State: string(d.State), Format: c.Format, File: c.File}
	if c.File == "" {
		if out.Checksum, err = export(ctx, st, d, c.Format, p.out); err != nil {
			return err
		}
		p.note("SHA-256 of the records as CSV: %s", out.Checksum)
		return unaltered(ctx, st, d, out.Checksum)
	}
	err = newFile(c.File, func(to io.Writer) error {
		out.Checksum, err = export(ctx, st, d, c.Format, to)
		return err
	})
	if err != nil {
		return err
	}
	if err := p.printExported(out); err != nil {
		return err
	}
	return unaltered(ctx, st, d, out.Checksum)
}

func (p *program) printExported(out exported) error {
	if p.json {
		return p.printJSON(out)
	}
	p.printf("the records of plan %s of %s (%s) are in %s\nSHA-256 of the records as CSV: %s\n", out.Plan, out.Connection, out.State, out.File, out.Checksum)
	return nil
}

// choose finds the deletion: of a connection that is gone, or is there.
func (c *exportCmd) choose(ctx context.Context, st *store.Store) (deletions.Deletion, error) {
	id := c.named()
	if id == "" {
		conn, err := c.find(ctx, st)
		if err != nil {
			return deletions.Deletion{}, err
		}
		id = conn.ID
	}
	all, err := st.Deletions.List(ctx, id)
	if err != nil {
		return deletions.Deletion{}, err
	}
	if len(all) == 0 {
		if _, err := known(ctx, st, id); err != nil {
			return deletions.Deletion{}, err
		}
		return deletions.Deletion{}, fmt.Errorf("connection %s has no plan of a deletion: make one with `starter delete %s --plan-only`", id, id)
	}
	if c.Plan != "" {
		i := slices.IndexFunc(all, func(d deletions.Deletion) bool { return d.ID == c.Plan })
		if i < 0 {
			return deletions.Deletion{}, fmt.Errorf("connection %s has no plan %s: its newest is %s", id, clean(c.Plan), all[0].ID)
		}
		return finishedPlan(all[i])
	}
	// No plan can be made while a deletion is carried out: a newer one is of a deletion that was lost with its workflow,
	// or of a later connection of that id.
	if i := slices.IndexFunc(all, func(d deletions.Deletion) bool { return d.State != deletions.Planning }); i >= 0 {
		return all[i], nil
	}
	return finishedPlan(all[0])
}

func finishedPlan(d deletions.Deletion) (deletions.Deletion, error) {
	if d.State == deletions.Planning {
		return d, fmt.Errorf("plan %s is still being made", d.ID)
	}
	return d, nil
}

// export writes a deletion, and gives the checksum of its records.
func export(ctx context.Context, st *store.Store, d deletions.Deletion, format string, to io.Writer) (string, error) {
	if format == "csv" {
		return st.Deletions.CSV(ctx, d.ID, false, to)
	}
	return exportJSON(ctx, st, d, to)
}

// unaltered compares the records with the checksums that were kept before anything went, and at the end.
func unaltered(ctx context.Context, st *store.Store, d deletions.Deletion, sum string) error {
	planned := ""
	if d.Checksum != "" {
		var err error
		if planned, err = st.Deletions.CSV(ctx, d.ID, true, io.Discard); err != nil {
			return err
		}
	}
	if planned != d.Checksum || d.Final != "" && sum != d.Final {
		return badAnswer{fmt.Sprintf("the records of plan %s are not those that the store kept a checksum of (%s): somebody has altered the store", d.ID, cmp.Or(d.Final, d.Checksum))}
	}
	return nil
}

// newFile writes a file that nobody else may read, since it holds names; where writing fails, there is none.
func newFile(path string, write func(io.Writer) error) error {
	f, err := os.OpenFile(filepath.Clean(path), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("write the export: %w", err)
	}
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return fmt.Errorf("write the export to %s: %w", path, err)
	}
	return nil
}

// exportHead is what an export as JSON says before its records.
type exportHead struct {
	Connection  string          `json:"connection"`
	CRMOrg      string          `json:"crm_org"`
	BillingOrg  string          `json:"billing_org"`
	State       string          `json:"state"`
	Plan        json.RawMessage `json:"plan"`
	Who         string          `json:"who"`
	Choice      string          `json:"choice"`
	ConfirmedBy string          `json:"confirmed_by"`
	ConfirmedAt *time.Time      `json:"confirmed_at"`
	FinishedAt  *time.Time      `json:"finished_at"`
	// PlannedChecksum is that of the records as they were planned, before anything went.
	PlannedChecksum string        `json:"planned_checksum"`
	Applications    []exportedApp `json:"applications"`
}

// exportedApp is another finance application that was to be disconnected.
type exportedApp struct {
	ID      string     `json:"id"`
	Name    string     `json:"name"`
	Outcome string     `json:"outcome"`
	Code    string     `json:"code"`
	Reason  string     `json:"reason"`
	DoneAt  *time.Time `json:"done_at"`
}

func headOf(ctx context.Context, st *store.Store, d deletions.Deletion) (exportHead, error) {
	out := exportHead{
		Connection: d.Connection, CRMOrg: d.CRMOrg, BillingOrg: d.BillingOrg, State: string(d.State), Plan: json.RawMessage(d.Plan), Who: d.Who,
		Choice: d.Choice, ConfirmedBy: d.ConfirmedBy, ConfirmedAt: when(d.ConfirmedAt), FinishedAt: when(d.FinishedAt),
		PlannedChecksum: d.Checksum, Applications: []exportedApp{},
	}
	apps, err := st.Deletions.Apps(ctx, d.ID)
	for _, a := range apps {
		one := exportedApp{ID: a.App, Name: a.Name, Outcome: a.Outcome, Code: a.Code, Reason: a.Reason}
		if a.Done() {
			one.DoneAt = when(time.UnixMicro(a.DoneAt))
		}
		out.Applications = append(out.Applications, one)
	}
	return out, err
}

func when(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
