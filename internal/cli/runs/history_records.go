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
	"causeway/internal/store"
	"causeway/internal/store/history"
)

type historyRecordsCmd struct {
	session.Selection
	InSync   bool   `help:"List the records that are linked and have not failed since." xor:"list"`
	Excluded bool   `help:"List the records that are left out, and why: a duplicate, a view, the mode, a deletion." xor:"list"`
	Failing  bool   `help:"List the records that failed and are parked, and why." xor:"list"`
	Entity   string `help:"Only this entity: ${entities}." placeholder:"ENTITY"`
	Limit    int    `help:"The most records to list; 0 lists all. Default: 50 as text, all as JSON." default:"-1"`
}

// Validate refuses a filter that can match nothing.
func (c *historyRecordsCmd) Validate() error {
	if c.Entity != "" && !slices.Contains(arguments.Entities(), c.Entity) {
		return fmt.Errorf("--entity=%s: use one of %s", c.Entity, strings.Join(arguments.Entities(), ", "))
	}
	if c.Limit < -1 {
		return fmt.Errorf("--limit=%d: give 0 for all, or more", c.Limit)
	}
	return c.Selection.Validate()
}

// list is the one that was asked for, empty where none was.
func (c *historyRecordsCmd) list() history.List {
	switch {
	case c.InSync:
		return history.InSync
	case c.Excluded:
		return history.Excluded
	case c.Failing:
		return history.Failing
	}
	return ""
}

// Run counts the three lists, and shows one.
func (c *historyRecordsCmd) Run(ctx context.Context, p *session.Session) error {
	return p.OnConnection(ctx, c.Selection, func(st *store.Store, conn record.Connection) error {
		wanted := record.Entities()
		if c.Entity != "" {
			wanted = []record.Entity{record.Entity(c.Entity)}
		}
		limit := p.Limit(c.Limit)
		out, err := report.ReadStandings(ctx, st, conn.ID, c.list(), wanted, limit)
		if err != nil {
			return err
		}
		if p.JSON {
			return p.PrintJSON(out)
		}
		printStandings(p, out, wanted)
		if limit > 0 && len(out.Records) == limit {
			p.Note("the first %d records are shown: give --limit 0 for all", limit)
		}
		return nil
	})
}

func printStandings(p *session.Session, s report.Standings, wanted []record.Entity) {
	t := p.Table("entity", "in sync", "excluded", "failing")
	for _, e := range wanted {
		c := s.Counts[string(e)]
		t.AppendRow([]any{e, c.InSync, c.Excluded, c.Failing})
	}
	t.Render()
	switch {
	case s.List == "":
		p.Note("List one of them with --in-sync, --excluded or --failing.")
		return
	case len(s.Records) == 0:
		p.Printf("\nno record is %s\n", strings.ReplaceAll(string(s.List), "_", " "))
		return
	}
	p.Printf("\n%s:\n", strings.ReplaceAll(string(s.List), "_", " "))
	rows := p.Table("entity", "record", "name", "CRM", "billing", "code", "reason")
	for _, r := range s.Records {
		rows.AppendRow([]any{r.Entity, screen.Clean(r.Module + "/" + r.ID), screen.Clean(r.Name), screen.Clean(r.CRMID), screen.Clean(r.BillingID), screen.Clean(r.Code), screen.Sentence(r.Reason)})
	}
	rows.Render()
}
