package zohocrm_test

import (
	"context"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"causeway/internal/sandbox/zohocrm"
)

func view(field, comparator string, value any) zohocrm.View {
	return zohocrm.View{Name: field + " " + comparator, Criteria: &zohocrm.Criteria{Field: field, Comparator: comparator, Value: value}}
}

func TestViewsShowTheRecordsThatMeetTheirCriteria(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	ctx := context.Background()
	a := c.create("Accounts",
		m{"Account_Name": "Alpha", "Phone": "1", "Employees": 10, "Account_Type": "Customer"},
		m{"Account_Name": "Beta", "Employees": 200, "Website": "b.example"},
		m{"Account_Name": "Alphabet", "Phone": "2", "Website": "c.example", "Owner": m{"id": "5820000000090002"}})
	all := func(ids ...string) []string { return ids }
	for _, tc := range []struct {
		v    zohocrm.View
		want []string
	}{
		{view("Account_Name", "starts_with", "ALPHA"), all(a[2], a[0])},
		{view("Account_Name", "contains", "et"), all(a[2], a[1])},
		{view("Account_Name", "not_contains", "et"), all(a[0])},
		{view("Account_Name", "ends_with", "a"), all(a[1], a[0])},
		{view("Employees", "greater_than", 10), all(a[1])},
		{view("Employees", "between", []any{10, 200}), all(a[1], a[0])},
		{view("Phone", "equal", "${EMPTY}"), all(a[1])},
		{view("Phone", "not_equal", "${EMPTY}"), all(a[2], a[0])},
		{view("Phone", "in", []any{"1", "3"}), all(a[0])},
		{zohocrm.View{Name: "either", Criteria: &zohocrm.Criteria{GroupOperator: "or", Group: []zohocrm.Criteria{
			{Field: "Employees", Comparator: "equal", Value: 200}, {Field: "Phone", Comparator: "equal", Value: "2"}}}}, all(a[2], a[1])},
	} {
		id, err := c.org.AddView(ctx, "Accounts", tc.v)
		require.NoError(t, err, tc.v.Name)
		re := c.get("Accounts?fields=id&cvid=" + id)
		require.Equal(t, tc.want, re.ids(), tc.v.Name)
		require.Equal(t, float64(len(tc.want)), c.get("Accounts/actions/count?cvid=" + id).body["count"])
		detail := c.get("settings/custom_views/" + id + "?module=Accounts").body["custom_views"].([]any)[0].(map[string]any)
		require.NotNil(t, detail["criteria"])
		first := c.get("Accounts?fields=id&per_page=1&cvid=" + id)
		if len(tc.want) > 1 {
			next := c.get("Accounts?fields=id&per_page=1&cvid=" + id + "&page_token=" + first.info()["next_page_token"].(string))
			require.Equal(t, tc.want[1:2], next.ids(), "a view is read on by page token")
		}
	}
	require.Len(t, c.get("Accounts?fields=id&cvid=5820000000061001").ids(), 3, "all")
	require.Len(t, c.get("Accounts?fields=id&cvid=5820000000061002").ids(), 2, "my")
	require.Equal(t, all(a[0]), c.get("Accounts?fields=id&cvid=5820000000061003").ids(), "customers")
	_, err := c.org.AddView(ctx, "Accounts", view("Nonsense", "equal", "1"))
	require.ErrorContains(t, err, `"Nonsense"`)
	_, err = c.org.AddView(ctx, "Accounts", view("Employees", "equal", "many"))
	require.ErrorContains(t, err, "Employees")
}

func TestCountTakesAViewOrASearchButNotBoth(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	c.create("Contacts", m{"Last_Name": "Smith", "Email": "a@b.example", "Phone": "1"}, m{"Last_Name": "Jones", "Mobile": "1"})
	for query, n := range map[string]float64{
		"": 2, "email=A@b.example": 1, "phone=1": 2, "word=smi": 1,
		"criteria=" + url.QueryEscape("((Last_Name:starts_with:S)or(Email:equals:x))"): 1,
		"criteria=" + url.QueryEscape("(Last_Name:in:Smith,Jones)"):                    2,
		"criteria=" + url.QueryEscape("((Last_Name:equals:Smith)and(Phone:equals:2))"): 0,
	} {
		re := c.get("Contacts/actions/count?" + query)
		require.Equal(t, n, re.body["count"], "%s: %s", query, re.raw)
	}
	require.Equal(t, "AMBIGUITY_DURING_PROCESSING", c.get("Contacts/actions/count?email=a&cvid=5820000000062001").code())
	for _, bad := range []string{"(Last_Name:equals)", "Last_Name:equals:x", "((Last_Name:equals:x)", "(Nope:equals:x)", "((A:equals:1)and(B:equals:2)or(C:equals:3))"} {
		re := c.get("Contacts/actions/count?criteria=" + url.QueryEscape(bad))
		require.Equal(t, http.StatusBadRequest, re.status, bad)
		require.Equal(t, "INVALID_QUERY", re.code())
	}
}

func TestCurrenciesExistOnlyWhereThereAreMany(t *testing.T) {
	t.Parallel()
	c := newCRM(t, "crmBaseCurrency", "EUR")
	re := c.get("org/currencies")
	require.Equal(t, http.StatusForbidden, re.status)
	require.Equal(t, "CURRENCIES_NOT_ENABLED", re.code())
	require.Contains(t, c.get("org").raw, `"iso_code":"EUR"`)
	require.NotContains(t, c.get("settings/fields?module=Accounts").raw, "Exchange_Rate")
	require.NoError(t, c.settings.Set("crmMultiCurrency", "on"))
	require.Contains(t, c.get("org/currencies").raw, `"is_base":true,"iso_code":"EUR"`)
	require.Contains(t, c.get("settings/fields?module=Accounts").raw, "Exchange_Rate")
	require.Contains(t, c.get("org").raw, `"mc_status":true`)
}

func TestUsersAreShownByType(t *testing.T) {
	t.Parallel()
	c := newCRM(t)
	for kind, n := range map[string]int{"AllUsers": 6, "ActiveUsers": 5, "DeactiveUsers": 1, "CurrentUser": 1, "AdminUsers": 1,
		"DeletedUsers": 1, "NotConfirmedUsers": 1, "ActiveConfirmedUsers": 4, "ActiveConfirmedAdmins": 1, "ConfirmedUsers": 5} {
		require.Len(t, c.get("users?type=" + kind).body["users"], n, kind)
	}
	require.Equal(t, "PATTERN_NOT_MATCHED", c.get("users?type=Nobody").code())
	me := c.get("users?type=CurrentUser").body["users"].([]any)[0].(map[string]any)
	require.Equal(t, "5540230000000235011", me["id"])
	require.Equal(t, me, c.get("users/5540230000000235011").body["users"].([]any)[0])
}
