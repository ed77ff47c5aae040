package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"causeway/internal/app"
	"causeway/internal/record"
	"causeway/internal/store"
)

type mapTryCmd struct {
	Target string   `arg:"" optional:"" help:"Billing's field, whose map is tried; all maps where it is left out."`
	Source string   `help:"Try this field of the CRM in place of the one that is mapped." placeholder:"FIELD"`
	Record []string `help:"Try this record of the CRM, by its id; repeatable. Left out: the first few." placeholder:"ID" sep:"none"`
	Sample int      `help:"How many records are tried where none is named." default:"5"`
	mapping
	flagged
}

// mostTried is the most records that are tried at once.
const mostTried = 50

// Validate refuses what cannot be tried.
func (c *mapTryCmd) Validate() error {
	edits := c.Source != "" || c.Kind != "" || c.Transform != "" || len(c.Choice) > 0 || c.Direction != ""
	if c.Target == "" && edits {
		return errors.New("name the field of billing whose map is tried in another way")
	}
	if c.Sample < 1 || c.Sample > mostTried {
		return fmt.Errorf("--sample=%d: give 1 to %d", c.Sample, mostTried)
	}
	if len(c.Record) > mostTried {
		return fmt.Errorf("%d records: try %d at most", len(c.Record), mostTried)
	}
	for _, id := range c.Record {
		if err := checkID(id); err != nil {
			return fmt.Errorf("--record: %w", err)
		}
	}
	return errors.Join(c.check(), c.flagged.Validate())
}

// tried is what try prints.
type tried struct {
	Connection string        `json:"connection"`
	Entity     string        `json:"entity"`
	Tried      []triedRecord `json:"tried"`
}

// triedRecord is what one map makes of one record.
type triedRecord struct {
	RecordID string `json:"record_id"`
	Name     string `json:"name"`
	Source   string `json:"source"`
	Target   string `json:"target"`
	Value    any    `json:"value"`
	Result   any    `json:"result"`
	Problem  string `json:"problem"`
}

// Run tries maps on live records. The answer is bad where a value cannot be carried over.
func (c *mapTryCmd) Run(ctx context.Context, p *program, m *mapOf) error {
	return p.onMaps(ctx, m, c.flagged, func(st *store.Store, conn record.Connection, prefs record.Preferences, list app.MapList) error {
		sides := app.NewSides(st)
		wanted, err := c.maps(ctx, sides, conn.ID, prefs, list)
		if err != nil {
			return err
		}
		results, err := sides.TryMaps(ctx, conn.ID, list, wanted, c.Record, c.Sample)
		if err != nil {
			return err
		}
		out := tried{Connection: conn.ID, Entity: list.Name, Tried: []triedRecord{}}
		bad := 0
		for _, r := range results {
			if r.Problem != "" {
				bad++
			}
			out.Tried = append(out.Tried, triedRecord{RecordID: r.Record.ID, Name: r.Record.Name, Source: r.Map.Source, Target: r.Map.Target,
				Value: r.Source, Result: r.Result, Problem: r.Problem})
		}
		if err := p.printTried(out); err != nil {
			return err
		}
		if bad > 0 {
			return badAnswer{fmt.Sprintf("%d of %d values cannot be carried over", bad, len(results))}
		}
		return nil
	})
}

// maps are those that are tried: all, or one as it is saved, or as the flags have it.
func (c *mapTryCmd) maps(ctx context.Context, sides *app.Sides, connection string, prefs record.Preferences, list app.MapList) ([]record.FieldMap, error) {
	if c.Target == "" {
		return list.Of(prefs), nil
	}
	saved, known := list.Find(prefs, c.Target)
	if known && c.Source == "" {
		return []record.FieldMap{c.over(saved)}, nil
	}
	if !known && c.Source == "" && c.Transform == "" {
		return nil, fmt.Errorf("no map of %s fills %q: give --source or --transform to try one, or see `starter map %s list`", list.Name, clean(c.Target), list.Name)
	}
	one, err := newMap(ctx, sides, connection, prefs, list, c.Source, c.Target, c.mapping)
	return []record.FieldMap{one}, err
}

