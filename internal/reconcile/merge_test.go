package reconcile_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"causeway/internal/reconcile"
	"causeway/internal/record"
)

const (
	both  = record.BothWays
	toCRM = record.ToCRM
	toBil = record.ToBilling
)

var conflictRules = []record.ConflictRule{record.CRMWins, record.BillingWins, record.NewestWins, record.AskWins, ""}

// TestMergeOverEveryCombination states the rule a second time, as a table of which side changed.
func TestMergeOverEveryCombination(t *testing.T) {
	t.Parallel()
	for _, direction := range []record.Direction{both, toCRM, toBil, ""} {
		for _, rule := range conflictRules {
			for _, newer := range []record.Side{record.CRM, record.Billing, ""} {
				for _, base := range []any{nil, "a"} {
					for _, crm := range []any{"a", "b", "c", ""} {
						for _, billing := range []any{"a", "b", "c", ""} {
							checkOne(t, reconcile.Pair{
								Base: record.Values{"f": base}, CRM: record.Values{"f": crm}, Billing: record.Values{"f": billing},
								Directions: map[string]record.Direction{"f": direction}, Rule: rule, Newer: newer,
							}, direction)
						}
					}
				}
			}
		}
	}
}

func checkOne(t *testing.T, p reconcile.Pair, direction record.Direction) {
	base, crm, billing := p.Base["f"], p.CRM["f"], p.Billing["f"]
	byCRM, byBilling := !record.EqualValues(base, crm), !record.EqualValues(base, billing)
	var toBilling, toCRM, agreed, parked bool
	switch {
	case (byCRM || byBilling) && record.EqualValues(crm, billing):
		agreed = true
	case direction == record.ToCRM:
		toCRM = byBilling
	case direction != record.BothWays:
		toBilling = byCRM
	case byCRM && byBilling:
		switch {
		case p.Rule == record.AskWins:
			parked = true
		case p.Rule == record.BillingWins, p.Rule == record.NewestWins && p.Newer == record.Billing:
			toCRM = true
		default:
			toBilling = true
		}
	default:
		toBilling, toCRM = byCRM, byBilling
	}
	m := reconcile.Merge(p)
	_, gotBilling := m.ToBilling["f"]
	_, gotCRM := m.ToCRM["f"]
	require.Equal(t, []bool{toBilling, toCRM, agreed, parked}, []bool{gotBilling, gotCRM, len(m.Agreed) == 1, len(m.Conflicts) == 1}, "%+v", p)
	require.Equal(t, direction == record.BothWays && byCRM && byBilling && !agreed && !parked, len(m.Resolved) == 1, "%+v", p)
	switch {
	case toBilling:
		require.Equal(t, crm, m.ToBilling["f"])
	case toCRM:
		require.Equal(t, billing, m.ToCRM["f"])
	case agreed:
		require.Equal(t, crm, m.Base["f"])
	}
	if !agreed {
		require.Equal(t, base, m.Base["f"], "what is not written yet is not agreed on yet")
	}
}

func TestADecisionHoldsForTheseVeryValuesOnly(t *testing.T) {
	t.Parallel()
	p := reconcile.Pair{
		Base: record.Values{"phone": "1", "rate": json.Number("1")}, CRM: record.Values{"phone": "2", "rate": json.Number("2.0")},
		Billing: record.Values{"phone": "3", "rate": json.Number("3")}, Rule: record.AskWins,
		Directions: map[string]record.Direction{"phone": both, "rate": both},
	}
	m := reconcile.Merge(p)
	require.Equal(t, []string{"phone", "rate"}, []string{m.Conflicts[0].Field, m.Conflicts[1].Field})
	require.Empty(t, m.ToBilling)
	require.Empty(t, m.ToCRM)

	p.Decided = []record.Decision{{Field: "rate", Winner: record.Billing, CRM: json.Number("2"), Billing: json.Number("3.00")}}
	m = reconcile.Merge(p)
	require.Equal(t, []reconcile.FieldConflict{{Field: "rate", Base: json.Number("1"), CRM: json.Number("2.0"), Billing: json.Number("3"), Winner: record.Billing, Decided: true}}, m.Resolved)
	require.Equal(t, record.Values{"rate": json.Number("3")}, m.ToCRM)
	require.Len(t, m.Conflicts, 1)

	p.Billing["rate"] = json.Number("4")
	require.Len(t, reconcile.Merge(p).Conflicts, 2, "an edit since then asks anew")
	p.Rule, p.Billing["rate"] = record.CRMWins, json.Number("3")
	require.Equal(t, json.Number("3"), reconcile.Merge(p).ToCRM["rate"], "what somebody decided goes before the rule")
}

func TestAnAddressIsOneUnitAndOnlyItsMappedFieldsCount(t *testing.T) {
	t.Parallel()
	p := reconcile.Pair{
		Base:       record.Values{"billing_address": map[string]any{"city": "Pécs", "attention": "kept by an older map"}},
		CRM:        record.Values{"billing_address": map[string]any{"city": "Pécs", "zip": ""}},
		Billing:    record.Values{"billing_address": map[string]any{"city": "Pécs", "zip": ""}},
		Directions: map[string]record.Direction{"billing_address": both}, Rule: record.AskWins,
	}
	require.Equal(t, p.Base, reconcile.Merge(p).Base)
	require.Empty(t, reconcile.Merge(p).Agreed)

	p.CRM["billing_address"] = map[string]any{"city": "Győr", "zip": ""}
	require.Equal(t, p.CRM, reconcile.Merge(p).ToBilling)
	p.Billing["billing_address"] = map[string]any{"city": "Pécs", "zip": "7621"}
	m := reconcile.Merge(p)
	require.Len(t, m.Conflicts, 1, "one side's city and the other's zip make no address")
	require.Empty(t, m.ToBilling)
	p.Billing["billing_address"] = nil
	require.Len(t, reconcile.Merge(p).Conflicts, 1, "an address that was emptied is an edit too")
	p.CRM["billing_address"] = map[string]any{"city": "", "zip": nil}
	require.Equal(t, []string{"billing_address"}, reconcile.Merge(p).Agreed)
}

