package zoho

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"causeway/internal/crm"
	"causeway/internal/record"
)

func TestEachRecordOfAWriteHasItsOwnResult(t *testing.T) {
	t.Parallel()
	c := golden(t, "writes.json")
	horn := record.Values{"Account_Name": "Around the Horn", "Phone": "(171) 555-7788"}
	done, err := c.Upsert(t.Context(), record.Accounts, []crm.Write{{Marker: "m1", Values: horn},
		{Marker: "m2", Values: record.Values{"Account_Name": "Around the Horn"}}, {Marker: "m3", Values: record.Values{"Phone": "1"}},
		{Marker: "m4", Values: record.Values{"Account_Name": "B", "Parent_Account": map[string]any{"id": "7"}}}})
	require.NoError(t, err)
	require.NotContains(t, horn, markerField, "the caller's values are left alone")
	require.Equal(t, "5820000000000901", done[0].ID)
	require.True(t, done[0].Created)
	require.True(t, time.Date(2026, 1, 2, 4, 30, 0, 0, time.UTC).Equal(done[0].Modified))
	require.Equal(t, "5820000000000902", done[1].ID)
	require.False(t, done[1].Created)
	require.ErrorContains(t, done[2].Err, "required field not found (api name Account_Name) [MANDATORY_NOT_FOUND]")
	require.ErrorContains(t, done[3].Err, "invalid data (api name Parent_Account); invalid data (api name Phone) [MULTIPLE_OR_MULTI_ERRORS]")

	done, err = c.Update(t.Context(), record.Accounts, []crm.Write{{ID: "5820000000000901", Values: record.Values{"Phone": nil}},
		{ID: "5820000000000902", Marker: "m1"}, {ID: "5820000000000903", Values: record.Values{"Phone": "2"}}})
	require.NoError(t, err)
	require.NoError(t, done[0].Err)
	require.True(t, record.IsKind(done[1].Err, record.Conflict))
	require.ErrorContains(t, done[1].Err, "which record 5820000000000901 has")
	require.True(t, record.IsKind(done[2].Err, record.NotFound))
	require.ErrorContains(t, done[2].Err, "5820000000000903")

	done, err = c.Update(t.Context(), record.Accounts, []crm.Write{{ID: "5820000000000901", Values: record.Values{"Phone": "3"}}})
	require.NoError(t, err, "refused as a whole, with a result of each")
	require.ErrorContains(t, done[0].Err, "RECORD_LOCKED")
	_, err = c.Update(t.Context(), record.Accounts, []crm.Write{{ID: "5820000000000901", Values: record.Values{"Phone": "4"}}})
	require.True(t, record.IsKind(err, record.Unauthorized))
	require.False(t, record.IsAmbiguous(err))

	values := record.Values{"Phone": "5"}
	done, err = c.Update(t.Context(), record.Products, []crm.Write{{ID: "5820000000000904", ClearMarker: true}, {ID: "5820000000000905", ClearMarker: true, Values: values}})
	require.NoError(t, err, "null clears the marker")
	require.Len(t, done, 2)
	require.NotContains(t, values, markerField)
}

// A write with an unusable reply is not repeated: the golden file has one exchange per call.
func TestAReplyThatTellsNothingLeavesTheOutcomeUnknown(t *testing.T) {
	t.Parallel()
	c := golden(t, "unknown_outcomes.json")
	for range 4 {
		done, err := c.Update(t.Context(), record.Accounts, []crm.Write{{ID: "1", Values: record.Values{"Phone": "1"}}})
		require.True(t, record.IsAmbiguous(err), "%v", err)
		require.True(t, record.IsKind(err, record.Unavailable), "%v", err)
		require.Empty(t, done)
	}
}

func TestDeletionsAreListedFromTheAskedInstantOn(t *testing.T) {
	t.Parallel()
	c := golden(t, "changes.json")
	since := time.Date(2026, 1, 2, 0, 0, 0, 500, time.UTC)
	page, err := c.Deleted(t.Context(), record.Accounts, crm.DeletedQuery{Since: since})
	require.NoError(t, err)
	require.True(t, page.More)
	require.Len(t, page.Deletions, 2, "the third is older")
	require.Equal(t, "12", page.Deletions[1].ID)
	require.True(t, since.Truncate(time.Second).Equal(page.Deletions[1].At))
	page, err = c.Deleted(t.Context(), record.Accounts, crm.DeletedQuery{Since: since, Page: 2})
	require.NoError(t, err)
	require.Empty(t, page)
	page, err = c.Deleted(t.Context(), record.Accounts, crm.DeletedQuery{})
	require.NoError(t, err)
	require.Empty(t, page)

	survivor, err := c.Survivor(t.Context(), record.Accounts, "11")
	require.NoError(t, err)
	require.Equal(t, "21", survivor)
	_, err = c.Survivor(t.Context(), record.Accounts, "12")
	require.True(t, record.IsKind(err, record.NotFound))
}

