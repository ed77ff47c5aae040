package runs

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"causeway/internal/cli/arguments"
	"causeway/internal/cli/screen"
	"causeway/internal/cli/session"
	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/internal/store/operations"
)

// History lists and shows runs.
type History struct {
	List    historyListCmd    `cmd:"" default:"withargs" help:"List the runs of a connection, newest first (default)."`
	Show    historyShowCmd    `cmd:"" help:"Show one run with its operations."`
	Records historyRecordsCmd `cmd:"" help:"Count the records that are in sync, excluded and failing, and list them."`
}

type historyListCmd struct {
	session.Selection
	Limit int `help:"The most runs to list." default:"20"`
}

// Validate refuses limits that list nothing.
func (c *historyListCmd) Validate() error {
	if c.Limit < 1 {
		return fmt.Errorf("--limit=%d: give 1 or more", c.Limit)
	}
	return c.Selection.Validate()
}

// Run lists runs.
func (c *historyListCmd) Run(ctx context.Context, p *session.Session) error {
	st, closeStore, err := p.Open(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	conn, err := c.Find(ctx, st)
	if err != nil {
		return err
	}
	out, err := report.ReadRuns(ctx, st, conn.ID, c.Limit, p.Now())
	if err != nil {
		return err
	}
	if p.JSON {
		return p.PrintJSON(out)
	}
	if len(out.Runs) == 0 {
		p.Printf("connection %s has no run yet\n", conn.ID)
		return nil
	}
	printRuns(p, out.Runs)
	return nil
}

type historyShowCmd struct {
	Name       string `arg:"" name:"run" help:"The run, by its id; or last for the newest."`
	Connection string `short:"c" placeholder:"ID" help:"The connection, with last. Default: the only one in the store."`
	Outcome    string `help:"Only operations with this outcome: ${outcomes}." placeholder:"OUTCOME"`
	Entity     string `help:"Only operations of this entity: ${entities}." placeholder:"ENTITY"`
	Limit      int    `help:"The most operations to show; 0 shows all. Default: 50 as text, all as JSON." default:"-1"`
}

// Outcomes are the outcomes that a filter knows.
var Outcomes = []string{
	string(record.Added), string(record.Updated), string(record.Linked), string(record.Unchanged),
	string(record.Skipped), string(record.Conflicts), string(record.Deleted), string(record.Failed),
}

// Validate refuses a filter that can match nothing, and so would look like an empty answer.
func (c *historyShowCmd) Validate() error {
	if c.Outcome != "" && !slices.Contains(Outcomes, c.Outcome) {
		return fmt.Errorf("--outcome=%s: use one of %s", c.Outcome, strings.Join(Outcomes, ", "))
	}
	if c.Entity != "" && !slices.Contains(arguments.Entities(), c.Entity) {
		return fmt.Errorf("--entity=%s: use one of %s", c.Entity, strings.Join(arguments.Entities(), ", "))
	}
	if c.Limit < -1 {
		return fmt.Errorf("--limit=%d: give 0 for all, or more", c.Limit)
	}
	return session.Named(c.Connection).Validate()
}

// Run shows a run.
func (c *historyShowCmd) Run(ctx context.Context, p *session.Session) error {
	st, closeStore, err := p.Open(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	run, err := findRun(ctx, st, c.Name, c.Connection)
	if err != nil {
		return err
	}
	limit := p.Limit(c.Limit)
	filter := operations.Filter{Entity: record.Entity(c.Entity), Outcome: record.Outcome(c.Outcome), Limit: limit}
	out, err := report.ReadRunShown(ctx, st, run, filter, p.Now(), p.WebUI(run.WorkflowID))
	if err != nil {
		return err
	}
	if p.JSON {
		return p.PrintJSON(out)
	}
	if err := PrintRun(p, out.Run); err != nil {
		return err
	}
	for _, d := range out.Drift {
		p.Printf("drift: %s\n", screen.OneLine(d.String()))
	}
	if out.WebUI != "" {
		p.Printf("Web UI: %s\n", out.WebUI)
	}
	printOperations(p, out.Operations)
	if limit > 0 && len(out.Operations) == limit {
		p.Note("the first %d operations are shown: give --limit 0 for all", limit)
	}
	return nil
}
