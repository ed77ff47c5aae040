package reconcile_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"causeway/internal/reconcile"
	"causeway/internal/record"
)

func sent(id string, seq int64, action record.Action, src reconcile.Source, entity record.Entity) record.Operation {
	op := decide(record.Skip, entity, src)
	op.ID, op.Seq, op.Action, op.State = id, seq, action, record.OpSent
	return op
}

func TestACreationFindsItsRecordByMarkerAndNothingElseDoes(t *testing.T) {
	t.Parallel()
	a := sent("a", 1, record.ActionCreate, account("7", "Acme"), record.EntityCustomers)
	b := sent("b", 2, record.ActionClone, account("8", "Acme"), record.EntityCustomers)
	c := sent("c", 3, record.ActionUpdate, account("9", "Acme"), record.EntityCustomers)
	row := func(id, marker string) record.Record {
		r := customer(id, "Acme")
		r.Marker = marker
		return r
	}
	rows := []record.Record{row("101", a.Marker), row("99", a.Marker), row("98", c.Marker), row("97", "")}
	got := reconcile.ByMarker([]record.Operation{a, b, c}, rows)
	require.Len(t, got, 1, "b has made none; an update is repeated, not settled")
	require.Equal(t, "99", got["a"].ID, "the first by id where the field is not unique")
}

func TestPersonsAreSettledByCount(t *testing.T) {
	t.Parallel()
	create := func(id string, seq int64, first, mail string) record.Operation {
		return sent(id, seq, record.ActionCreate, contact("c"+id, first, "Kiss", mail), record.EntityContactPersons)
	}
	ops := []record.Operation{create("b", 2, "Ana", "a@b.c"), create("a", 1, "Ana", "A@b.c"), create("d", 3, "Ana", ""), create("e", 4, "Ana", "a@b.c")}
	persons := []record.Record{
		person("30", "90", "Ana", "Kiss", "a@b.c"), person("9", "90", "ana", "kiss", "a@b.c"), person("10", "90", "Ana", "Kiss", "a@b.c"),
		person("11", "91", "Ana", "Kiss", ""), person("12", "90", "Ana", "Nagy", ""),
	}
	got := reconcile.ByCount(ops, persons, map[string]bool{"9": true})
	require.Equal(t, "10", got["a"].ID)
	require.Equal(t, "30", got["b"].ID)
	require.NotContains(t, got, "e", "two are there, less the linked: the third was not made")
	require.NotContains(t, got, "d", "another customer's, and another name's, are not it")
	require.Len(t, got, 2)
}

func TestOnlySuspectsAreReadWhole(t *testing.T) {
	t.Parallel()
	since := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	op := sent("a", 1, record.ActionCreate, account("7", "Acme"), record.EntityCustomers)
	row := func(id, name string, age time.Duration) record.Record {
		r := customer(id, name)
		r.Created, r.Whole = since.Add(-age), false
		return r
	}
	rows := []record.Record{
		row("5", "Other", time.Hour), row("6", "ACME", time.Hour), row("7", "acme (7)", time.Hour),
		row("10", "Other", 0), row("11", "Other", -time.Second), row("12", "Acme", 0),
	}
	got := reconcile.Suspects([]record.Operation{op}, rows, map[string]bool{"12": true}, since)
	require.Equal(t, []string{"6", "7", "10", "11"}, got)
}
