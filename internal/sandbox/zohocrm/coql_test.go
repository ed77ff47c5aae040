package zohocrm_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestCOQLConditionsChooseRows(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	a := c.create("Accounts",
		m{"Account_Name": "O'Brien", "Employees": 10, "Annual_Revenue": 1.5, "Billing_City": "Köln"},
		m{"Account_Name": "Beta", "Employees": 200})
	c.pass(time.Hour)
	p := c.create("Contacts", m{"Last_Name": "One", "Account_Name": m{"id": a[0]}, "Email_Opt_Out": true}, m{"Last_Name": "Two", "Date_of_Birth": "1990-05-01"})
	for where, want := range map[string][]string{
		"Accounts where Account_Name = 'o\\'brien'":                                     {a[0]},
		"Accounts where Account_Name = 'O''Brien'":                                      {a[0]},
		"Accounts where Account_Name != 'Beta'":                                         {a[0]},
		"Accounts where Account_Name like '%e%'":                                        {a[0], a[1]},
		"Accounts where Account_Name like 'b%'":                                         {a[1]},
		"Accounts where Account_Name not like 'b%'":                                     {a[0]},
		"Accounts where Account_Name in ('Beta', 'Gamma')":                              {a[1]},
		"Accounts where Account_Name not in ('Beta', 'Gamma')":                          {a[0]},
		"Accounts where Employees > 10":                                                 {a[1]},
		"Accounts where Employees between 10 and 199":                                   {a[0]},
		"Accounts where Annual_Revenue <= 1.5":                                          {a[0]},
		"Accounts where Billing_City is null":                                           {a[1]},
		"Accounts where Billing_City is not null":                                       {a[0]},
		"Accounts where (Employees = 10 and Billing_City = 'köln')":                     {a[0]},
		"Accounts where ((Employees = 10 or Employees = 200) and Billing_City = 'x')":   nil,
		"Accounts where id in (" + a[1] + ", '" + a[0] + "') order by id desc":          {a[1], a[0]},
		"Accounts where id between " + a[0] + " and " + a[1]:                            {a[0], a[1]},
		"Accounts where id not in (" + a[0] + ")":                                       {a[1]},
		"Accounts where id is not null order by Employees desc":                         {a[1], a[0]},
		"Accounts where (id = " + a[0] + " or Account_Name = 'Beta')":                   {a[0], a[1]},
		"Accounts where id > 0 order by Account_Name asc limit 1, 5":                    {a[0]},
		"Accounts where id > 0 order by Account_Name limit 1 offset 1":                  {a[0]},
		"Accounts where Created_Time < '2026-03-01T12:00:01+00:00'":                     {a[0], a[1]},
		"Accounts where Modified_Time >= '2026-03-01T13:00:00+01:00'":                   {a[0], a[1]},
		"Contacts where Account_Name.Account_Name = 'O\\'Brien'":                        {p[0]},
		"Contacts where Account_Name.Employees > 5":                                     {p[0]},
		"Contacts where Account_Name = '" + a[0] + "'":                                  {p[0]},
		"Contacts where Account_Name is null":                                           {p[1]},
		"Contacts where Email_Opt_Out = true":                                           {p[0]},
		"Contacts where Date_of_Birth >= '1990-01-01'":                                  {p[1]},
		"Contacts where Owner = '5540230000000235011'":                                  p,
		"Contacts where (Modified_Time > '2026-03-01T12:30:00Z' and id > " + p[0] + ")": {p[1]},
	} {
		re := c.coql("select id from " + where)
		require.Equal(t, want, re.ids(), "%s: %s", where, re.raw)
		if want == nil {
			require.Equal(t, http.StatusNoContent, re.status)
		}
	}
}

