package zohobilling_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestOrganizationsCurrenciesAndUsers(t *testing.T) {
	t.Parallel()
	b := newBench(t, "billingOrganizations=2", "billingBaseCurrency=NOK")
	orgs := b.call("GET", "/organizations", "", "X-com-zoho-subscriptions-organizationid", "").Body["organizations"].([]any)
	require.Len(t, orgs, 2)
	require.Equal(t, b.org.ID(), orgs[0].(map[string]any)["organization_id"])
	require.Equal(t, "NOK", orgs[0].(map[string]any)["currency_code"])
	b.good("GET", "/organizations/"+b.org.ID(), "", "organization")
	require.Contains(t, b.names("/settings/currencies", "currencies", "currency_code"), "NOK")
	require.NotContains(t, b.names("/settings/currencies?filter_by=Currencies.ExcludeBaseCurrency", "currencies", "currency_code"), "NOK")
	require.Len(t, b.names("/users", "users", "name"), 3)
	require.Len(t, b.names("/users?filter_by=Status.Inactive", "users", "name"), 1)
	require.Equal(t, true, b.good("GET", "/users/me", "", "user")["is_current_user"])

	second := orgs[1].(map[string]any)["organization_id"].(string)
	b.good("POST", "/customers", `{"display_name":"A"}`, "customer")
	b.good("POST", "/customers", `{"display_name":"A"}`, "customer", "X-com-zoho-subscriptions-organizationid", second)
	require.Len(t, b.names("/customers", "customers", "display_name"), 1, "organisations hold their own records")
}

func TestAnOrganizationMustBeNamedAndKnown(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	const header = "X-com-zoho-subscriptions-organizationid"
	b.refused(400, "2", "GET", "/customers", "", header, "")
	b.refused(400, "6041", "GET", "/customers", "", header, "12")
	require.Equal(t, 200, b.call("GET", "/customers?organization_id="+b.org.ID()+"&", "", header, "").Status)
}

func TestUnknownPathsAndMethodsAreRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	require.Equal(t, "Invalid URL Passed", b.refused(404, "5", "GET", "/nowhere", ""))
	b.refused(404, "5", "GET", "/customers/1/nowhere", "")
	b.refused(405, "37", "PATCH", "/customers/1", "{}")
	b.refused(405, "37", "DELETE", "/items", "")
}

func TestTokensAndScopesAreChecked(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.refused(401, "14", "GET", "/customers", "", "Authorization", "")
	b.refused(401, "14", "GET", "/customers", "", "Authorization", "Zoho-oauthtoken wrong")
	require.Equal(t, 200, b.call("GET", "/customers", "", "Authorization", "Bearer "+b.token).Status)
	refresh, err := b.gate.Accounts.Mint(t.Context(), []string{"ZohoSubscriptions.customers.READ"})
	require.NoError(t, err)
	narrow := "Zoho-oauthtoken " + b.tokenFor(refresh)
	require.Equal(t, 200, b.call("GET", "/customers", "", "Authorization", narrow).Status)
	b.refused(401, "57", "GET", "/items", "", "Authorization", narrow)
	b.refused(401, "57", "POST", "/customers", `{"display_name":"A"}`, "Authorization", narrow)
	require.NoError(t, b.gate.Accounts.ExpireAccessTokens(t.Context()))
	b.refused(401, "14", "GET", "/customers", "")
}

func TestLimitsAnswerInBillingsFormat(t *testing.T) {
	t.Parallel()
	b := newBench(t, "billingRequestsPerMinute=2")
	b.call("GET", "/items", "")
	b.call("GET", "/items", "")
	a := b.call("GET", "/items", "")
	require.Equal(t, http.StatusTooManyRequests, a.Status)
	require.NotEmpty(t, a.Header.Get("Retry-After"))
	b.refused(429, "44", "GET", "/items", "")
	require.NoError(t, b.settings.Apply(map[string]string{"billingRequestsPerMinute": "0", "billingRequestsPerDay": "1", "retryAfter": "off"}))
	b.call("GET", "/items", "")
	a = b.call("GET", "/items", "")
	require.Empty(t, a.Header.Get("Retry-After"))
	require.Contains(t, b.refused(429, "45", "GET", "/items", ""), "limit of 1.")
}

func TestRecordsAreKeptWithoutAGracefulEnd(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first := openBench(t, dir)
	t.Cleanup(first.stop) // after the second: the first is never closed while the second runs
	made := first.good("PUT", "/customers", `{"display_name":"A","first_name":"B"}`, "customer", byMarker("m", true)...)
	second := openBench(t, dir)
	t.Cleanup(second.stop)
	require.Equal(t, first.org.ID(), second.org.ID())
	require.Equal(t, first.gate.Accounts.Credentials(), second.gate.Accounts.Credentials())
	require.Equal(t, made, second.good("GET", "/customers/"+made["customer_id"].(string), "", "customer", "Authorization", "Bearer "+first.token))
	next := second.good("POST", "/customers", `{"display_name":"B"}`, "customer")
	require.Greater(t, next["customer_id"], made["customer_id"])
}
