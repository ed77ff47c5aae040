package crmtest

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"causeway/internal/crm"
	"causeway/internal/record"
)

// deletions reads the whole list of what was deleted since a time.
func deletions(t *testing.T, f Fixture, module record.Module, since time.Time) map[string]time.Time {
	t.Helper()
	out := map[string]time.Time{}
	for page := 1; ; page++ {
		got, err := f.Port.Deleted(t.Context(), module, crm.DeletedQuery{Since: since, Page: page})
		require.NoError(t, err)
		for _, d := range got.Deletions {
			require.NotContains(t, out, d.ID, "it comes once")
			require.False(t, d.At.Before(since))
			out[d.ID] = d.At
		}
		if !got.More {
			return out
		}
		require.NotEmpty(t, got.Deletions)
	}
}

func deleted(t *testing.T, f Fixture) {
	for _, m := range modules {
		gone := oldestRecords(t, f, m, 2)
		before, err := f.Port.Newest(t.Context(), m)
		require.NoError(t, err)
		for _, r := range gone {
			f.Delete(t, m, r.ID)
		}
		since := deletions(t, f, m, before)
		for _, r := range gone {
			require.Contains(t, since, r.ID)
			require.Contains(t, deletions(t, f, m, since[r.ID]), r.ID, "at that instant, too")
			require.NotContains(t, deletions(t, f, m, since[r.ID].Add(2*time.Second)), r.ID)
			require.Contains(t, deletions(t, f, m, time.Time{}), r.ID)
			_, err := f.Port.Survivor(t.Context(), m, r.ID)
			requireKind(t, err, record.NotFound)
		}
	}
	require.GreaterOrEqual(t, f.Port.Capabilities().DeletedHorizon, 24*time.Hour)
}

func merged(t *testing.T, f Fixture) {
	var loser, survivor string
	for _, c := range all(t, f.Port, record.Contacts, crm.ReadQuery{}) {
		switch {
		case c.ParentID == "" || c.ParentID == loser:
		case loser == "":
			loser = c.ParentID
		case survivor == "":
			survivor = c.ParentID
		}
	}
	stands, err := f.Port.Survivor(t.Context(), record.Accounts, loser)
	require.NoError(t, err)
	require.Equal(t, loser, stands, "it stands for itself")
	moved := ids(all(t, f.Port, record.Contacts, crm.ReadQuery{Parent: loser}))
	require.NotEmpty(t, moved)

	f.Merge(t, record.Accounts, loser, survivor)
	require.Contains(t, deletions(t, f, record.Accounts, time.Time{}), loser)
	require.Subset(t, ids(all(t, f.Port, record.Contacts, crm.ReadQuery{Parent: survivor})), moved)
	stands, err = f.Port.Survivor(t.Context(), record.Accounts, loser)
	if !f.MergeTrace {
		requireKind(t, err, record.NotFound)
		return
	}
	require.NoError(t, err)
	require.Equal(t, survivor, stands)
}

func byParent(t *testing.T, f Fixture) {
	want := map[string][]string{}
	for _, c := range all(t, f.Port, record.Contacts, crm.ReadQuery{}) {
		want[c.ParentID] = append(want[c.ParentID], c.ID)
	}
	delete(want, "")
	most := ""
	for account, contacts := range want {
		if len(contacts) > len(want[most]) {
			most = account
		}
	}
	require.Greater(t, len(want[most]), 1, "the fixture has an account with contacts")
	for _, limit := range []int{0, 1} {
		require.Equal(t, want[most], ids(all(t, f.Port, record.Contacts, crm.ReadQuery{Parent: most, Limit: limit})))
	}
	require.Empty(t, all(t, f.Port, record.Contacts, crm.ReadQuery{Parent: "5820000099999999"}))
}

func byIDs(t *testing.T, f Fixture) {
	whole := all(t, f.Port, record.Accounts, crm.ReadQuery{})
	asked := append(ids(whole[:49]), "5820000099999999")
	page, err := f.Port.Read(t.Context(), record.Accounts, crm.ReadQuery{IDs: asked})
	require.NoError(t, err)
	require.Equal(t, whole[:49], page.Records, "the same as a scan gives")
	require.False(t, page.More)
	_, err = f.Port.Read(t.Context(), record.Accounts, crm.ReadQuery{IDs: append(asked, "1")})
	requireKind(t, err, record.Invalid)
}

// members reads a whole view. Members are a set: one may be returned twice.
func members(t *testing.T, f Fixture, module record.Module, view string) []string {
	t.Helper()
	var out []string
	var after record.Cursor
	for {
		page, err := f.Port.ViewMembers(t.Context(), module, view, after)
		require.NoError(t, err)
		out = append(out, page.IDs...)
		if !page.More {
			slices.Sort(out)
			return slices.Compact(out)
		}
		require.NotEqual(t, after, page.Next, "the cursor moves")
		after = page.Next
	}
}

func views(t *testing.T, f Fixture) {
	for module, field := range map[record.Module]string{record.Accounts: "Account_Name", record.Contacts: "Last_Name", record.Products: "Product_Name"} {
		records := all(t, f.Port, module, crm.ReadQuery{})
		value, _ := records[0].Values[field].(string)
		var want []string
		for _, r := range records {
			if r.Values[field] == value {
				want = append(want, r.ID)
			}
		}
		one, every, none := f.AddView(t, module, "One name", field, value), f.AddView(t, module, "Everything", "", ""),
			f.AddView(t, module, "Nothing", field, "nobody has this name")
		listed, err := f.Port.Views(t.Context(), module)
		require.NoError(t, err)
		for id, name := range map[string]string{one: "One name", every: "Everything", none: "Nothing"} {
			require.Contains(t, listed, record.View{ID: id, Name: name})
		}
		require.Equal(t, want, members(t, f, module, one))
		require.Equal(t, ids(records), members(t, f, module, every))
		require.Empty(t, members(t, f, module, none))
	}
}

func viewGone(t *testing.T, f Fixture) {
	view := f.AddView(t, record.Accounts, "Soon gone", "", "")
	page, err := f.Port.ViewMembers(t.Context(), record.Accounts, view, record.Cursor{})
	require.NoError(t, err)
	require.True(t, page.More, "the fixture has more accounts than a page")
	f.DropView(t, view)
	for _, after := range []record.Cursor{{}, page.Next} {
		_, err = f.Port.ViewMembers(t.Context(), record.Accounts, view, after)
		requireKind(t, err, record.NotFound)
		var e *record.Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, "VIEW_DELETED", e.Code)
		require.Equal(t, view, e.RecordID)
		require.NotEmpty(t, e.Remedy)
	}
	listed, err := f.Port.Views(t.Context(), record.Accounts)
	require.NoError(t, err)
	require.False(t, slices.ContainsFunc(listed, func(v record.View) bool { return v.ID == view }))
}

// viewCursor: a cursor that the side no longer accepts starts the view again, since members are a set.
func viewCursor(t *testing.T, f Fixture) {
	view, other := f.AddView(t, record.Accounts, "A", "", ""), f.AddView(t, record.Accounts, "B", "", "")
	first, err := f.Port.ViewMembers(t.Context(), record.Accounts, other, record.Cursor{})
	require.NoError(t, err)
	page, err := f.Port.ViewMembers(t.Context(), record.Accounts, view, first.Next)
	require.NoError(t, err)
	require.Equal(t, first.IDs, page.IDs)
}
