package maps

import (
	"context"
	"fmt"
	"strings"

	"causeway/internal/app"
	"causeway/internal/cli/arguments"
	"causeway/internal/cli/screen"
	"causeway/internal/cli/session"
	"causeway/internal/preferences"
	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/internal/store"
)

type mapFieldsCmd struct {
	Side string `help:"Only the fields of this side: crm or billing." placeholder:"SIDE"`
	session.Flagged
}

// Validate refuses an unknown side.
func (c *mapFieldsCmd) Validate() error {
	if c.Side != "" && !arguments.IsSide(c.Side) {
		return fmt.Errorf("--side=%s: use crm or billing", screen.Clean(c.Side))
	}
	return c.Flagged.Validate()
}

// Run lists the fields of both sides.
func (c *mapFieldsCmd) Run(ctx context.Context, p *session.Session, m *mapOf) error {
	return onMaps(ctx, p, m, c.Flagged, func(st *store.Store, conn record.Connection, prefs record.Preferences, list preferences.MapList) error {
		fields, err := app.NewSides(st).MapFields(ctx, conn.ID, list)
		if err != nil {
			return err
		}
		out := report.FieldLists{Connection: conn.ID, Entity: list.Name, CRM: []report.SideField{}, Billing: []report.SideField{}}
		if c.Side != string(record.Billing) {
			out.CRM = report.NewSideFields(fields.CRM, func(name string) []string { return tiedTo(list.Of(prefs), name, "") })
		}
		if c.Side != string(record.CRM) {
			out.Billing = report.NewSideFields(fields.Billing, func(name string) []string { return tiedTo(list.Of(prefs), "", name) })
		}
		if p.JSON {
			return p.PrintJSON(out)
		}
		printFields(p, "CRM field", out.CRM)
		printFields(p, "billing field", out.Billing)
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

func printFields(p *session.Session, title string, fields []report.SideField) {
	if len(fields) == 0 {
		return
	}
	t := p.Table(title, "label", "type", "notes", "mapped to")
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
		t.AppendRow([]any{screen.Clean(f.Name), screen.Clean(f.Label), f.Type, screen.Clean(strings.Join(notes, ", ")), screen.Clean(strings.Join(f.MappedTo, ", "))})
	}
	t.Render()
}
