package app

import (
	"context"
	"slices"
	"strings"

	"causeway/internal/crm"
	"causeway/internal/mapping"
	"causeway/internal/mapping/check"
	"causeway/internal/mapping/discover"
	"causeway/internal/preferences"
	"causeway/internal/reconcile"
	"causeway/internal/record"
)

// MapFields are the fields that the maps of a list can tie together.
type MapFields struct {
	CRM     []record.Field
	Billing []record.Field
}

// MapFields asks both sides for the fields of a list's modules.
func (s *Sides) MapFields(ctx context.Context, connection string, l preferences.MapList) (MapFields, error) {
	var out MapFields
	crmPort, err := s.CRM(ctx, connection)
	if err != nil {
		return out, err
	}
	billingPort, err := s.Billing(ctx, connection)
	if err != nil {
		return out, err
	}
	if out.CRM, err = crmPort.Fields(ctx, l.Module); err != nil {
		return out, err
	}
	out.Billing, err = billingPort.Fields(ctx, l.Entity.Module())
	return out, err
}

// Propose is the map that ties two fields, as far as their types and the list's other maps tell it. An empty
// source stands for a transform. A field that a side does not know is taken for a text: what is wrong with it is
// said when the map is saved.
func (f MapFields) Propose(have []record.FieldMap, source, target string) record.FieldMap {
	from, fromKnown := fieldNamed(f.CRM, source)
	to, toKnown := fieldNamed(f.Billing, target)
	m := discover.Propose(from, to)
	if m.Kind == "" && (!fromKnown || !toKnown) {
		m.Kind = record.KindText
	}
	for _, other := range have {
		back := other.Direction == record.BothWays || other.Direction == record.ToCRM
		if other.Target == target || m.Direction != record.BothWays {
			continue
		}
		// A field of the CRM is filled from one of billing's, and an address goes one way as a whole.
		if other.Source == source && back || !back && unitOf(other.Target) == unitOf(target) {
			m.Direction = record.ToBilling
		}
	}
	return m
}

func unitOf(target string) string {
	unit, _, _ := strings.Cut(target, ".")
	return unit
}

func fieldNamed(list []record.Field, name string) (record.Field, bool) {
	if i := slices.IndexFunc(list, func(f record.Field) bool { return f.Name == name }); i >= 0 {
		return list[i], true
	}
	return record.Field{Name: name}, false
}

// Tried is what one map makes of one record.
type Tried struct {
	Record  record.Record
	Map     record.FieldMap
	Source  any // the source field's value; nil with a transform alone
	Result  any
	Problem string
}

// TryMaps carries CRM records over by the maps, without writing anything: the given ones, or the first few of
// the module, read live, since the mirror holds only what the maps in force read.
func (s *Sides) TryMaps(ctx context.Context, connection string, l preferences.MapList, maps []record.FieldMap, ids []string, sample int) ([]Tried, error) {
	port, err := s.CRM(ctx, connection)
	if err != nil {
		return nil, err
	}
	// A query that names an unknown field is refused as a whole, in words that help nobody.
	fields, err := port.Fields(ctx, l.Module)
	if err != nil {
		return nil, err
	}
	sources := mapping.Sources(maps)
	if unknown := check.Unknown(sources, fields); unknown != "" {
		return nil, &record.Error{Kind: record.Invalid, Side: record.CRM, Op: "try maps of " + l.Name, Code: "FIELD_MAP", Message: unknown,
			Remedy: "see the fields with `starter map " + l.Name + " fields`"}
	}
	records, err := readForTrial(ctx, port, l.Module, sources, ids, sample)
	if err != nil {
		return nil, err
	}
	out := make([]Tried, 0, len(records)*len(maps))
	for _, r := range records {
		for _, m := range maps {
			value, problems := mapping.Try(m, r)
			out = append(out, Tried{
				Record: r, Map: m, Source: sourceOf(r.Values, m.Source), Result: value, Problem: strings.Join(mapping.Reasons(problems), "; "),
			})
		}
	}
	return out, nil
}

func readForTrial(ctx context.Context, port crm.Port, module record.Module, fields, ids []string, sample int) ([]record.Record, error) {
	q := crm.ReadQuery{Fields: fields, Limit: sample}
	if len(ids) > 0 {
		q = crm.ReadQuery{Fields: fields, IDs: ids}
	}
	page, err := port.Read(ctx, module, q)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		if !slices.ContainsFunc(page.Records, func(r record.Record) bool { return r.ID == id }) {
			return nil, &record.Error{Kind: record.NotFound, Side: record.CRM, Op: "read " + string(module), Code: "UNKNOWN_RECORD", RecordID: id,
				Message: "there is no such record", Remedy: "look at the id"}
		}
	}
	return page.Records, nil
}

// sourceOf finds a field, of a joined one also where a whole record shows the lookup alone.
func sourceOf(values record.Values, name string) any {
	if v, ok := values[name]; ok {
		return v
	}
	head, rest, dotted := strings.Cut(name, ".")
	inner, isObject := values[head].(map[string]any)
	if !dotted || !isObject {
		return nil
	}
	return inner[rest]
}

// Drifts asks the CRM for its fields and says which of the mapped ones are no longer what they were. Of billing's
// custom fields no call tells which there are: one that no record of a sample shows has not disappeared.
func (s *Sides) Drifts(ctx context.Context, connection string, p record.Preferences) ([]record.Drift, error) {
	port, err := s.CRM(ctx, connection)
	if err != nil {
		return nil, err
	}
	fields := map[record.Module][]record.Field{}
	for _, m := range reconcile.CRMModules(p.Customers.Mode) {
		if fields[m], err = port.Fields(ctx, m); err != nil {
			return nil, err
		}
	}
	return check.Drifts(p, fields, nil), nil
}
