package reconcile_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"causeway/internal/reconcile"
	"causeway/internal/record"
)

// model is a billing side and the links that a store would hold. It refuses a second record of the same name.
type model struct {
	entity  record.Entity
	targets []record.Record
	links   map[string]*record.Link // by source id
	next    int
}

func (m *model) at(id string) *record.Record {
	for i := range m.targets {
		if m.targets[i].ID == id {
			return &m.targets[i]
		}
	}
	return nil
}

func (m *model) refuses(op record.Operation) bool {
	for _, r := range m.targets {
		for _, field := range []string{"name", "display_name", "sku"} {
			want := op.After.Text(field)
			if r.ID != op.TargetID && want != "" && record.NameKey(r.Values.Text(field)) == record.NameKey(want) {
				return true
			}
		}
	}
	return false
}

// free returns the candidates as the store would: records without a link.
func (m *model) free() []record.Record {
	linked := map[string]bool{}
	for _, l := range m.links {
		linked[l.BillingID] = true
	}
	var out []record.Record
	for _, r := range m.targets {
		if !linked[r.ID] {
			out = append(out, r)
		}
	}
	return out
}

// apply reports whether the record was left parked: in conflict, or refused by the side.
func (m *model) apply(t *rapid.T, op record.Operation) (parked bool) {
	if !op.Action.Writes() {
		return op.Outcome == record.Conflicts
	}
	if m.refuses(op) {
		suffixed, ok := reconcile.WithSuffix(op)
		if !ok || m.refuses(suffixed) {
			return true
		}
		op = suffixed
	}
	if reconcile.Creates(op) {
		m.next++
		op.TargetID = fmt.Sprint(1000 + m.next)
		m.targets = append(m.targets, record.Record{Module: m.entity.Module(), ID: op.TargetID, Whole: true, Marker: op.Marker, Values: record.Values{}})
	}
	r := m.at(op.TargetID)
	require.NotNil(t, r)
	for field, v := range op.After {
		r.Values[field] = v
	}
	r.Name, r.SKU = r.Values.Text("name")+r.Values.Text("display_name"), r.Values.Text("sku")
	m.links[op.SourceID] = &record.Link{Entity: m.entity, BillingID: op.TargetID, Born: reconcile.Born(op), Base: reconcile.Base(op)}
	return false
}

func names() *rapid.Generator[string] {
	return rapid.SampledFrom([]string{"", " ", "Acme", "ACME ", "acme", "Ácme", "Café", "Cafe\u0301", "株式会社", "ＡＣＭＥ", "Beta  Ltd", "beta ltd"})
}

func drawWorld(t *rapid.T) (*model, []reconcile.Source) {
	items := rapid.Bool().Draw(t, "items")
	m := &model{entity: record.EntityCustomers, links: map[string]*record.Link{}}
	skus := rapid.SampledFrom([]string{"", "A1", "B2"})
	var sources []reconcile.Source
	if items {
		m.entity = record.EntityItems
	}
	for i := range rapid.IntRange(0, 8).Draw(t, "sources") {
		id, name := fmt.Sprint(i+1), names().Draw(t, "name")
		if items {
			sources = append(sources, product(id, name, skus.Draw(t, "sku")))
		} else {
			sources = append(sources, account(id, name))
		}
	}
	for i := range rapid.IntRange(0, 6).Draw(t, "targets") {
		id, name := fmt.Sprint(90+i), names().Draw(t, "target")
		r := customer(id, name)
		if items {
			r = item(id, name, skus.Draw(t, "target sku"))
		}
		r.Values["notes"] = rapid.SampledFrom([]any{nil, "", "theirs"}).Draw(t, "notes")
		m.targets = append(m.targets, r)
	}
	return m, sources
}

func (m *model) plan(d record.Duplicates, sources []reconcile.Source) []record.Operation {
	p := reconcile.NewPlanner(rules(d), m.entity)
	pool := reconcile.NewPool(m.free())
	var ops []record.Operation
	for _, src := range sources {
		src.Link = m.links[src.Record.ID]
		ops = append(ops, p.Decide(src, pool.For(p.Keys(src))))
	}
	return ops
}

func drawRule(t *rapid.T) record.Duplicates {
	return rapid.SampledFrom([]record.Duplicates{record.Skip, record.Overwrite, record.Clone}).Draw(t, "rule")
}

