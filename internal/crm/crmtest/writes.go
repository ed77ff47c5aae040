package crmtest

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"causeway/internal/crm"
	"causeway/internal/record"
)

var made atomic.Int64

// newWrite returns a record that no test has made before.
func newWrite(module record.Module, name string) crm.Write {
	n := made.Add(1)
	w := crm.Write{Marker: fmt.Sprintf("conformance:%d:%d", time.Now().UnixNano(), n), Values: record.Values{}}
	switch module {
	case record.Contacts:
		w.Values["First_Name"], w.Values["Last_Name"] = "Conny", name
	case record.Products:
		w.Values["Product_Name"] = name
	default:
		w.Values["Account_Name"] = name
	}
	return w
}

// upsert makes or finds records, all of which must be accepted.
func upsert(t *testing.T, f Fixture, module record.Module, writes ...crm.Write) []crm.Written {
	t.Helper()
	done, err := f.Port.Upsert(t.Context(), module, writes)
	require.NoError(t, err)
	require.Len(t, done, len(writes))
	for _, w := range done {
		require.NoError(t, w.Err)
		require.NotEmpty(t, w.ID)
		require.False(t, w.Modified.IsZero())
	}
	return done
}

func upserts(t *testing.T, f Fixture) {
	f.needsMarker(t)
	for _, m := range modules {
		count, err := f.Port.Count(t.Context(), m)
		require.NoError(t, err)
		// One name for all: it is the marker that tells them apart.
		writes := []crm.Write{newWrite(m, "Namesake"), newWrite(m, "Namesake"), newWrite(m, "Namesake")}
		first := upsert(t, f, m, writes[:2]...)
		again := upsert(t, f, m, writes[2], writes[1], writes[0])
		require.True(t, first[0].Created)
		require.True(t, first[1].Created)
		require.NotEqual(t, first[0].ID, first[1].ID)
		require.True(t, again[0].Created)
		require.False(t, again[1].Created)
		require.False(t, again[2].Created)
		require.Equal(t, []string{first[1].ID, first[0].ID}, []string{again[1].ID, again[2].ID}, "in the order asked")
		after, err := f.Port.Count(t.Context(), m)
		require.NoError(t, err)
		require.Equal(t, count+3, after)
		page, err := f.Port.Read(t.Context(), m, crm.ReadQuery{IDs: []string{first[0].ID}, Fields: []string{f.MarkerField}})
		require.NoError(t, err)
		require.Equal(t, writes[0].Marker, page.Records[0].Marker)
	}
}

// refusedUpserts: a refused record is named, and keeps no other from being written.
func refusedUpserts(t *testing.T, f Fixture) {
	f.needsMarker(t)
	good, bad := newWrite(record.Accounts, "Good"), newWrite(record.Accounts, "Bad")
	delete(bad.Values, "Account_Name")
	done, err := f.Port.Upsert(t.Context(), record.Accounts, []crm.Write{bad, good, bad})
	require.NoError(t, err)
	require.Len(t, done, 3)
	for _, i := range []int{0, 2} {
		requireKind(t, done[i].Err, record.Invalid)
		require.ErrorContains(t, done[i].Err, "Account_Name")
		require.False(t, record.IsAmbiguous(done[i].Err))
	}
	require.NoError(t, done[1].Err)
	require.True(t, done[1].Created)
	done, err = f.Port.Upsert(t.Context(), record.Accounts, []crm.Write{bad})
	require.NoError(t, err, "none was taken, and each result says so")
	requireKind(t, done[0].Err, record.Invalid)
}

func updates(t *testing.T, f Fixture) {
	f.needsMarker(t)
	a, b := newWrite(record.Accounts, "Before A"), newWrite(record.Accounts, "Before B")
	a.Values["Phone"], a.Values["Website"] = "1", "a.example"
	had := upsert(t, f, record.Accounts, a, b)
	unknown, late := "5820000099999999", newWrite(record.Accounts, "").Marker
	done, err := f.Port.Update(t.Context(), record.Accounts, []crm.Write{
		{ID: had[0].ID, Values: record.Values{"Account_Name": "After A", "Website": nil}},
		{ID: unknown, Values: record.Values{"Account_Name": "Nobody"}},
		{ID: had[1].ID, Marker: late},
		{ID: had[1].ID, Values: record.Values{"Account_Name": strings.Repeat("x", 1000)}},
	})
	require.NoError(t, err)
	require.Len(t, done, 4)
	require.NoError(t, done[0].Err)
	require.Equal(t, had[0].ID, done[0].ID)
	require.False(t, done[0].Created)
	require.False(t, done[0].Modified.Before(had[0].Modified))
	requireKind(t, done[1].Err, record.NotFound)
	require.ErrorContains(t, done[1].Err, unknown)
	require.NoError(t, done[2].Err)
	requireKind(t, done[3].Err, record.Invalid)
	require.ErrorContains(t, done[3].Err, "Account_Name")
	require.ErrorContains(t, done[3].Err, had[1].ID)

	got, err := f.Port.Get(t.Context(), record.Accounts, had[0].ID)
	require.NoError(t, err)
	require.Equal(t, "After A", got.Name)
	require.Equal(t, "1", got.Values["Phone"], "what is not named stays")
	require.NotContains(t, got.Values, "Website", "null clears")
	require.Equal(t, a.Marker, got.Marker)
	got, err = f.Port.Get(t.Context(), record.Accounts, had[1].ID)
	require.NoError(t, err)
	require.Equal(t, late, got.Marker)
	require.Equal(t, "Before B", got.Name)
}

