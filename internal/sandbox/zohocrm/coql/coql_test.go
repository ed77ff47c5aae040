package coql_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"causeway/internal/sandbox/zohocrm/coql"
	"causeway/internal/sandbox/zohocrm/metadata"
)

func fields(m *metadata.Module) *metadata.FieldSet { return metadata.NewFieldSet(m, nil, "unique") }

func TestAQueryIsReadWithItsColumnsOrderAndPage(t *testing.T) {
	t.Parallel()
	q, err := coql.Parse("SELECT Last_Name, Account_Name.Phone FROM contacts WHERE (id > 0 and Email is not null) ORDER BY Modified_Time DESC, id LIMIT 10 OFFSET 20", fields)
	require.Nil(t, err)
	require.Equal(t, "Contacts", q.Module.API)
	require.Equal(t, "Account_Name.Phone", q.Columns[1].Name())
	require.Equal(t, "and", q.Where.Join)
	require.True(t, q.Order[0].Desc)
	require.False(t, q.Order[1].Desc)
	require.Equal(t, [2]int{10, 20}, [2]int{q.Limit, q.Offset})
	q, err = coql.Parse("select id from Accounts where id > 0", fields)
	require.Nil(t, err)
	require.Equal(t, [2]int{200, 0}, [2]int{q.Limit, q.Offset}, "the default")
}

func TestASyntaxErrorNamesItsPlace(t *testing.T) {
	t.Parallel()
	for src, details := range map[string]map[string]any{
		"update Accounts":                            {"line": 1, "column": 1, "near": "update"},
		"select id\nfrom Accounts where id >":        {"line": 2, "column": 25, "near": "<EOF>"},
		"select id from Accounts where id = 1 odd":   {"line": 1, "column": 38, "near": "odd"},
		"select id from Accounts where Phone = 'o''": {"line": 1, "column": 39, "near": "'o'"},
	} {
		_, err := coql.Parse(src, fields)
		require.NotNil(t, err, src)
		require.Equal(t, "SYNTAX_ERROR", err.Code)
		require.Equal(t, details, err.Details, src)
	}
}

func TestAQueryThatDoesNotSuitTheFieldsIsRefused(t *testing.T) {
	t.Parallel()
	for src, code := range map[string]string{
		"select Odd from Accounts where id > 0":         "INVALID_QUERY",
		"select id from Odd where id > 0":               "INVALID_MODULE",
		"select id from Accounts where Phone > '1'":     "INVALID_QUERY",
		"select id from Accounts where Employees = 'x'": "INVALID_QUERY",
		"select Phone, Phone from Accounts where id>0":  "DUPLICATE_DATA",
		"select id from Accounts where id>0 limit 2001": "LIMIT_EXCEEDED",
	} {
		_, err := coql.Parse(src, fields)
		require.NotNil(t, err, src)
		require.Equal(t, code, err.Code, src)
	}
}
