package zoho

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"causeway/internal/billing"
	"causeway/internal/billing/billingtest"
	"causeway/internal/budget"
	"causeway/internal/record"
	"causeway/internal/sandbox"
	"causeway/internal/sandbox/platform"
)

func startSandbox(t *testing.T, settings map[string]string) *sandbox.Sandbox {
	t.Helper()
	s, err := sandbox.Start(t.Context(), sandbox.Options{DataDir: t.TempDir(), Settings: settings, Seed: 7})
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), 10*time.Second)
		defer cancel()
		require.NoError(t, s.Close(ctx))
	})
	return s
}

func credential(s *sandbox.Sandbox) record.Credential {
	info := s.Info()
	return record.Credential{AccountsURL: info.AccountsURL, ClientID: info.ClientID, ClientSecret: info.ClientSecret,
		RefreshToken: info.RefreshToken, Organization: info.BillingOrgID}
}

func newClient(t *testing.T, cred record.Credential) *Client {
	t.Helper()
	transport := &http.Transport{MaxIdleConnsPerHost: 16}
	t.Cleanup(transport.CloseIdleConnections)
	return New(Config{Credential: cred, Grant: budget.New().For("test", record.Billing, budget.Limits{InFlight: 16}),
		HTTPClient: &http.Client{Transport: recordRequests(t, transport)}})
}

// custom are values for the custom fields that a new sandbox has.
var custom = map[record.Module]record.Values{
	record.Customers: {"cf_region": "EU", "cf_employees": json.Number("12"), "cf_credit_limit": json.Number("12.50"), "cf_key_account": true,
		"cf_since": "2026-01-31", "cf_tier": "Gold", "cf_interests": []any{"Hardware", "Services"}},
	record.Items: {"cf_category": "Tools"},
}

func TestConformance(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		settings map[string]string
		caps     billing.Capabilities
	}{
		"default":                   {nil, billing.Capabilities{UpsertByMarker: true, SortByModified: true}},
		"uniqueUpsert=off":          {map[string]string{"uniqueUpsert": "off"}, billing.Capabilities{SortByModified: true}},
		"sortByModified=off":        {map[string]string{"sortByModified": "off"}, billing.Capabilities{UpsertByMarker: true}},
		"requireEmail=on":           {map[string]string{"requireEmail": "on"}, billing.Capabilities{UpsertByMarker: true, SortByModified: true}},
		"zcrmOnWrite=accept":        {map[string]string{"zcrmOnWrite": "accept"}, billing.Capabilities{UpsertByMarker: true, SortByModified: true}},
		"personTouchesCustomer=off": {map[string]string{"personTouchesCustomer": "off"}, billing.Capabilities{UpsertByMarker: true, SortByModified: true}},
		"customFieldValues=native":  {map[string]string{"customFieldValues": "native"}, billing.Capabilities{UpsertByMarker: true, SortByModified: true}},
		"three organisations":       {map[string]string{"billingOrganizations": "3"}, billing.Capabilities{UpsertByMarker: true, SortByModified: true}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			billingtest.Run(t, func(t *testing.T) billingtest.Fixture {
				t.Helper()
				client := newClient(t, credential(startSandbox(t, c.settings)))
				return billingtest.Fixture{Port: client, Capabilities: c.caps, Custom: custom,
					Estimate: func(t *testing.T, customer, item string) { t.Helper(); estimate(t, client, customer, item) },
					Invoice:  func(t *testing.T, customer, item string) { t.Helper(); invoice(t, client, customer, item) }}
			})
		})
	}
}

func TestAMissingMarkerFieldIsExplained(t *testing.T) {
	t.Parallel()
	for _, marker := range []string{"absent", "plain"} {
		c := newClient(t, credential(startSandbox(t, map[string]string{"billingMarker": marker})))
		for module, screen := range map[record.Module]string{record.Customers: "Customers", record.Items: "Items"} {
			_, err := c.Probe(t.Context(), []record.Module{module})
			require.True(t, record.IsKind(err, record.Invalid), "%v", err)
			require.ErrorContains(t, err, markerField)
			require.ErrorContains(t, err, "Settings > Preferences > "+screen+" > Custom Fields")
			require.ErrorContains(t, err, `"Prevent duplicate values" on`)
		}
	}
}

