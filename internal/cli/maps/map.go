package maps

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"causeway/internal/app"
	"causeway/internal/cli/arguments"
	"causeway/internal/cli/configure"
	"causeway/internal/cli/runs"
	"causeway/internal/cli/screen"
	"causeway/internal/cli/session"
	"causeway/internal/preferences"
	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/internal/store"
	"causeway/workflows/contract"
)

// Command holds the commands behind the name of a list of field maps.
type Command struct {
	Entity mapOf `arg:""`
}

type mapOf struct {
	Entity string       `arg:"" help:"Whose field maps: accounts, contacts, persons or items."`
	List   mapListCmd   `cmd:"" help:"List the field maps."`
	Set    mapSetCmd    `cmd:"" help:"Fill a billing field from a CRM field. It replaces the map that fills the field now."`
	Remove mapRemoveCmd `cmd:"" help:"Stop filling a billing field. Its value stays."`
	Try    mapTryCmd    `cmd:"" help:"Show what the maps, or a map that is not saved, make of some records. Writes nothing."`
	Fields mapFieldsCmd `cmd:"" help:"List the fields of both sides with their types."`
	Apply  mapApplyCmd  `cmd:"" help:"Apply the maps to every linked record now, not only to what changes from now on."`
}

// Validate refuses an unknown list.
func (m *mapOf) Validate() error {
	_, err := preferences.FindMapList(m.Entity)
	return err
}

// onMaps finds the connection, its preferences and the list.
func onMaps(ctx context.Context, p *session.Session, m *mapOf, f session.Flagged, work func(*store.Store, record.Connection, record.Preferences, preferences.MapList) error) error {
	list, err := preferences.FindMapList(m.Entity)
	if err != nil {
		return err
	}
	return p.OnConnection(ctx, f.Selection(), func(st *store.Store, conn record.Connection) error {
		prefs, err := st.Connections.Preferences(ctx, conn.ID, 0)
		if err != nil {
			return err
		}
		return work(st, conn, prefs, list)
	})
}

type mapListCmd struct{ session.Flagged }

// Run lists maps.
func (c *mapListCmd) Run(ctx context.Context, p *session.Session, m *mapOf) error {
	return onMaps(ctx, p, m, c.Flagged, func(_ *store.Store, conn record.Connection, prefs record.Preferences, list preferences.MapList) error {
		out := report.NewFieldMaps(conn.ID, prefs, list)
		if p.JSON {
			return p.PrintJSON(out)
		}
		t := p.Table("CRM field", "direction", "billing field", "as", "transform", "picklist values")
		for _, one := range out.Maps {
			t.AppendRow([]any{screen.Clean(one.Source), one.Direction, screen.Clean(one.Target), one.Kind, screen.Clean(one.Transform), screen.Clean(pairs(one.Choices))})
		}
		t.Render()
		if prefs.Extent(list.Entity) != record.Both {
			p.Note("The extent of %s is fetch: these maps go to billing only.", list.Entity)
		}
		return nil
	})
}

func pairs(choices map[string]string) string {
	out := make([]string, 0, len(choices))
	for _, source := range slices.Sorted(maps.Keys(choices)) {
		out = append(out, source+"="+choices[source])
	}
	return strings.Join(out, ", ")
}

// mapping are the parts of a map that flags say.
type mapping struct {
	Kind      string            `help:"The kind of value: ${kinds}. Default: by the types of the two fields." placeholder:"KIND"`
	Direction string            `help:"The direction: to_billing, to_crm or both. Default: both, if the way back is clear." placeholder:"WAY"`
	Transform string            `help:"A CEL expression over the CRM record, instead of the field's value, as in 'record.First_Name + \" \" + record.Last_Name'." placeholder:"EXPR"`
	Choice    map[string]string `help:"A picklist value of the CRM and its pair in billing. It is added to the map; without a pair it is removed. Repeatable." placeholder:"CRM=BILLING" mapsep:"none"`
}

var (
	// KindWords are the kinds of values.
	KindWords = []string{
		string(record.KindText), string(record.KindEmail), string(record.KindDecimal), string(record.KindInteger), string(record.KindBool),
		string(record.KindActive), string(record.KindDate), string(record.KindTime), string(record.KindChoice), string(record.KindChoices),
	}
	directionWords = []string{string(record.ToBilling), string(record.ToCRM), string(record.BothWays)}
)

func (c mapping) check() error {
	return arguments.CheckWords(arguments.NewWord("kind", c.Kind, KindWords), arguments.NewWord("direction", c.Direction, directionWords))
}

