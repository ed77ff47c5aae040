package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"causeway/internal/app"
	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/workflows/contract"
)

// mapCmd holds the commands behind the name of a list of field maps.
type mapCmd struct {
	Entity mapOf `arg:""`
}

type mapOf struct {
	Entity string       `arg:"" help:"Whose field maps: accounts, contacts, persons or items."`
	List   mapListCmd   `cmd:"" help:"List the field maps."`
	Set    mapSetCmd    `cmd:"" help:"Fill a field of billing from a field of the CRM, or in place of the map that fills it now."`
	Remove mapRemoveCmd `cmd:"" help:"Leave a field of billing alone."`
	Try    mapTryCmd    `cmd:"" help:"Show what the maps, or one that is not saved, make of some records. Writes nothing."`
	Fields mapFieldsCmd `cmd:"" help:"List the fields of both sides with their types."`
	Apply  mapApplyCmd  `cmd:"" help:"Apply the maps to every linked record at once, not only to what changes from now on."`
}

// Validate refuses a list that there is not.
func (m *mapOf) Validate() error {
	_, err := app.FindMapList(m.Entity)
	return err
}

// onMaps finds the connection, its preferences and the list.
func (p *program) onMaps(ctx context.Context, m *mapOf, f flagged, work func(*store.Store, record.Connection, record.Preferences, app.MapList) error) error {
	list, err := app.FindMapList(m.Entity)
	if err != nil {
		return err
	}
	return p.onConnection(ctx, f.selection(), func(st *store.Store, conn record.Connection) error {
		prefs, err := st.Connections.Preferences(ctx, conn.ID, 0)
		if err != nil {
			return err
		}
		return work(st, conn, prefs, list)
	})
}

type mapListCmd struct{ flagged }

// fieldMaps are what list prints.
type fieldMaps struct {
	Connection string              `json:"connection"`
	Version    int                 `json:"version"`
	Entity     string              `json:"entity"`
	Maps       []contract.FieldMap `json:"maps"`
}

// mapsOf tells a list in the public words.
func mapsOf(prefs record.Preferences, list app.MapList) []contract.FieldMap {
	public := app.ToContract(prefs)
	switch list.Name {
	case "accounts":
		return public.Customers.AccountMap
	case "contacts":
		return public.Customers.ContactMap
	case "persons":
		return public.Customers.PersonMap
	default:
		return public.Items.Map
	}
}

