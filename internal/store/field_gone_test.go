package store

import (
	"testing"

	"causeway/internal/record"

	"github.com/stretchr/testify/require"
)

func TestAFieldIsGoneWhereNoRecordShowsItAndSeveralLinksHadIt(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		item := func(id string, values record.Values) {
			r := record.Record{Side: record.Billing, Module: record.Customers, ID: id, Name: id, Whole: true, Values: values, Modified: now}
			put(t, s, r)
		}
		agreed := func(n string, base record.Values) {
			l := linkOf(n, "b"+n)
			l.Base = base
			linked(t, s, l)
		}
		gone := func() bool {
			is, err := s.Worklist.FieldGone(t.Context(), demo, record.EntityCustomers, "cf_a_b")
			require.NoError(t, err)
			return is
		}
		item("b1", record.Values{"cf_axb": "another field", "cf_a_bc": "another"})
		require.False(t, gone(), "nobody ever had it")
		agreed("1", record.Values{"cf_a_b": "x"})
		agreed("2", record.Values{"cf_a_b": nil})
		agreed("3", record.Values{"cf_a_b": ""})
		require.False(t, gone(), "one alone was cleared, for all one can tell")
		agreed("4", record.Values{"cf_a_b": 4})
		require.True(t, gone())
		item("b9", record.Values{"cf_a_b": ""})
		require.False(t, gone(), "one that shows it empty shows it")
		shown, err := s.Mirror.Showing(t.Context(), demo, record.EntityCustomers, "cf_a_b", 5)
		require.NoError(t, err)
		require.Equal(t, []record.Record{{Side: record.Billing, Module: record.Customers, ID: "b9"}}, shown)
	})
}