// over returns a map, changed as the flags say.
func (c mapping) over(m record.FieldMap) record.FieldMap {
	if c.Transform != "" {
		m.Transform, m.Direction = c.Transform, record.ToBilling
	}
	if c.Kind != "" && record.ValueKind(c.Kind) != m.Kind {
		m.Kind, m.Choices = record.ValueKind(c.Kind), nil
	}
	if c.Direction != "" {
		m.Direction = record.Direction(c.Direction)
	}
	if len(c.Choice) > 0 {
		m.Choices = maps.Clone(m.Choices)
		if m.Choices == nil {
			m.Choices = map[string]string{}
		}
		maps.Copy(m.Choices, c.Choice)
		maps.DeleteFunc(m.Choices, func(_, pair string) bool { return pair == "" })
		if m.Kind != record.KindChoices && c.Kind == "" {
			m.Kind = record.KindChoice
		}
	}
	return m
}

// noSource is written in place of a source where a transform alone fills the field.
const noSource = "-"

type mapSetCmd struct {
	Source string `arg:"" help:"The CRM's field, by its API name; - with --transform alone."`
	Target string `arg:"" help:"Billing's field; a dot reaches into an address, a custom field is cf_x."`
	mapping
	configure.Saving
	session.Flagged
}

// Validate refuses what no map can hold.
func (c *mapSetCmd) Validate() error {
	if c.Source == noSource && c.Transform == "" {
		return errors.New("a map without a CRM field needs --transform")
	}
	return errors.Join(c.check(), c.Flagged.Validate())
}

// Run sets a map, by an edit of the preferences.
func (c *mapSetCmd) Run(ctx context.Context, p *session.Session, m *mapOf) error {
	return onMaps(ctx, p, m, c.Flagged, func(st *store.Store, conn record.Connection, prefs record.Preferences, list preferences.MapList) error {
		one, err := newMap(ctx, app.NewSides(st), conn.ID, prefs, list, strings.TrimPrefix(c.Source, noSource), c.Target, c.mapping)
		if err != nil {
			return err
		}
		out, err := configure.Save(ctx, p, st, conn, prefs, list.Set(prefs, one), c.Saving)
		if err != nil {
			return err
		}
		sayApplies(p, m, out, c.Saving)
		return configure.PrintConfigured(p, out)
	})
}

// newMap is the map that the flags ask for. What they leave out is as it was in a map of the same two fields, else
// it is told by the fields.
func newMap(ctx context.Context, sides *app.Sides, connection string, prefs record.Preferences, list preferences.MapList, source, target string, flags mapping) (record.FieldMap, error) {
	if have, ok := list.Find(prefs, target); ok && have.Source == source {
		return flags.over(have), nil
	}
	fields, err := sides.MapFields(ctx, connection, list)
	if err != nil {
		return record.FieldMap{}, err
	}
	proposed := fields.Propose(list.Of(prefs), source, target)
	if flags.Transform != "" {
		proposed = fields.Propose(list.Of(prefs), "", target)
		proposed.Source = source
	}
	one := flags.over(proposed)
	if one.Kind == "" {
		return one, fmt.Errorf("%s and %s have types that do not match: see `starter map %s fields`, then name the --kind or give a --transform",
			screen.Clean(source), screen.Clean(target), list.Name)
	}
	return one, nil
}

// sayApplies says to which records a map that was saved applies.
func sayApplies(p *session.Session, m *mapOf, c report.Configured, how configure.Saving) {
	if len(c.Changes) > 0 && !how.EveryRecord {
		p.Note("It applies to what changes from now on. Apply it to every linked record with `starter map %s apply`.", m.Entity)
	}
}

type mapRemoveCmd struct {
	Target string `arg:"" help:"Billing's field."`
	configure.Saving
	session.Flagged
}

// Run removes a map, by an edit of the preferences. What the field holds stays.
func (c *mapRemoveCmd) Run(ctx context.Context, p *session.Session, m *mapOf) error {
	return onMaps(ctx, p, m, c.Flagged, func(st *store.Store, conn record.Connection, prefs record.Preferences, list preferences.MapList) error {
		now, err := list.Remove(prefs, c.Target)
		if err != nil {
			return err
		}
		out, err := configure.Save(ctx, p, st, conn, prefs, now, c.Saving)
		if err != nil {
			return err
		}
		return configure.PrintConfigured(p, out)
	})
}

type mapApplyCmd struct {
	Wait bool `help:"Wait until the run has ended, and print it."`
	session.Flagged
}

// Run has every record looked at again, by a version of the preferences that says so, and starts a sync.
func (c *mapApplyCmd) Run(ctx context.Context, p *session.Session, m *mapOf) error {
	return onMaps(ctx, p, m, c.Flagged, func(st *store.Store, conn record.Connection, prefs record.Preferences, _ preferences.MapList) error {
		return runs.Start(ctx, p, st, c.Wait, func(ctx context.Context, _ session.Temporal) (contract.SyncAccepted, error) {
			result, err := configure.Adopt(ctx, p, st, conn, prefs, prefs, configure.Saving{Sync: true, EveryRecord: true})
			if err != nil || result.Run == nil {
				return contract.SyncAccepted{}, err
			}
			return contract.SyncAccepted{RunRef: *result.Run, Queued: result.Queued}, nil
		})
	})
}