// Run lists maps.
func (c *mapListCmd) Run(ctx context.Context, p *program, m *mapOf) error {
	return p.onMaps(ctx, m, c.flagged, func(_ *store.Store, conn record.Connection, prefs record.Preferences, list app.MapList) error {
		out := fieldMaps{Connection: conn.ID, Version: prefs.Version, Entity: list.Name, Maps: mapsOf(prefs, list)}
		if p.json {
			return p.printJSON(out)
		}
		t := p.table("CRM field", "direction", "billing field", "as", "transform", "picklist values")
		for _, one := range out.Maps {
			t.AppendRow([]any{clean(one.Source), one.Direction, clean(one.Target), one.Kind, clean(one.Transform), clean(pairs(one.Choices))})
		}
		t.Render()
		if prefs.Extent(list.Entity) != record.Both {
			p.note("the extent of %s is fetch: all of these go to billing only", list.Entity)
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
	Kind      string            `help:"How the value is carried over: ${kinds}. Left out: as the types of the two fields tell." placeholder:"KIND"`
	Direction string            `help:"Which way it goes: to_billing, to_crm or both. Left out: both where the way back is clear." placeholder:"WAY"`
	Transform string            `help:"A CEL expression over the CRM record in place of the field's value, as in 'record.First_Name + \" \" + record.Last_Name'." placeholder:"EXPR"`
	Choice    map[string]string `help:"A picklist value of the CRM and its pair in billing, beside those that the map has; without a pair it is taken away. Repeatable." placeholder:"CRM=BILLING" mapsep:"none"`
}

var (
	kindWords = []string{
		string(record.KindText), string(record.KindEmail), string(record.KindDecimal), string(record.KindInteger), string(record.KindBool),
		string(record.KindActive), string(record.KindDate), string(record.KindTime), string(record.KindChoice), string(record.KindChoices),
	}
	directionWords = []string{string(record.ToBilling), string(record.ToCRM), string(record.BothWays)}
)

func (c mapping) check() error {
	return checkWords(word{"kind", c.Kind, kindWords}, word{"direction", c.Direction, directionWords})
}

// over gives a map with what the flags say in place of its own.
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

// noSource stands for the source of a map that a transform alone fills.
const noSource = "-"

type mapSetCmd struct {
	Source string `arg:"" help:"The CRM's field, by its API name; - with --transform alone."`
	Target string `arg:"" help:"Billing's field; a dot reaches into an address, a custom field is cf_x."`
	mapping
	saving
	flagged
}

// Validate refuses what no map can hold.
func (c *mapSetCmd) Validate() error {
	if c.Source == noSource && c.Transform == "" {
		return errors.New("a map without a field of the CRM needs --transform")
	}
	return errors.Join(c.check(), c.flagged.Validate())
}

// Run sets a map, by an edit of the preferences.
func (c *mapSetCmd) Run(ctx context.Context, p *program, m *mapOf) error {
	return p.onMaps(ctx, m, c.flagged, func(st *store.Store, conn record.Connection, prefs record.Preferences, list app.MapList) error {
		one, err := newMap(ctx, app.NewSides(st), conn.ID, prefs, list, strings.TrimPrefix(c.Source, noSource), c.Target, c.mapping)
		if err != nil {
			return err
		}
		out, err := p.save(ctx, st, conn, prefs, list.Set(prefs, one), c.saving)
		if err != nil {
			return err
		}
		p.sayApplies(m, out, c.saving)
		return p.printConfigured(out)
	})
}

// newMap is the map that the flags ask for. What they leave out is as it was in a map of the same two fields, else
// it is told by the fields.
func newMap(ctx context.Context, sides *app.Sides, connection string, prefs record.Preferences, list app.MapList, source, target string, flags mapping) (record.FieldMap, error) {
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
		return one, fmt.Errorf("the types of %s and %s have nothing in common: see `starter map %s fields`, and name the --kind, or give a --transform",
			clean(source), clean(target), list.Name)
	}
	return one, nil
}

// sayApplies says to which records a map that was saved applies.
func (p *program) sayApplies(m *mapOf, c configured, how saving) {
	if len(c.Changes) > 0 && !how.EveryRecord {
		p.note("it applies to what changes from then on; to every linked record with `starter map %s apply`", m.Entity)
	}
}

type mapRemoveCmd struct {
	Target string `arg:"" help:"Billing's field."`
	saving
	flagged
}

// Run removes a map, by an edit of the preferences. What the field holds stays.
func (c *mapRemoveCmd) Run(ctx context.Context, p *program, m *mapOf) error {
	return p.onMaps(ctx, m, c.flagged, func(st *store.Store, conn record.Connection, prefs record.Preferences, list app.MapList) error {
		now, err := list.Remove(prefs, c.Target)
		if err != nil {
			return err
		}
		out, err := p.save(ctx, st, conn, prefs, now, c.saving)
		if err != nil {
			return err
		}
		return p.printConfigured(out)
	})
}

type mapApplyCmd struct {
	Wait bool `help:"Wait until the run has ended, and print it."`
	flagged
}

// Run has every record looked at again, by a version of the preferences that says so, and starts a sync.
func (c *mapApplyCmd) Run(ctx context.Context, p *program, m *mapOf) error {
	return p.onMaps(ctx, m, c.flagged, func(st *store.Store, conn record.Connection, prefs record.Preferences, _ app.MapList) error {
		return p.start(ctx, st, c.Wait, func(ctx context.Context, _ temporal) (contract.SyncAccepted, error) {
			result, err := p.adopt(ctx, st, conn, prefs, prefs, saving{Sync: true, EveryRecord: true})
			if err != nil || result.Run == nil {
				return contract.SyncAccepted{}, err
			}
			return contract.SyncAccepted{RunRef: *result.Run, Queued: result.Queued}, nil
		})
	})
}
