package zoho

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"causeway/internal/crm"
	"causeway/internal/record"
	"causeway/internal/zohoapi/contracttest"
)

func golden(t *testing.T, file string) *Client {
	t.Helper()
	return New(Config{Connection: "golden", Credential: record.Credential{AccountsURL: contracttest.Serve(t, file)}})
}

func TestAScanIsKeyedByID(t *testing.T) {
	t.Parallel()
	c := golden(t, "scan.json")
	q := crm.ReadQuery{Fields: []string{"Email", "Phone", "Account_Name.name"}, Limit: 2}
	page, err := c.Read(t.Context(), record.Contacts, q)
	require.NoError(t, err)
	require.True(t, page.More)
	require.Equal(t, record.Cursor{ID: "5820000000000102"}, page.Next)

	first, second := page.Records[0], page.Records[1]
	require.Equal(t, "Ana Trujillo", first.Name)
	require.Equal(t, "ana@example.com", first.Email)
	require.Equal(t, "5820000000000001", first.ParentID)
	require.True(t, time.Date(2026, 1, 2, 4, 30, 0, 0, time.UTC).Equal(first.Modified))
	require.Equal(t, record.Values{"First_Name": "Ana", "Last_Name": "Trujillo", "Full_Name": "Ana Trujillo", "Email": "ana@example.com",
		"Phone": "(5) 555-4729", "Account_Name": map[string]any{"id": "5820000000000001", "name": "Ana Trujillo Emparedados"}}, first.Values)
	require.Equal(t, "Moreno", second.Name)
	require.Equal(t, record.Values{"Last_Name": "Moreno"}, second.Values)

	q.After = page.Next
	page, err = c.Read(t.Context(), record.Contacts, q)
	require.NoError(t, err)
	require.False(t, page.More)
}

func TestAnIncrementalReadIsKeyedByTimeAndID(t *testing.T) {
	t.Parallel()
	c := golden(t, "incremental.json")
	q := crm.ReadQuery{Since: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)}
	page, err := c.Read(t.Context(), record.Products, q)
	require.NoError(t, err)
	require.Equal(t, "P1", page.Records[0].SKU)
	q.After = page.Next
	page, err = c.Read(t.Context(), record.Products, q)
	require.NoError(t, err)
	require.Empty(t, page.Records)
}

func TestRefusalsKeepCodeMessageAndRecord(t *testing.T) {
	t.Parallel()
	c := golden(t, "refusals.json")
	for _, want := range []struct {
		kind record.Kind
		code string
	}{{record.NotFound, "INVALID_DATA"}, {record.NotFound, "NO_CONTENT"}, {record.Unauthorized, "NO_PERMISSION"},
		{record.Unauthorized, "OAUTH_SCOPE_MISMATCH"}, {record.Invalid, "INVALID_MODULE"}} {
		_, err := c.Get(t.Context(), record.Accounts, "1")
		var e *record.Error
		require.ErrorAs(t, err, &e)
		require.Equal(t, want.kind, e.Kind)
		require.Equal(t, want.code, e.Code)
		require.Equal(t, "1", e.RecordID)
		require.NotEmpty(t, e.Message)
	}
}

func TestMoreThanFiftyColumnsAreSplitAndEachPartHasTheID(t *testing.T) {
	t.Parallel()
	var fields []string
	for i := range 120 {
		fields = append(fields, fmt.Sprint("Field_", i))
	}
	c, err := columnsOf(record.Accounts, fields)
	require.NoError(t, err)
	first, rest := c.split()
	require.Len(t, first, maxColumns)
	seen := slices.Clone(first)
	for _, part := range rest {
		require.LessOrEqual(t, len(part), maxColumns)
		require.Equal(t, "id", part[0])
		seen = append(seen, part[1:]...)
	}
	require.Equal(t, c.names, seen)
}

// A cursor comes from the store. No part of it may become part of the query language.
func TestACursorCannotChangeTheQuery(t *testing.T) {
	t.Parallel()
	q := crm.ReadQuery{After: record.Cursor{ID: "1' or id > '0"}}
	require.Regexp(t, regexp.MustCompile(`^id > '\d+'$`), where(q))
	require.Equal(t, 2, strings.Count(where(q), "'"))
}