func (p *program) printTried(out tried) error {
	if p.json {
		return p.printJSON(out)
	}
	if len(out.Tried) == 0 {
		p.printf("there is no record to try\n")
		return nil
	}
	t := p.table("record", "name", "CRM field", "value", "billing field", "becomes", "problem")
	for _, r := range out.Tried {
		t.AppendRow([]any{clean(r.RecordID), clean(r.Name), clean(r.Source), value(r.Value), clean(r.Target), value(r.Result), sentence(r.Problem)})
	}
	t.Render()
	return nil
}

type mapFieldsCmd struct {
	Side string `help:"Only the fields of this side: crm or billing." placeholder:"SIDE"`
	flagged
}

// Validate refuses a side that there is not.
func (c *mapFieldsCmd) Validate() error {
	if c.Side != "" && !isSide(c.Side) {
		return fmt.Errorf("--side=%s: use crm or billing", clean(c.Side))
	}
	return c.flagged.Validate()
}

// fieldLists are what fields prints.
type fieldLists struct {
	Connection string      `json:"connection"`
	Entity     string      `json:"entity"`
	CRM        []sideField `json:"crm"`
	Billing    []sideField `json:"billing"`
}

type sideField struct {
	Name     string   `json:"name"`
	Label    string   `json:"label"`
	Type     string   `json:"type"`
	Custom   bool     `json:"custom"`
	Required bool     `json:"required"`
	ReadOnly bool     `json:"read_only"`
	Unique   bool     `json:"unique"`
	Length   int      `json:"length"`
	Options  []string `json:"options"`
	Lookup   string   `json:"lookup"`
	// MappedTo are the fields of the other side that it is tied to.
	MappedTo []string `json:"mapped_to"`
}

// Run lists the fields of both sides.
func (c *mapFieldsCmd) Run(ctx context.Context, p *program, m *mapOf) error {
	return p.onMaps(ctx, m, c.flagged, func(st *store.Store, conn record.Connection, prefs record.Preferences, list app.MapList) error {
		fields, err := app.NewSides(st).MapFields(ctx, conn.ID, list)
		if err != nil {
			return err
		}
		out := fieldLists{Connection: conn.ID, Entity: list.Name, CRM: []sideField{}, Billing: []sideField{}}
		if c.Side != string(record.Billing) {
			out.CRM = newFields(fields.CRM, func(name string) []string { return tiedTo(list.Of(prefs), name, "") })
		}
		if c.Side != string(record.CRM) {
			out.Billing = newFields(fields.Billing, func(name string) []string { return tiedTo(list.Of(prefs), "", name) })
		}
		if p.json {
			return p.printJSON(out)
		}
		p.printFields("CRM field", out.CRM)
		p.printFields("billing field", out.Billing)
		return nil
	})
}

func tiedTo(list []record.FieldMap, source, target string) []string {
	out := []string{}
	for _, m := range list {
		if source != "" && m.Source == source {
			out = append(out, m.Target)
		}
		if target != "" && m.Target == target {
			out = append(out, m.Source)
		}
	}
	return out
}

func newFields(fields []record.Field, tied func(string) []string) []sideField {
	out := make([]sideField, 0, len(fields))
	for _, f := range fields {
		options := slices.Clone(f.Options)
		if options == nil {
			options = []string{}
		}
		out = append(out, sideField{Name: f.Name, Label: f.Label, Type: f.Type, Custom: f.Custom, Required: f.Required, ReadOnly: f.ReadOnly,
			Unique: f.Unique, Length: f.Length, Options: options, Lookup: string(f.Lookup), MappedTo: tied(f.Name)})
	}
	return out
}

func (p *program) printFields(title string, fields []sideField) {
	if len(fields) == 0 {
		return
	}
	t := p.table(title, "label", "type", "notes", "mapped to")
	for _, f := range fields {
		var notes []string
		for _, note := range []struct {
			is   bool
			word string
		}{{f.Custom, "custom"}, {f.Required, "required"}, {f.ReadOnly, "read only"}, {f.Unique, "unique"}, {f.Lookup != "", "of " + f.Lookup}} {
			if note.is {
				notes = append(notes, note.word)
			}
		}
		if len(f.Options) > 0 {
			notes = append(notes, strings.Join(f.Options, "|"))
		}
		t.AppendRow([]any{clean(f.Name), clean(f.Label), f.Type, clean(strings.Join(notes, ", ")), clean(strings.Join(f.MappedTo, ", "))})
	}
	t.Render()
}