// takenMarker: a marker belongs to one record, and a second record is refused it.
func takenMarker(t *testing.T, f Fixture) {
	f.needsMarker(t)
	a, b := newWrite(record.Products, "Marked"), newWrite(record.Products, "Other")
	had := upsert(t, f, record.Products, a, b)
	done, err := f.Port.Update(t.Context(), record.Products, []crm.Write{{ID: had[1].ID, Marker: a.Marker}})
	require.NoError(t, err)
	requireKind(t, done[0].Err, record.Conflict)
}

// clearMarker: many markers are cleared in one call. A deleted record, or one already cleared, does not affect the
// others.
func clearMarker(t *testing.T, f Fixture) {
	f.needsMarker(t)
	for _, m := range modules {
		writes := []crm.Write{newWrite(m, "Was ours"), newWrite(m, "Was ours too"), newWrite(m, "Stays ours")}
		had := upsert(t, f, m, writes...)
		const unknown = "5820000099999999"
		for range 2 {
			done, err := f.Port.Update(t.Context(), m, []crm.Write{{ID: had[0].ID, ClearMarker: true}, {ID: unknown, ClearMarker: true}, {ID: had[1].ID, ClearMarker: true}})
			require.NoError(t, err)
			require.NoError(t, done[0].Err)
			requireKind(t, done[1].Err, record.NotFound)
			require.NoError(t, done[2].Err)
		}
		for i, want := range []string{"", "", writes[2].Marker} {
			got, err := f.Port.Get(t.Context(), m, had[i].ID)
			require.NoError(t, err)
			require.Equal(t, want, got.Marker)
			require.Contains(t, got.Name, []string{"Was ours", "Was ours too", "Stays ours"}[i], "the rest stays")
		}
		again := upsert(t, f, m, writes[0])
		require.True(t, again[0].Created)
		require.NotEqual(t, had[0].ID, again[0].ID, "an upsert by it makes a new one")
		done, err := f.Port.Update(t.Context(), m, []crm.Write{{ID: had[1].ID, Marker: writes[1].Marker}})
		require.NoError(t, err)
		require.NoError(t, done[0].Err, "it is free")
	}
}

func manyWrites(t *testing.T, f Fixture) {
	f.needsMarker(t)
	most := f.Port.Capabilities().MaxWrites
	require.Positive(t, most)
	var writes []crm.Write
	for range most {
		writes = append(writes, newWrite(record.Accounts, "Many"))
	}
	done := upsert(t, f, record.Accounts, writes...)
	var all []string
	for i := range done {
		all = append(all, done[i].ID)
	}
	slices.Sort(all)
	require.Len(t, slices.Compact(all), most)

	writes = append(writes, newWrite(record.Accounts, "One too many"))
	for _, call := range []func() ([]crm.Written, error){
		func() ([]crm.Written, error) { return f.Port.Upsert(t.Context(), record.Accounts, writes) },
		func() ([]crm.Written, error) { return f.Port.Update(t.Context(), record.Accounts, writes) },
	} {
		done, err := call()
		requireKind(t, err, record.Invalid)
		require.Empty(t, done)
		require.False(t, record.IsAmbiguous(err), "nothing was sent")
	}
	done, err := f.Port.Upsert(t.Context(), record.Accounts, nil)
	require.NoError(t, err)
	require.Empty(t, done)
}

// markerField: whether records can be created exactly once shows in the fields.
func markerField(t *testing.T, f Fixture) {
	for _, m := range modules {
		fields, err := f.Port.Fields(t.Context(), m)
		require.NoError(t, err)
		at := slices.IndexFunc(fields, func(x record.Field) bool { return x.Name == f.MarkerField })
		require.Equal(t, f.Marker, at >= 0 && fields[at].Unique)
	}
}