func TestASideWithoutTheFieldSaysNothingAboutIt(t *testing.T) {
	t.Parallel()
	p := reconcile.Pair{Base: record.Values{"status": "active"}, CRM: record.Values{}, Billing: record.Values{"status": "inactive"},
		Directions: map[string]record.Direction{"status": both}, Rule: record.AskWins}
	require.Equal(t, record.Values{"status": "inactive"}, reconcile.Merge(p).ToCRM)
	p.Billing = record.Values{}
	m := reconcile.Merge(p)
	require.Empty(t, m.ToCRM)
	require.Equal(t, p.Base, m.Base)
}

func drawPair(t *rapid.T) reconcile.Pair {
	directions := map[string]record.Direction{}
	for _, field := range []string{"display_name", "phone", "rate", "address"} {
		directions[field] = rapid.SampledFrom([]record.Direction{both, both, both, toBil, toCRM}).Draw(t, "direction of "+field)
	}
	return reconcile.Pair{
		Base: drawValues(t, "base"), CRM: drawValues(t, "crm"), Billing: drawValues(t, "billing"), Directions: directions,
		Rule:  rapid.SampledFrom(conflictRules[:4]).Draw(t, "rule"),
		Newer: rapid.SampledFrom([]record.Side{record.CRM, record.Billing}).Draw(t, "newer"),
	}
}

func otherSide(s record.Side) record.Side {
	if s == record.CRM {
		return record.Billing
	}
	return record.CRM
}

// mirrored returns the pair as the other side sees it.
func mirrored(p reconcile.Pair) reconcile.Pair {
	out := p
	out.CRM, out.Billing, out.Newer = p.Billing, p.CRM, otherSide(p.Newer)
	out.Directions = map[string]record.Direction{}
	for field, d := range p.Directions {
		out.Directions[field] = map[record.Direction]record.Direction{both: both, toBil: toCRM, toCRM: toBil}[d]
	}
	switch p.Rule {
	case record.CRMWins:
		out.Rule = record.BillingWins
	case record.BillingWins:
		out.Rule = record.CRMWins
	case record.NewestWins, record.AskWins:
	}
	return out
}

func equalValues(t require.TestingT, want, got record.Values, why string) {
	require.True(t, record.EqualValues(map[string]any(want), map[string]any(got)), "%s: %v and %v", why, want, got)
}

func TestMergeIsSymmetric(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := drawPair(t)
		one, two := reconcile.Merge(p), reconcile.Merge(mirrored(p))
		require.Equal(t, one.ToBilling, two.ToCRM)
		require.Equal(t, one.ToCRM, two.ToBilling)
		require.Equal(t, one.Agreed, two.Agreed)
		require.Len(t, two.Conflicts, len(one.Conflicts))
		require.Len(t, two.Resolved, len(one.Resolved))
		equalValues(t, one.Base, two.Base, "the base")
	})
}

// write returns what a side holds after a write. In an object it keeps the fields that the write does not name.
func write(side, values record.Values) record.Values {
	out := side.Clone()
	for field, v := range values {
		inner, isObject := v.(map[string]any)
		old, wasObject := out[field].(map[string]any)
		if isObject && wasObject {
			whole := map[string]any{}
			for _, part := range []map[string]any{old, inner} {
				for name, x := range part {
					whole[name] = x
				}
			}
			v = whole
		}
		out[field] = v
	}
	return out
}

func TestApplyingBothHalvesMakesTheSidesEqualAndLeavesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := drawPair(t)
		m := reconcile.Merge(p)
		after := p
		after.Billing, after.CRM = write(p.Billing, m.ToBilling), write(p.CRM, m.ToCRM)
		after.Base = write(write(m.Base, m.ToBilling), m.ToCRM)
		again := reconcile.Merge(after)
		require.Empty(t, again.ToBilling)
		require.Empty(t, again.ToCRM)
		require.Empty(t, again.Agreed)
		require.Empty(t, again.Resolved)
		require.Equal(t, len(m.Conflicts), len(again.Conflicts), "what waits for a decision waits on")

		open := map[string]bool{}
		for _, c := range m.Conflicts {
			open[c.Field] = true
		}
		for field, d := range p.Directions {
			c, inCRM := after.CRM[field]
			b, inBilling := after.Billing[field]
			if d == both && inCRM && inBilling && !open[field] {
				require.Empty(t, reconcile.Differences(record.EntityItems, "7", record.Values{field: c}, record.Values{field: b}), field)
			}
		}
	})
}

func TestWhereNothingChangedNothingIsPlanned(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := drawPair(t)
		p.CRM, p.Billing = p.Base, p.Base
		m := reconcile.Merge(p)
		require.Empty(t, m.ToBilling)
		require.Empty(t, m.ToCRM)
		require.Empty(t, m.Conflicts)
		require.Empty(t, m.Resolved)
		require.Empty(t, m.Agreed)
		require.Equal(t, p.Base, m.Base)
	})
}
