//go:build unix

package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

// access is the line that `worker/dev sandbox` prints.
type access struct {
	AccountsURL  string `json:"accounts_url"`
	CRMURL       string `json:"crm_url"`
	BillingURL   string `json:"billing_url"`
	ClientID     string `json:"client_id"`
	ClientSecret string `json:"client_secret"`
	RefreshToken string `json:"refresh_token"`
	CRMOrgID     string `json:"crm_org_id"`
	BillingOrgID string `json:"billing_org_id"`
}

// outside reads the two organisations through their own APIs, without Causeway's clients.
type outside struct {
	access
	token  string
	client *http.Client
}

// object is a decoded JSON object.
type object map[string]any

// text returns a member that is a text, or "".
func (o object) text(name string) string {
	s, _ := o[name].(string)
	return s
}

// inFlight is how many calls are made at once: as many as the product makes.
const inFlight = 8

// leaveFaults tells lookFromOutside to keep the faults as they are.
const leaveFaults = true

// lookFromOutside ends the sandboxes' faults, unless told to leave them, and gets a token.
func lookFromOutside(t testing.TB, at access, leave ...bool) *outside {
	t.Helper()
	o := &outside{access: at, client: &http.Client{
		Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: inFlight},
	}}
	o.control(t, http.MethodPatch, "settings", map[string]string{"tokensPerTenMinutes": "0"}, nil)
	if len(leave) == 0 {
		o.endFaults(t)
	}
	form := url.Values{"grant_type": {"refresh_token"}, "client_id": {at.ClientID}, "client_secret": {at.ClientSecret}, "refresh_token": {at.RefreshToken}}
	resp, err := o.client.PostForm(at.AccountsURL+"/oauth/v2/token", form)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	var reply struct {
		AccessToken string `json:"access_token"`
		Error       string `json:"error"`
	}
	require.NoError(t, json.NewDecoder(resp.Body).Decode(&reply))
	require.NotEmpty(t, reply.AccessToken, reply.Error)
	o.token = reply.AccessToken
	return o
}

// endFaults ends all faults.
func (o *outside) endFaults(t testing.TB) {
	t.Helper()
	var faults map[string]string
	o.control(t, http.MethodGet, "faults", nil, &faults)
	for name := range faults {
		faults[name] = "0"
	}
	if len(faults) > 0 {
		o.control(t, http.MethodPatch, "faults", faults, nil)
	}
}

// control calls the API that controls the sandboxes.
func (o *outside) control(t testing.TB, method, what string, body, into any) {
	t.Helper()
	data, err := json.Marshal(body)
	require.NoError(t, err)
	req, err := http.NewRequestWithContext(t.Context(), method, o.CRMURL+"/sandbox/v1/"+what, bytes.NewReader(data))
	require.NoError(t, err)
	resp, err := o.client.Do(req)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	reply, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, resp.StatusCode, "%s", reply)
	if into != nil {
		require.NoError(t, json.Unmarshal(reply, into))
	}
}

// writes returns how many writes billing has received since its process started. It is 0 while billing is down.
func (a access) writes() int {
	client := http.Client{Timeout: 5 * time.Second}
	resp, err := client.Get(a.BillingURL + "/sandbox/v1/calls")
	if err != nil {
		return 0
	}
	defer func() { _ = resp.Body.Close() }()
	var sides map[string]struct {
		Write int `json:"write"`
	}
	if json.NewDecoder(resp.Body).Decode(&sides) != nil {
		return 0
	}
	return sides["billing"].Write
}

func localhost(port int) string { return fmt.Sprintf("http://127.0.0.1:%d", port) }

// portOf returns the port of an address.
func portOf(address string) string { return address[strings.LastIndexByte(address, ':')+1:] }

// get makes one call. It returns nil if the reply has no content.
func (o *outside) get(ctx context.Context, address string) (object, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Zoho-oauthtoken "+o.token)
	req.Header.Set("X-com-zoho-subscriptions-organizationid", o.BillingOrgID)
	resp, err := o.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode == http.StatusNoContent {
		return nil, nil
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s: %s", address, resp.Status, body)
	}
	var out object
	return out, json.Unmarshal(body, &out)
}

// write sends records to the CRM, a hundred in a call. The CRM must accept all of them.
func (o *outside) write(t testing.TB, method, module string, records []object) {
	t.Helper()
	for part := range slices.Chunk(records, 100) {
		o.writePart(t, method, module, part)
	}
}

func (o *outside) writePart(t testing.TB, method, module string, records []object) {
	t.Helper()
	data, err := json.Marshal(map[string]any{"data": records})
	require.NoError(t, err)
	req, err := http.NewRequestWithContext(t.Context(), method, o.CRMURL+"/crm/v8/"+module, bytes.NewReader(data))
	require.NoError(t, err)
	req.Header.Set("Authorization", "Zoho-oauthtoken "+o.token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := o.client.Do(req)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	reply, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	require.Contains(t, []int{http.StatusOK, http.StatusCreated}, resp.StatusCode, "%s", reply)
}

// crm lists all records of a CRM module, page by page.
func (o *outside) crm(t testing.TB, module, fields string) []object {
	t.Helper()
	var all []object
	query := url.Values{"fields": {fields}, "per_page": {"200"}}
	for more := true; more; {
		reply, err := o.get(t.Context(), o.CRMURL+"/crm/v8/"+module+"?"+query.Encode())
		require.NoError(t, err)
		if reply == nil {
			break
		}
		all = append(all, objects(reply["data"])...)
		info := object(reply["info"].(map[string]any))
		more = info["more_records"] == true
		query.Set("page_token", info.text("next_page_token"))
	}
	return all
}

// billing lists all records of a billing module, page by page.
func (o *outside) billing(t testing.TB, path, key string) []object {
	t.Helper()
	all, err := o.pages(t.Context(), path, key)
	require.NoError(t, err)
	return all
}

func (o *outside) pages(ctx context.Context, path, key string) ([]object, error) {
	var all []object
	for page, more := 1, true; more; page++ {
		reply, err := o.get(ctx, fmt.Sprintf("%s/billing/v1%s?page=%d&per_page=200", o.BillingURL, path, page))
		if err != nil {
			return nil, err
		}
		all = append(all, objects(reply[key])...)
		context, _ := reply["page_context"].(map[string]any)
		more = context["has_more_page"] == true
	}
	return all, nil
}

// each calls get for every object, a few at once.
func each[T any](t testing.TB, of []object, get func(ctx context.Context, o object) (T, error)) []T {
	t.Helper()
	out := make([]T, len(of))
	group, ctx := errgroup.WithContext(t.Context())
	group.SetLimit(inFlight)
	for i, one := range of {
		group.Go(func() (err error) {
			out[i], err = get(ctx, one)
			return err
		})
	}
	require.NoError(t, group.Wait())
	return out
}

func objects(list any) []object {
	all, _ := list.([]any)
	out := make([]object, 0, len(all))
	for _, one := range all {
		if m, ok := one.(map[string]any); ok {
			out = append(out, m)
		}
	}
	return out
}

// marker returns where a billing record came from, such as "accounts-123". It is empty for a record without our marker.
func marker(o object) string {
	for _, f := range objects(o["custom_fields"]) {
		if f.text("api_name") != "cf_causeway_id" {
			continue
		}
		if parts := strings.SplitN(f.text("value"), "-", 3); len(parts) == 3 {
			return parts[2]
		}
	}
	return ""
}
