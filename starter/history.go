package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"causeway/internal/app"
	"causeway/internal/record"
	"causeway/internal/store/operations"
	"causeway/workflows/contract"
)

type historyCmd struct {
	List    historyListCmd    `cmd:"" default:"withargs" help:"List the runs of a connection, newest first (default)."`
	Show    historyShowCmd    `cmd:"" help:"Show one run with its operations."`
	Records historyRecordsCmd `cmd:"" help:"Say how many records are in sync, excluded and failing, and list them."`
}

type historyListCmd struct {
	selection
	Limit int `help:"The most runs to list." default:"20"`
}

// Validate refuses limits that list nothing.
func (c *historyListCmd) Validate() error {
	if c.Limit < 1 {
		return fmt.Errorf("--limit=%d: give 1 or more", c.Limit)
	}
	return c.selection.Validate()
}

type runsFound struct {
	Runs []contract.Run `json:"runs"`
}

// Run lists runs.
func (c *historyListCmd) Run(ctx context.Context, p *program) error {
	st, closeStore, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	conn, err := c.find(ctx, st)
	if err != nil {
		return err
	}
	found, err := st.Runs.List(ctx, conn.ID, c.Limit)
	if err != nil {
		return err
	}
	out := runsFound{Runs: []contract.Run{}}
	for _, r := range found {
		run, err := app.Report(ctx, st, r.ID, p.now())
		if err != nil {
			return err
		}
		out.Runs = append(out.Runs, run)
	}
	if p.json {
		return p.printJSON(out)
	}
	if len(out.Runs) == 0 {
		p.printf("connection %s has no run yet\n", conn.ID)
		return nil
	}
	p.printRuns(out.Runs)
	return nil
}

type historyShowCmd struct {
	Name       string `arg:"" name:"run" help:"The run, by its id; or last."`
	Connection string `short:"c" placeholder:"ID" help:"The connection, with last; the only one in the store where it is left out."`
	Outcome    string `help:"Only operations with this outcome: ${outcomes}." placeholder:"OUTCOME"`
	Entity     string `help:"Only operations of this entity: ${entities}." placeholder:"ENTITY"`
	Limit      int    `help:"The most operations to show; 0 shows all. As text 50 unless told." default:"-1"`
}

var outcomes = []string{
	string(record.Added), string(record.Updated), string(record.Linked), string(record.Unchanged),
	string(record.Skipped), string(record.Conflicts), string(record.Deleted), string(record.Failed),
}

func entities() []string {
	var out []string
	for _, e := range record.Entities() {
		out = append(out, string(e))
	}
	return out
}

// Validate refuses a filter that can match nothing, and so would look like an empty answer.
func (c *historyShowCmd) Validate() error {
	if c.Outcome != "" && !slices.Contains(outcomes, c.Outcome) {
		return fmt.Errorf("--outcome=%s: use one of %s", c.Outcome, strings.Join(outcomes, ", "))
	}
	if c.Entity != "" && !slices.Contains(entities(), c.Entity) {
		return fmt.Errorf("--entity=%s: use one of %s", c.Entity, strings.Join(entities(), ", "))
	}
	if c.Limit < -1 {
		return fmt.Errorf("--limit=%d: give 0 for all, or more", c.Limit)
	}
	return namedAs(c.Connection).Validate()
}

// shown is a run with its operations.
type shown struct {
	contract.Run
	Operations []contract.Operation `json:"operations"`
	// Drift are the mapped fields that the run found changed; their maps rested.
	Drift []record.Drift `json:"drift"`
	WebUI string         `json:"web_ui"`
}

// textOperations is how many operations are shown as text unless told.
const textOperations = 50

// Run shows a run.
func (c *historyShowCmd) Run(ctx context.Context, p *program) error {
	st, closeStore, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	run, err := findRun(ctx, st, c.Name, c.Connection)
	if err != nil {
		return err
	}
	out := shown{Operations: []contract.Operation{}, Drift: append([]record.Drift{}, run.Drift...), WebUI: p.webUI(run.WorkflowID)}
	if out.Run, err = app.Report(ctx, st, run.ID, p.now()); err != nil {
		return err
	}
	limit := p.limit(c.Limit)
	ops, err := st.Operations.List(ctx, run.ID, operations.Filter{
		Entity: record.Entity(c.Entity), Outcome: record.Outcome(c.Outcome), Limit: limit,
	})
	if err != nil {
		return err
	}
	for _, op := range ops {
		out.Operations = append(out.Operations, contract.NewOperation(op))
	}
	if p.json {
		return p.printJSON(out)
	}
	if err := p.printRun(out.Run); err != nil {
		return err
	}
	for _, d := range out.Drift {
		p.printf("drift: %s\n", oneLine(d.String()))
	}
	if out.WebUI != "" {
		p.printf("Web UI: %s\n", out.WebUI)
	}
	p.printOperations(out.Operations)
	if limit > 0 && len(out.Operations) == limit {
		p.note("the first %d operations are shown: give --limit 0 for all", limit)
	}
	return nil
}
