package query_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"causeway/internal/sandbox/zohocrm/metadata"
	"causeway/internal/sandbox/zohocrm/query"
)

var contacts = metadata.NewFieldSet(metadata.ModuleNamed("Contacts"), nil, "unique")

func TestTheConditionOfAPageByTimeBoundsItsIndex(t *testing.T) {
	t.Parallel()
	next := query.Or(query.OnTime(query.ModifiedField, query.OpGt, 1000),
		query.And(query.OnTime(query.ModifiedField, query.OpEq, 1000), query.OnID(query.OpGt, 7)))
	text, args, exact := next.SQL()
	require.Equal(t, "(modified > ? OR (modified = ? AND id > ?))", text)
	require.Equal(t, []any{int64(1000), int64(1000), int64(7)}, args)
	require.True(t, exact)
	where, bounds := next.Bounds("modified").SQL("modified")
	require.Equal(t, []string{"modified >= ?"}, where)
	require.Equal(t, []any{int64(1000)}, bounds)
	where, _ = next.Bounds("id").SQL("id")
	require.Empty(t, where, "an or of time and id bounds no id")
}

func TestWhatSQLCannotCheckIsLeftOut(t *testing.T) {
	t.Parallel()
	name := query.OnText(contacts.ByAPI["Last_Name"], query.OpEq, "ek")
	text, _, exact := query.And(query.OnID(query.OpIn, 1, 2), name).SQL()
	require.Equal(t, "(id in (?,?))", text)
	require.False(t, exact)
	text, _, exact = query.Or(query.OnID(query.OpEq, 1), name).SQL()
	require.Empty(t, text, "a part of an or would leave records out")
	require.False(t, exact)
	require.Nil(t, query.And(nil, nil))
}

func TestALookupIsFoundByItsKeys(t *testing.T) {
	t.Parallel()
	byAccount := query.OnReference(contacts.ByAPI["Account_Name"], 7)
	require.True(t, byAccount.Keyed())
	require.True(t, query.And(query.OnID(query.OpGt, 0), byAccount).Keyed())
	require.False(t, query.Or(query.OnID(query.OpGt, 0), byAccount).Keyed())
}

func TestRecordsMeetConditionsAsInSQL(t *testing.T) {
	t.Parallel()
	account := &query.Record{ID: 7, Module: "Accounts", Values: map[string]any{"Phone": "1"}}
	record := &query.Record{ID: 1, Module: "Contacts", Modified: 1000, Values: map[string]any{"Last_Name": "Ek", "Account_Name": "7"}}
	resolve := func(_ string, id int64) (*query.Record, error) {
		if id == account.ID {
			return account, nil
		}
		return nil, nil
	}
	for criteria, want := range map[string]bool{
		"(Last_Name:equals:EK)":                           true,
		"(Last_Name:starts_with:e)":                       true,
		"(Last_Name:not_equal:Ek)":                        false,
		"(Email:not_equal:x)":                             false, // an empty value differs from nothing
		"(Email:equals:${EMPTY})":                         true,
		"(Account_Name:equals:7)":                         true,
		"((Last_Name:equals:x)or(Account_Name:in:6,7))":   true,
		"((Last_Name:equals:Ek)and(Account_Name:in:5,6))": false,
	} {
		c, err := query.ParseCriteria(criteria)
		require.NoError(t, err, criteria)
		e, err := c.Expr(contacts)
		require.NoError(t, err, criteria)
		got, err := e.Holds(record, resolve)
		require.NoError(t, err)
		require.Equal(t, want, got, criteria)
	}
	joined := query.Column{Via: contacts.ByAPI["Account_Name"], Field: metadata.NewFieldSet(metadata.ModuleNamed("Accounts"), nil, "").ByAPI["Phone"]}
	require.Equal(t, "Account_Name.Phone", joined.Name())
	phone, err := joined.Value(record, resolve)
	require.NoError(t, err)
	require.Equal(t, "1", phone)
}

func TestCriteriaThatCannotBeReadAreRefused(t *testing.T) {
	t.Parallel()
	for criteria, reason := range map[string]string{
		"Last_Name:equals:x":                     "expected (",
		"(Last_Name:equals:x":                    "left open",
		"(Last_Name:equals)":                     "Field:comparator:value",
		"((A:equals:1)and(B:equals:2)or(C:d:3))": "brackets",
	} {
		_, err := query.ParseCriteria(criteria)
		require.ErrorContains(t, err, reason, criteria)
	}
}
