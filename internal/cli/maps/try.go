package maps

import (
	"context"
	"errors"
	"fmt"

	"causeway/internal/app"
	"causeway/internal/cli/arguments"
	"causeway/internal/cli/screen"
	"causeway/internal/cli/session"
	"causeway/internal/preferences"
	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/internal/store"
)

type mapTryCmd struct {
	Target string   `arg:"" optional:"" help:"The billing field whose map is tried. Default: all maps."`
	Source string   `help:"Try this CRM field instead of the one that is mapped." placeholder:"FIELD"`
	Record []string `help:"Try this CRM record, by its id; repeatable. Default: the first few." placeholder:"ID" sep:"none"`
	Sample int      `help:"How many records to try, if none is named." default:"5"`
	mapping
	session.Flagged
}

// mostTried is the most records that are tried at once.
const mostTried = 50

// Validate refuses what cannot be tried.
func (c *mapTryCmd) Validate() error {
	edits := c.Source != "" || c.Kind != "" || c.Transform != "" || len(c.Choice) > 0 || c.Direction != ""
	if c.Target == "" && edits {
		return errors.New("name the billing field whose map you want to try")
	}
	if c.Sample < 1 || c.Sample > mostTried {
		return fmt.Errorf("--sample=%d: give 1 to %d", c.Sample, mostTried)
	}
	if len(c.Record) > mostTried {
		return fmt.Errorf("%d records: try %d at most", len(c.Record), mostTried)
	}
	for _, id := range c.Record {
		if err := arguments.CheckID(id); err != nil {
			return fmt.Errorf("--record: %w", err)
		}
	}
	return errors.Join(c.check(), c.Flagged.Validate())
}

// Run tries maps on live records. The answer is bad where a value cannot be carried over.
func (c *mapTryCmd) Run(ctx context.Context, p *session.Session, m *mapOf) error {
	return onMaps(ctx, p, m, c.Flagged, func(st *store.Store, conn record.Connection, prefs record.Preferences, list preferences.MapList) error {
		sides := app.NewSides(st)
		wanted, err := c.maps(ctx, sides, conn.ID, prefs, list)
		if err != nil {
			return err
		}
		results, err := sides.TryMaps(ctx, conn.ID, list, wanted, c.Record, c.Sample)
		if err != nil {
			return err
		}
		out := report.Tried{Connection: conn.ID, Entity: list.Name, Tried: []report.TriedRecord{}}
		bad := 0
		for _, r := range results {
			if r.Problem != "" {
				bad++
			}
			out.Tried = append(out.Tried, report.TriedRecord{RecordID: r.Record.ID, Name: r.Record.Name, Source: r.Map.Source, Target: r.Map.Target,
				Value: r.Source, Result: r.Result, Problem: r.Problem})
		}
		if err := printTried(p, out); err != nil {
			return err
		}
		if bad > 0 {
			return session.Bad("%d of %d values cannot be mapped", bad, len(results))
		}
		return nil
	})
}

// maps are those that are tried: all, or one as it is saved, or as the flags have it.
func (c *mapTryCmd) maps(ctx context.Context, sides *app.Sides, connection string, prefs record.Preferences, list preferences.MapList) ([]record.FieldMap, error) {
	if c.Target == "" {
		return list.Of(prefs), nil
	}
	saved, known := list.Find(prefs, c.Target)
	if known && c.Source == "" {
		return []record.FieldMap{c.over(saved)}, nil
	}
	if !known && c.Source == "" && c.Transform == "" {
		return nil, fmt.Errorf("no map of %s fills %q: give --source or --transform to try one, or see `starter map %s list`", list.Name, screen.Clean(c.Target), list.Name)
	}
	one, err := newMap(ctx, sides, connection, prefs, list, c.Source, c.Target, c.mapping)
	return []record.FieldMap{one}, err
}

func printTried(p *session.Session, out report.Tried) error {
	if p.JSON {
		return p.PrintJSON(out)
	}
	if len(out.Tried) == 0 {
		p.Printf("the CRM has no record to try\n")
		return nil
	}
	t := p.Table("record", "name", "CRM field", "value", "billing field", "becomes", "problem")
	for _, r := range out.Tried {
		t.AppendRow([]any{screen.Clean(r.RecordID), screen.Clean(r.Name), screen.Clean(r.Source), screen.Value(r.Value), screen.Clean(r.Target), screen.Value(r.Result), screen.Sentence(r.Problem)})
	}
	t.Render()
	return nil
}
