package crmtest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"causeway/internal/crm"
	"causeway/internal/record"
)

// Fixture is an organisation with records in all three modules. It has more accounts than one page holds, so that
// paging is tested.
type Fixture struct {
	Port crm.Port
	// Touch changes the record on the side, so that its modification time moves.
	Touch func(t *testing.T, module record.Module, id string)
	// Delete deletes a record, and Merge merges the loser into the survivor, as users of the side do.
	Delete func(t *testing.T, module record.Module, id string)
	Merge  func(t *testing.T, module record.Module, loser, survivor string)
	// AddView makes a view of the records whose field has that value, or of all records if no field is named.
	AddView  func(t *testing.T, module record.Module, name, field, value string) (id string)
	DropView func(t *testing.T, id string)
	// MarkerField is the name of the field for our marker. Marker tells whether it exists and is unique.
	MarkerField string
	Marker      bool
	// MergeTrace is set where the side tells which record another was merged into.
	MergeTrace bool
}

func (f Fixture) needsMarker(t *testing.T) {
	t.Helper()
	if !f.Marker {
		t.Skip("this organisation has no unique marker field")
	}
}

var modules = []record.Module{record.Accounts, record.Contacts, record.Products}

// all reads a module to its end.
func all(t *testing.T, p crm.Port, module record.Module, q crm.ReadQuery) []record.Record {
	t.Helper()
	var out []record.Record
	for {
		page, err := p.Read(t.Context(), module, q)
		require.NoError(t, err)
		out = append(out, page.Records...)
		if len(page.Records) == 0 || !page.More {
			return out
		}
		require.NotEqual(t, q.After, page.Next, "the cursor moves")
		q.After = page.Next
	}
}

func ids(records []record.Record) []string {
	out := make([]string, len(records))
	for i, r := range records {
		out[i] = r.ID
	}
	return out
}

func requireKind(t *testing.T, err error, kind record.Kind) {
	t.Helper()
	require.Error(t, err)
	require.True(t, record.IsKind(err, kind), "%v is %s", err, record.KindOf(err))
}

// oldestRecords returns the oldest records of a module. Other tests do not use these.
func oldestRecords(t *testing.T, f Fixture, module record.Module, n int) []record.Record {
	t.Helper()
	page, err := f.Port.Read(t.Context(), module, crm.ReadQuery{Limit: n})
	require.NoError(t, err)
	require.Len(t, page.Records, n)
	return page.Records
}