// Under every fault one call is sent. The failure is ambiguous if the write may have taken effect.
func TestAWriteIsSentOnceUnderEachFault(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"serverError", "reset", "resetAfterWrite", "timeoutAfterWrite", "lateWrite", "truncate", "notJSON", "wrongType"} {
		for _, module := range []record.Module{record.Customers, record.Items} {
			t.Run(fmt.Sprint(fault, " ", module), func(t *testing.T) {
				t.Parallel()
				s := startSandbox(t, map[string]string{"lateWriteDelay": "10ms"})
				c := newClient(t, credential(s))
				require.NoError(t, c.CheckScopes(t.Context(), nil))
				require.NoError(t, s.Gate().Faults.Set("billing."+fault, "1"))
				ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
				defer cancel()
				w := billing.Write{Marker: "cw-1", Values: record.Values{shapes[module].name: "Once"}}
				if module == record.Items {
					w.Values["rate"] = 1
				}
				_, err := c.Create(ctx, module, w, true)
				require.True(t, record.IsKind(err, record.Unavailable), "%v", err)
				require.True(t, record.IsAmbiguous(err), "%v", err)
				require.Equal(t, 1, s.Gate().Calls.Snapshot()[platform.Billing].Write)

				// A second creation with the marker makes no second record.
				require.NoError(t, s.Gate().Faults.Set("billing."+fault, "0"))
				require.Eventually(t, func() bool {
					_, err := c.Create(t.Context(), module, w, true)
					return err == nil
				}, 5*time.Second, 10*time.Millisecond)
				page, err := c.List(t.Context(), module, billing.ListQuery{})
				require.NoError(t, err)
				require.Len(t, page.Records, 1)
			})
		}
	}
}

func TestAWriteThatSurelyDidNothingIsRepeated(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"rateLimit", "rateLimitRetryAfter", "expiredToken"} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			s := startSandbox(t, nil)
			c := newClient(t, credential(s))
			require.NoError(t, s.Gate().Faults.Set("billing."+fault, "0.3"))
			for i := range 8 {
				w := billing.Write{Marker: fmt.Sprint("cw-", i), Values: record.Values{"display_name": fmt.Sprint("C", i)}}
				_, err := c.Create(t.Context(), record.Customers, w, false)
				require.NoError(t, err)
			}
			require.NoError(t, s.Gate().Faults.Set("billing."+fault, "0"))
			page, err := c.List(t.Context(), record.Customers, billing.ListQuery{})
			require.NoError(t, err)
			require.Len(t, page.Records, 8)
		})
	}
}

func TestATokenThatExpiresInMidRunIsReplaced(t *testing.T) {
	t.Parallel()
	s := startSandbox(t, nil)
	c := newClient(t, credential(s))
	for i := range 3 {
		_, err := c.Create(t.Context(), record.Items, billing.Write{Marker: fmt.Sprint(i), Values: record.Values{"name": fmt.Sprint(i), "rate": i}}, true)
		require.NoError(t, err)
		require.NoError(t, s.Gate().Accounts.ExpireAccessTokens(t.Context()))
	}
}

func TestAMissingScopeIsNamed(t *testing.T) {
	t.Parallel()
	s := startSandbox(t, nil)
	cred := credential(s)
	var err error
	cred.RefreshToken, err = s.Gate().Accounts.Mint(t.Context(), []string{"ZohoSubscriptions.customers.READ"})
	require.NoError(t, err)
	c := newClient(t, cred)
	err = c.CheckScopes(t.Context(), []record.Module{record.Customers, record.ContactPersons, record.Items})
	require.True(t, record.IsKind(err, record.Unauthorized))
	require.ErrorContains(t, err, "ZohoSubscriptions.settings.READ, ZohoSubscriptions.customers.CREATE, ZohoSubscriptions.customers.UPDATE, ZohoSubscriptions.customers.DELETE, ZohoSubscriptions.items.READ")
	_, err = c.Create(t.Context(), record.Customers, billing.Write{Marker: "m", Values: record.Values{"display_name": "x"}}, true)
	require.True(t, record.IsKind(err, record.Unauthorized))
	require.ErrorContains(t, err, "ZohoSubscriptions.customers.CREATE")
	require.False(t, record.IsAmbiguous(err))
}

func TestAnOrganisationThatDoesNotExistIsNamed(t *testing.T) {
	t.Parallel()
	cred := credential(startSandbox(t, nil))
	cred.Organization = "1"
	_, err := newClient(t, cred).Probe(t.Context(), []record.Module{record.Customers})
	require.True(t, record.IsKind(err, record.NotFound), "%v", err)
	require.ErrorContains(t, err, "choose an organisation that this credential can see")
}

func TestAMissingEmailIsTheReasonWhereBillingNeedsOne(t *testing.T) {
	t.Parallel()
	c := newClient(t, credential(startSandbox(t, map[string]string{"requireEmail": "on"})))
	_, err := c.Create(t.Context(), record.Customers, billing.Write{Marker: "m", Values: record.Values{"display_name": "x"}}, true)
	require.True(t, record.IsKind(err, record.Invalid))
	require.ErrorContains(t, err, "email")
}