func TestAViewIsReadByListAndPageToken(t *testing.T) {
	t.Parallel()
	c := golden(t, "views.json")
	views, err := c.Views(t.Context(), record.Contacts)
	require.NoError(t, err)
	require.Equal(t, []record.View{{ID: "501", Name: "Alle Kontakte"}, {ID: "502", Name: "Key people"}}, views)
	page, err := c.ViewMembers(t.Context(), record.Contacts, "502", record.Cursor{})
	require.NoError(t, err)
	require.Equal(t, crm.MemberPage{IDs: []string{"31", "32"}, Next: record.Cursor{ID: "t1"}, More: true}, page)
	page, err = c.ViewMembers(t.Context(), record.Contacts, "502", page.Next)
	require.NoError(t, err, "its token expired: it begins anew")
	require.Equal(t, crm.MemberPage{IDs: []string{"31"}}, page)
	page, err = c.ViewMembers(t.Context(), record.Contacts, "502", record.Cursor{})
	require.NoError(t, err)
	require.Empty(t, page)
	_, err = c.ViewMembers(t.Context(), record.Contacts, "502", record.Cursor{})
	require.True(t, record.IsKind(err, record.NotFound))
	require.ErrorContains(t, err, "choose another view, or `all`")
}

func TestASearchEscapesWhatItLooksFor(t *testing.T) {
	t.Parallel()
	c := golden(t, "search.json")
	found, err := c.Search(t.Context(), crm.SearchQuery{Module: record.Accounts, Name: ` Odd (One), a\b `, Limit: 20})
	require.NoError(t, err)
	require.Equal(t, `Odd (One), a\b Ltd`, found[0].Name)
	for _, q := range []crm.SearchQuery{{Module: record.Contacts, FirstName: "Ana", LastName: "Tru"}, {Module: record.Contacts, Name: "Ana"},
		{Module: record.Products, Name: "Chai"}} {
		found, err = c.Search(t.Context(), q)
		require.NoError(t, err)
		require.Empty(t, found)
	}
}

func TestAFieldTellsWhatAMapMustKnow(t *testing.T) {
	t.Parallel()
	fields, err := golden(t, "fields.json").Fields(t.Context(), record.Contacts)
	require.NoError(t, err)
	require.Equal(t, []record.Field{
		{Name: "Causeway_ID", Label: "Causeway ID", Type: "text", Length: 255, Custom: true, Unique: true},
		{Name: "Last_Name", Label: "Last Name", Type: "text", Length: 80, Required: true},
		{Name: "Account_Name", Label: "Account Name", Type: "lookup", Lookup: record.Accounts},
		{Name: "Owner", Label: "Contact Owner", Type: "ownerlookup"},
		{Name: "Salutation", Label: "Salutation", Type: "picklist", Options: []string{"Mrs.", "Mr."}},
		{Name: "Score", Label: "Score", Type: "formula", ReadOnly: true},
		{Name: "Number", Label: "Number", Type: "autonumber", ReadOnly: true},
		{Name: "Created_Time", Label: "Created Time", Type: "datetime", ReadOnly: true},
		{Name: "Layout_Thing", Label: "Thing", Type: "integer", Length: 9, ReadOnly: true},
	}, fields)
}

// The CRM keeps a job's result only for a while. It may be gone between the last poll and the download.
func TestABulkReadWhoseFileIsGoneBeginsAnew(t *testing.T) {
	t.Parallel()
	c := golden(t, "bulk_forgotten.json")
	page, err := c.ViewMembers(t.Context(), record.Accounts, "502", record.Cursor{ID: bulkCursor + bulkJob + "7"})
	require.NoError(t, err)
	require.Equal(t, crm.MemberPage{Next: record.Cursor{ID: bulkCursor}, More: true}, page)
}

func TestAllPagesOfTheViewsAreListed(t *testing.T) {
	t.Parallel()
	views, err := golden(t, "many_views.json").Views(t.Context(), record.Products)
	require.NoError(t, err)
	require.Equal(t, []record.View{{ID: "601", Name: "A"}, {ID: "602", Name: "B"}, {ID: "603", Name: "C"}}, views)
}
