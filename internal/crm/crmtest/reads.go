package crmtest

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"causeway/internal/crm"
	"causeway/internal/record"
)

func scan(t *testing.T, f Fixture) {
	for _, m := range modules {
		count, err := f.Port.Count(t.Context(), m)
		require.NoError(t, err)
		seen := map[string]bool{}
		for _, r := range all(t, f.Port, m, crm.ReadQuery{}) {
			require.False(t, seen[r.ID], "%s %s comes twice", m, r.ID)
			seen[r.ID] = true
		}
		require.Len(t, seen, count)
		require.NotZero(t, count, "the fixture has %s", m)
	}
	count, err := f.Port.Count(t.Context(), record.Accounts)
	require.NoError(t, err)
	require.Greater(t, count, f.Port.Capabilities().PageSize, "the fixture has more accounts than a page")
}

func resume(t *testing.T, f Fixture) {
	whole := all(t, f.Port, record.Accounts, crm.ReadQuery{})
	page, err := f.Port.Read(t.Context(), record.Accounts, crm.ReadQuery{Limit: 7})
	require.NoError(t, err)
	require.Len(t, page.Records, 7)
	require.True(t, page.More)
	rest := all(t, f.Port, record.Accounts, crm.ReadQuery{After: page.Next, Limit: 50})
	require.Equal(t, ids(whole), append(ids(page.Records), ids(rest)...))
}

func incremental(t *testing.T, f Fixture) {
	page, err := f.Port.Read(t.Context(), record.Products, crm.ReadQuery{Limit: 1})
	require.NoError(t, err)
	f.Touch(t, record.Products, page.Records[0].ID)
	r, err := f.Port.Get(t.Context(), record.Products, page.Records[0].ID)
	require.NoError(t, err)

	changed := all(t, f.Port, record.Products, crm.ReadQuery{Since: r.Modified})
	require.Contains(t, ids(changed), r.ID)
	for _, c := range changed {
		require.False(t, c.Modified.Before(r.Modified))
	}
	require.Empty(t, all(t, f.Port, record.Products, crm.ReadQuery{Since: time.Now().Add(24 * time.Hour)}))
}

func incrementalPages(t *testing.T, f Fixture) {
	whole := all(t, f.Port, record.Products, crm.ReadQuery{})
	first := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	paged := all(t, f.Port, record.Products, crm.ReadQuery{Since: first, Limit: 3})
	require.ElementsMatch(t, ids(whole), ids(paged))
	for i := 1; i < len(paged); i++ {
		require.False(t, paged[i].Modified.Before(paged[i-1].Modified), "in the order of time")
	}
}

func empty(t *testing.T, f Fixture) {
	after := record.Cursor{ID: strings.Repeat("9", 18)}
	page, err := f.Port.Read(t.Context(), record.Accounts, crm.ReadQuery{After: after})
	require.NoError(t, err)
	require.Empty(t, page.Records)
	require.False(t, page.More)
	require.Equal(t, after, page.Next)
}

func matching(t *testing.T, f Fixture) {
	for _, m := range modules {
		var sku, email, parent int
		for _, r := range all(t, f.Port, m, crm.ReadQuery{}) {
			require.Equal(t, record.CRM, r.Side)
			require.Equal(t, m, r.Module)
			require.NotEmpty(t, r.Name)
			require.True(t, r.Whole)
			require.False(t, r.Modified.IsZero())
			sku, email, parent = sku+len(r.SKU), email+len(r.Email), parent+len(r.ParentID)
		}
		require.Equal(t, m == record.Products, sku > 0)
		require.Equal(t, m == record.Contacts, parent > 0)
		require.True(t, m != record.Contacts || email > 0)
	}
}

func get(t *testing.T, f Fixture) {
	for _, m := range modules {
		page, err := f.Port.Read(t.Context(), m, crm.ReadQuery{Limit: 1})
		require.NoError(t, err)
		want := page.Records[0]
		got, err := f.Port.Get(t.Context(), m, want.ID)
		require.NoError(t, err)
		require.True(t, want.Modified.Equal(got.Modified))
		got.Values, want.Values = nil, nil
		got.Modified, got.Created = want.Modified, want.Created
		require.Equal(t, want, got)
	}
}

func notFound(t *testing.T, f Fixture) {
	_, err := f.Port.Get(t.Context(), record.Accounts, "5820000099999999")
	requireKind(t, err, record.NotFound)
	var e *record.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, "5820000099999999", e.RecordID)
	require.Equal(t, record.CRM, e.Side)
}

func unknownField(t *testing.T, f Fixture) {
	_, err := f.Port.Read(t.Context(), record.Accounts, crm.ReadQuery{Fields: []string{"No_Such_Field"}})
	requireKind(t, err, record.Invalid)
	require.ErrorContains(t, err, "No_Such_Field")
	_, err = f.Port.Read(t.Context(), record.Accounts, crm.ReadQuery{Fields: []string{"id from Accounts where"}})
	requireKind(t, err, record.Invalid)
}

func manyFields(t *testing.T, f Fixture) {
	fields, err := f.Port.Fields(t.Context(), record.Contacts)
	require.NoError(t, err)
	var names []string
	for _, field := range fields {
		names = append(names, field.Name)
	}
	few := all(t, f.Port, record.Contacts, crm.ReadQuery{})
	many := all(t, f.Port, record.Contacts, crm.ReadQuery{Fields: names})
	require.Equal(t, ids(few), ids(many))
	for i := range many {
		require.GreaterOrEqual(t, len(many[i].Values), len(few[i].Values))
	}
}

func lookupName(t *testing.T, f Fixture) {
	seen := false
	for _, r := range all(t, f.Port, record.Contacts, crm.ReadQuery{Fields: []string{"Account_Name.name", "Account_Name.id"}}) {
		if r.ParentID == "" {
			continue
		}
		account, ok := r.Values["Account_Name"].(map[string]any)
		require.True(t, ok)
		require.Equal(t, r.ParentID, account["id"])
		require.NotEmpty(t, account["name"])
		seen = true
	}
	require.True(t, seen)
}

func newest(t *testing.T, f Fixture) {
	for _, m := range modules {
		var want time.Time
		for _, r := range all(t, f.Port, m, crm.ReadQuery{}) {
			if r.Modified.After(want) {
				want = r.Modified
			}
		}
		got, err := f.Port.Newest(t.Context(), m)
		require.NoError(t, err)
		require.True(t, want.Equal(got))
	}
}
