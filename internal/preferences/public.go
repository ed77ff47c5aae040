package preferences

import (
	"maps"
	"time"

	"causeway/internal/record"
	"causeway/workflows/contract"
)

// ToContract returns preferences in the contract's form, with defaults filled in.
func ToContract(p record.Preferences) contract.Preferences {
	c := p.Customers
	return contract.Preferences{
		Version: p.Version,
		Customers: contract.CustomerOptions{
			Mode: string(c.Mode), Extent: string(c.Extent), Duplicates: string(c.Duplicates), Unattached: c.Unattached,
			AccountView: viewOut(c.AccountView), ContactView: viewOut(c.ContactView),
			AccountMap: mapOut(c.AccountMap), ContactMap: mapOut(c.ContactMap), PersonMap: mapOut(c.PersonMap),
		},
		Items: contract.ItemOptions{
			Extent: string(p.Items.Extent), Duplicates: string(p.Items.Duplicates), View: viewOut(p.Items.View), Map: mapOut(p.Items.Map),
		},
		Transactions: transactionsOf(p), CatchAllItem: p.CatchAllItem, Figures: figuresOut(p.Figures), Conflicts: ruleOf(p),
		CadenceMS: p.Cadence.Milliseconds(), RetentionMS: retentionOf(p).Milliseconds(),
		CallsPerDay: contract.CallsPerDay{CRM: p.CallsPerDay[record.CRM], Billing: p.CallsPerDay[record.Billing]},
	}
}

// FromContract reads preferences from the contract's form. It checks nothing: they are checked against both sides
// when they are saved.
func FromContract(p contract.Preferences) record.Preferences {
	c := p.Customers
	return record.Preferences{
		Version: p.Version,
		Customers: record.CustomerOptions{
			Mode: record.Mode(c.Mode), Extent: record.Extent(c.Extent), Duplicates: record.Duplicates(c.Duplicates), Unattached: c.Unattached,
			AccountView: viewIn(c.AccountView), ContactView: viewIn(c.ContactView),
			AccountMap: mapIn(c.AccountMap), ContactMap: mapIn(c.ContactMap), PersonMap: mapIn(c.PersonMap),
		},
		Items: record.ItemOptions{
			Extent: record.Extent(p.Items.Extent), Duplicates: record.Duplicates(p.Items.Duplicates), View: viewIn(p.Items.View), Map: mapIn(p.Items.Map),
		},
		Transactions: record.Transactions(p.Transactions), CatchAllItem: p.CatchAllItem, Figures: figuresIn(p.Figures), Conflicts: record.ConflictRule(p.Conflicts),
		Cadence: millis(p.CadenceMS), Retention: millis(p.RetentionMS),
		CallsPerDay: PerDay(p.CallsPerDay.CRM, p.CallsPerDay.Billing),
	}
}

// PerDay returns the daily allowances of the sides that have one.
func PerDay(crm, billing int) map[record.Side]int {
	out := map[record.Side]int{}
	for side, n := range map[record.Side]int{record.CRM: crm, record.Billing: billing} {
		if n > 0 {
			out[side] = n
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

func figuresOut(list []record.FigureField) []contract.FigureField {
	var out []contract.FigureField
	for _, f := range list {
		out = append(out, contract.FigureField{Module: string(f.Module), Figure: f.Figure, Field: f.Field})
	}
	return out
}

func figuresIn(list []contract.FigureField) []record.FigureField {
	var out []record.FigureField
	for _, f := range list {
		out = append(out, record.FigureField{Module: record.Module(f.Module), Figure: f.Figure, Field: f.Field})
	}
	return out
}

func millis(n int64) time.Duration { return time.Duration(n) * time.Millisecond }

func viewOut(v *record.View) *contract.View {
	if v == nil {
		return nil
	}
	return &contract.View{ID: v.ID, Name: v.Name}
}

func viewIn(v *contract.View) *record.View {
	if v == nil {
		return nil
	}
	return &record.View{ID: v.ID, Name: v.Name}
}

func mapOut(list []record.FieldMap) []contract.FieldMap {
	out := make([]contract.FieldMap, 0, len(list))
	for _, m := range list {
		direction := m.Direction
		if direction == "" {
			direction = record.ToBilling
		}
		out = append(out, contract.FieldMap{
			Source: m.Source, Target: m.Target, Kind: string(m.Kind), Direction: string(direction),
			Transform: m.Transform, Choices: maps.Clone(m.Choices),
		})
	}
	return out
}

func mapIn(list []contract.FieldMap) []record.FieldMap {
	out := make([]record.FieldMap, 0, len(list))
	for _, m := range list {
		out = append(out, record.FieldMap{
			Source: m.Source, Target: m.Target, Kind: record.ValueKind(m.Kind), Direction: record.Direction(m.Direction),
			Transform: m.Transform, Choices: maps.Clone(m.Choices),
		})
	}
	return out
}
