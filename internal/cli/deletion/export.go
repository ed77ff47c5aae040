package deletion

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"causeway/internal/cli/screen"
	"causeway/internal/cli/session"
	"causeway/internal/report"
	"causeway/internal/store"
	"causeway/internal/store/deletions"
)

// Export writes what a deletion planned, and what became of each record.
type Export struct {
	session.Selection
	Plan   string `placeholder:"ID" help:"The plan to export. Default: the newest one that is finished."`
	Format string `help:"json or csv." enum:"json,csv" default:"json"`
	File   string `placeholder:"FILE" help:"Write to this file, which must not exist. Default: standard output."`
}

// Run writes the records of a deletion: what was linked with what, what was planned, and what became of each. It
// needs neither Temporal nor the connection.
func (c *Export) Run(ctx context.Context, p *session.Session) error {
	st, closeStore, err := p.Open(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	d, err := c.choose(ctx, st)
	if err != nil {
		return err
	}
	out := report.Exported{Connection: d.Connection, Plan: d.ID, State: string(d.State), Format: c.Format, File: c.File}
	if c.File == "" {
		if out.Checksum, err = export(ctx, st, d, c.Format, p.Out); err != nil {
			return err
		}
		p.Note("SHA-256 of the records as CSV: %s", out.Checksum)
		return Unaltered(ctx, st, d, out.Checksum)
	}
	err = newFile(c.File, func(to io.Writer) error {
		out.Checksum, err = export(ctx, st, d, c.Format, to)
		return err
	})
	if err != nil {
		return err
	}
	if err := printExported(p, out); err != nil {
		return err
	}
	return Unaltered(ctx, st, d, out.Checksum)
}

func printExported(p *session.Session, out report.Exported) error {
	if p.JSON {
		return p.PrintJSON(out)
	}
	p.Printf("the records of plan %s of %s (%s) are in %s\nSHA-256 of the records as CSV: %s\n", out.Plan, out.Connection, out.State, out.File, out.Checksum)
	return nil
}

// choose finds the deletion: of a connection that is gone, or is there.
func (c *Export) choose(ctx context.Context, st *store.Store) (deletions.Deletion, error) {
	id := c.Named()
	if id == "" {
		conn, err := c.Find(ctx, st)
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
		if _, err := session.Known(ctx, st, id); err != nil {
			return deletions.Deletion{}, err
		}
		return deletions.Deletion{}, fmt.Errorf("connection %s has no plan of a deletion: make one with `starter delete %s --plan-only`", id, id)
	}
	if c.Plan != "" {
		i := slices.IndexFunc(all, func(d deletions.Deletion) bool { return d.ID == c.Plan })
		if i < 0 {
			return deletions.Deletion{}, fmt.Errorf("connection %s has no plan %s: its newest is %s", id, screen.Clean(c.Plan), all[0].ID)
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

// export writes a deletion, and returns the checksum of its records.
func export(ctx context.Context, st *store.Store, d deletions.Deletion, format string, to io.Writer) (string, error) {
	if format == "csv" {
		return st.Deletions.CSV(ctx, d.ID, false, to)
	}
	return exportJSON(ctx, st, d, to)
}

// Unaltered compares the records with the checksums that were kept before anything went, and at the end.
func Unaltered(ctx context.Context, st *store.Store, d deletions.Deletion, sum string) error {
	planned := ""
	if d.Checksum != "" {
		var err error
		if planned, err = st.Deletions.CSV(ctx, d.ID, true, io.Discard); err != nil {
			return err
		}
	}
	if planned != d.Checksum || d.Final != "" && sum != d.Final {
		return session.Bad("the records of plan %s are not those that the store kept a checksum of (%s): the store was changed by somebody", d.ID, cmp.Or(d.Final, d.Checksum))
	}
	return nil
}

// newFile writes a file that nobody else may read, since it holds names. If writing fails, the file is removed.
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