func TestAnAppliedPlanLeavesNothingToWrite(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m, sources := drawWorld(t)
		rule := drawRule(t)
		parked := map[string]bool{}
		for _, op := range m.plan(rule, sources) {
			parked[op.SourceID] = m.apply(t, op)
		}
		for _, op := range m.plan(rule, sources) {
			switch {
			case m.links[op.SourceID] != nil:
				require.Equal(t, record.ActionNone, op.Action, "%+v", op)
			case op.Action.Writes():
				// A choice among several records is decided once another source has taken one of them.
				require.True(t, parked[op.SourceID], "%+v", op)
				require.NotEqual(t, record.Skip, rule, "a skip gives nothing, so nothing is decided by it")
			}
		}
	})
}

func TestALostLinkIsRestoredByTheMarkerAndNothingIsDoubled(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m, sources := drawWorld(t)
		rule := drawRule(t)
		for _, op := range m.plan(rule, sources) {
			m.apply(t, op)
		}
		before, made := len(m.targets), map[string]string{}
		for id, link := range m.links {
			if link.Born == record.CRM {
				made[id] = link.BillingID
				delete(m.links, id)
			}
		}
		p := reconcile.NewPlanner(rules(rule), m.entity)
		for _, src := range sources {
			if id, ok := made[src.Record.ID]; ok {
				op := p.Decide(src, m.free())
				require.Equal(t, record.ActionLink, op.Action)
				require.Equal(t, id, op.TargetID)
				require.Equal(t, record.CRM, reconcile.Born(op))
				require.Empty(t, op.After, "it holds what was written, under a suffix or not")
				m.apply(t, op)
			}
		}
		require.Len(t, m.targets, before)
	})
}

func TestDecisionsAreDeterministicAndNeverGiveATargetTwice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m, sources := drawWorld(t)
		rule := drawRule(t)
		want := m.plan(rule, sources)
		m.targets = rapid.Permutation(m.targets).Draw(t, "order of rows")
		require.Equal(t, want, m.plan(rule, sources))

		given := map[string]bool{}
		for _, op := range want {
			require.Equal(t, op.Outcome != "", op.State == record.OpDone)
			require.Equal(t, op.Action.Writes(), op.Outcome == "")
			require.False(t, op.Outcome == record.Failed && (op.Code == "" || op.Reason == ""), "a failure says why")
			if op.Action.Writes() && op.TargetID != "" {
				require.False(t, given[op.TargetID])
				given[op.TargetID] = true
			}
		}
	})
}

func TestASkippedOrParkedRecordStaysSoUntilSomethingChanges(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m, sources := drawWorld(t)
		first := m.plan(record.Skip, sources)
		for _, op := range first {
			m.apply(t, op)
		}
		for i, op := range m.plan(record.Skip, sources) {
			if first[i].Outcome == record.Skipped || first[i].Outcome == record.Failed {
				require.Equal(t, first[i].Outcome, op.Outcome)
				require.Equal(t, first[i].TargetID, op.TargetID)
			}
		}
	})
}

func drawValues(t *rapid.T, label string) record.Values {
	scalar := rapid.SampledFrom([]any{nil, "", "x", "Y", json.Number("1"), json.Number("1.0"), true})
	out := record.Values{}
	for _, field := range []string{"display_name", "phone", "rate"} {
		if rapid.Bool().Draw(t, label+" has "+field) {
			out[field] = scalar.Draw(t, label+field)
		}
	}
	if rapid.Bool().Draw(t, label+" has address") {
		out["address"] = map[string]any{"city": scalar.Draw(t, label+"city"), "zip": scalar.Draw(t, label+"zip")}
	}
	return out
}

func TestWritingTheDifferencesLeavesNone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		have, want := drawValues(t, "have"), drawValues(t, "want")
		written := have.Clone()
		for field, v := range reconcile.Differences(record.EntityCustomers, "7", have, want) {
			written[field] = v
		}
		require.Empty(t, reconcile.Differences(record.EntityCustomers, "7", written, want))
		require.Empty(t, reconcile.Differences(record.EntityCustomers, "7", want, want))
	})
}

func TestNameKeyOfANameKeyIsItself(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		key := record.NameKey(rapid.String().Draw(t, "name"))
		require.Equal(t, key, record.NameKey(key))
	})
}

func TestASuffixedNameAlwaysFitsAndNamesItsSource(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name, most := rapid.String().Draw(t, "name"), rapid.IntRange(30, 200).Draw(t, "most")
		got := reconcile.SuffixedName(name, "5550001000000123", most)
		require.LessOrEqual(t, len([]rune(got)), most)
		require.Contains(t, got, "(5550001000000123)")
	})
}