func TestCOQLRowsHoldIDAndColumnsInTheirForms(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	a := c.create("Accounts", m{"Account_Name": "A"})[0]
	p := c.create("Contacts", m{"Last_Name": "B", "Account_Name": m{"id": a}}, m{"Last_Name": "C"})
	re := c.coql("SELECT Last_Name, Account_Name, Account_Name.Account_Name, Owner, Modified_Time FROM Contacts WHERE id > 0 LIMIT 1")
	require.Equal(t, m{"id": p[0], "Last_Name": "B", "Account_Name": m{"id": a}, "Account_Name.Account_Name": "A",
		"Owner": m{"id": "5540230000000235011"}, "Modified_Time": "2026-03-01T12:00:00+00:00"}, normal(re.data()[0]))
	require.Equal(t, map[string]any{"count": 1.0, "more_records": true}, re.info())
	require.Equal(t, false, c.coql("select id from Contacts where id > 0 limit 2").info()["more_records"])
}

func normal(v map[string]any) m {
	for name, item := range v {
		if object, ok := item.(map[string]any); ok {
			v[name] = normal(object)
		}
	}
	return v
}

func TestCOQLSaysWhatIsWrongWithAQuery(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	for query, want := range map[string][]string{
		"select id from Accounts":                                                          {"SYNTAX_ERROR", `"clause":"where"`, "missing clause"},
		"select id where id > 0":                                                           {"SYNTAX_ERROR", `"clause":"from"`},
		"update Accounts":                                                                  {"SYNTAX_ERROR", `"near":"update"`, `"line":1`, `"column":1`},
		"select id from Accounts where id >":                                               {"SYNTAX_ERROR", `"near":"\u003cEOF\u003e"`},
		"select id from Accounts where Account_Name = 'open":                               {"SYNTAX_ERROR", `"column":46`},
		"select id from Accounts where id > 0 and id > 1 and id > 2":                       {"SYNTAX_ERROR", `"near":"and"`},
		"select id from Accounts where (id > 0":                                            {"SYNTAX_ERROR"},
		"select id from Accounts where id > 0 nonsense":                                    {"SYNTAX_ERROR", `"near":"nonsense"`},
		"select id, Nope from Accounts where id > 0":                                       {"INVALID_QUERY", `"column_name":"Nope"`, "unsupported column"},
		"select id from Accounts where Nope = 1":                                           {"INVALID_QUERY", `"column_name":"Nope"`},
		"select Phone.Phone from Accounts where id > 0":                                    {"INVALID_QUERY", `"column_name":"Phone.Phone"`},
		"select id from Accounts where Phone > '1'":                                        {"INVALID_QUERY", `"operator":"\u003e"`, `"column_name":"Phone"`, `"reason"`},
		"select id from Accounts where Employees = 'many'":                                 {"INVALID_QUERY", `"column_name":"Employees"`},
		"select id from Accounts where Modified_Time > 'today'":                            {"INVALID_QUERY", "Modified_Time"},
		"select id, Phone, Phone from Accounts where id > 0":                               {"DUPLICATE_DATA", "duplicate select column"},
		"select id from Nonsense where id > 0":                                             {"INVALID_MODULE", "the given module is not supported in api"},
		"select id from Accounts where id > 0 limit 0":                                     {"INVALID_DATA", "limit should be greater than 0"},
		"select id from Accounts where id > 0 limit 2001":                                  {"LIMIT_EXCEEDED", `"limit":2000`},
		"select id from Accounts where id > 0 limit 9900, 200":                             {"LIMIT_EXCEEDED", `"limit":10000`},
		"select id from Accounts where id in (1" + strings.Repeat(",1", 100) + ")":         {"LIMIT_EXCEEDED", `"clause":"in"`},
		"select id from Accounts where id > 0 order by id" + strings.Repeat(", Phone", 10): {"LIMIT_EXCEEDED", `"clause":"order by"`},
	} {
		re := c.coql(query)
		require.Equal(t, http.StatusBadRequest, re.status, query)
		require.Equal(t, want[0], re.body["code"], query)
		for _, s := range want[1:] {
			require.Contains(t, re.raw, s, query)
		}
	}
	require.Equal(t, "MANDATORY_NOT_FOUND", c.call(http.MethodPost, "coql", `{}`).code())
	require.Equal(t, "INVALID_DATA", c.call(http.MethodPost, "coql", `no`).code())
}

// It reads records that share their times, by id and by time, in pages of any size.
func TestReadsByKeyGiveEachRecordOnce(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	var ids []string
	for range 12 {
		ids = append(ids, c.create("Accounts", m{"Account_Name": "A"}, m{"Account_Name": "B", "Phone": "1"}, m{"Account_Name": "A"})...)
		c.pass(time.Second)
	}
	var named []string
	for i, id := range ids {
		if i%3 != 1 {
			named = append(named, id)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		size := rapid.IntRange(1, 40).Draw(rt, "page size")
		byTime := rapid.Bool().Draw(rt, "by time")
		filter, want := "", ids
		if rapid.Bool().Draw(rt, "with a condition that SQL does not see") {
			filter, want = "Account_Name = 'a' and ", named
		}
		got := c.readByKey(size, byTime, filter)
		if fmt.Sprint(got) != fmt.Sprint(want) {
			rt.Fatalf("got %v, want %v", got, want)
		}
	})
}

func (c *crm) readByKey(size int, byTime bool, filter string) []string {
	lastID, lastTime, got := "0", "2000-01-01T00:00:00+00:00", []string{}
	for {
		where, order := "id > "+lastID, "id"
		if byTime {
			where = fmt.Sprintf("(Modified_Time > '%s' or (Modified_Time = '%s' and id > %s))", lastTime, lastTime, lastID)
			order = "Modified_Time asc, id asc"
		}
		re := c.coql(fmt.Sprintf("select Modified_Time from Accounts where %s%s order by %s limit %d", filter, where, order, size))
		if re.status == http.StatusNoContent {
			return got
		}
		require.Equal(c.t, http.StatusOK, re.status, re.raw)
		got = append(got, re.ids()...)
		last := re.data()[len(re.data())-1]
		lastID, lastTime = last["id"].(string), last["Modified_Time"].(string)
		if re.info()["more_records"] == false {
			return got
		}
	}
}

// It sends random queries.
func TestCOQLNeverPanics(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	c.create("Accounts", m{"Account_Name": "A"})
	words := []string{"select", "id", "from", "Accounts", "where", "(", ")", "=", ">", "'x'", "1", "and", "or", "in", ",", "like", "is", "null", "not",
		"between", "order", "by", "limit", "Account_Name", "Parent_Account.Account_Name", "'", "\\", "Modified_Time", "'2026-01-01T00:00:00Z'", "%", "ü"}
	rapid.Check(t, func(rt *rapid.T) {
		tail := rapid.SliceOfN(rapid.SampledFrom(words), 0, 12).Draw(rt, "words")
		query := rapid.SampledFrom([]string{"", "select id from Accounts where "}).Draw(rt, "head") + strings.Join(tail, " ")
		if re := c.coql(query); re.status >= 500 {
			rt.Fatalf("%s: %s", query, re.raw)
		}
	})
}

func TestCostsAreThoseOfTheContract(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	records := func(n int) string { return `{"data":[{}` + strings.Repeat(",{}", n-1) + `]}` }
	query := func(limit int) string {
		return fmt.Sprintf(`{"select_query":"select id from Accounts where id > 0 limit %d"}`, limit)
	}
	for _, tc := range []struct {
		method, path, body string
		cost               int
	}{
		{"GET", "Accounts?fields=id", "", 1}, {"GET", "Accounts?fields=id&cvid=1", "", 3}, {"GET", "Accounts/deleted", "", 2},
		{"GET", "settings/fields?module=Accounts", "", 1}, {"POST", "Accounts", records(1), 1}, {"POST", "Accounts/upsert", records(11), 2},
		{"PUT", "Accounts", records(100), 10}, {"POST", "coql", query(200), 1}, {"POST", "coql", query(201), 2},
		{"POST", "coql", query(2000), 3}, {"POST", "coql", "nonsense", 1},
	} {
		r, err := http.NewRequestWithContext(context.Background(), tc.method, "/crm/v8/"+tc.path, nil)
		require.NoError(t, err)
		require.Equal(t, tc.cost, c.org.Cost(r, []byte(tc.body)), tc.path)
	}
}
