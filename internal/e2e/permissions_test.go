//go:build unix

package e2e_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"causeway/internal/proctest"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

// surface is one way to ask for a push. It returns how the push ended, and the reason for a refusal.
type surface func(t testing.TB, user, kind, id string) (status, reason string)

func TestEachProfileMayPushWhatItsPermissionsSayThroughEverySurface(t *testing.T) {
	t.Parallel()
	s := deploySelling(t, deploy(t, 5))
	for _, set := range []string{
		"--profile Sales --quotes view,edit,send --invoices view --receivables on",
		"--profile Finance --quotes view --invoices view,edit,send --receivables on",
		"--profile Standard --quotes none --invoices none --receivables off",
	} {
		s.starter(t, append([]string{"permissions", "set"}, strings.Fields(set)...)...)
	}
	users := s.outside.byProfile(t)
	surfaces := map[string]surface{"SDK": s.throughSDK, "CLI": s.throughCLI, "gateway": s.gateway(t)}
	for profile, may := range map[string]map[string]bool{
		"Administrator": {contract.TypeQuote: true, contract.TypeInvoice: true},
		"Sales":         {contract.TypeQuote: true},
		"Finance":       {contract.TypeInvoice: true},
		"Standard":      {},
	} {
		require.NotEmpty(t, users[profile], profile)
		for through, ask := range surfaces {
			for _, kind := range []string{contract.TypeQuote, contract.TypeInvoice} {
				id := strings.ToLower(fmt.Sprintf("%s-%s-%s", profile, through, kind))
				status, reason := ask(t, users[profile], kind, id)
				made := len(s.outside.billed(t, moduleOf[kind])[id])
				if may[kind] {
					require.Equal(t, contract.PushDone, status, "%s: %s", id, reason)
					require.Equal(t, 1, made, id)
					continue
				}
				require.Equal(t, contract.PushRefused, status, id)
				require.Contains(t, reason, "starter permissions set demo", id)
				require.Zero(t, made, id)
			}
		}
	}
}

var moduleOf = map[string]string{contract.TypeQuote: "estimates", contract.TypeInvoice: "invoices"}

// byProfile returns the id of an active CRM user of each profile.
func (o *outside) byProfile(t testing.TB) map[string]string {
	t.Helper()
	got, err := o.get(t.Context(), o.CRMURL+"/crm/v8/users?type=ActiveConfirmedUsers")
	require.NoError(t, err)
	out := map[string]string{}
	for _, u := range got["users"].([]any) {
		user := object(u.(map[string]any))
		profile := object(user["profile"].(map[string]any))
		out[profile.text("name")] = user.text("id")
	}
	return out
}

func (s *selling) throughSDK(t testing.TB, user, kind, id string) (status, reason string) {
	t.Helper()
	got, err := s.admin.Push(t.Context(), contract.PushInput{Connection: "demo", Type: kind, Transaction: id},
		contract.PushRequest{Key: "k-" + id, Action: contract.ActionSave, User: user, Document: s.document(1)})
	require.NoError(t, err)
	if got.Failure != nil {
		reason = got.Failure.String()
	}
	return got.Status, reason
}

func (s *selling) throughCLI(t testing.TB, user, kind, id string) (status, reason string) {
	t.Helper()
	doc := s.document(1)
	p := proctest.Run(t, proctest.Starter, s.options(kind+"s", "save", id, "--user="+user, "--account="+doc.Account,
		"--line", fmt.Sprintf("product=%s,quantity=%s,rate=%s", doc.Lines[0].Product, doc.Lines[0].Quantity, doc.Lines[0].Rate), "--output=json"))
	var got contract.PushResult
	require.NoError(t, json.Unmarshal(p.Out(), &got), p.Last())
	if got.Failure != nil {
		reason = got.Failure.String()
	}
	return got.Status, reason
}

// gateway starts a gateway, and returns a surface that asks it.
func (s *selling) gateway(t testing.TB) surface {
	t.Helper()
	var token struct {
		Token string `json:"token"`
	}
	s.answer(t, &token, "tokens", "create", "shop")
	served := proctest.Start(t, proctest.Starter, s.options("serve", "--listen=127.0.0.1:0", "--output=json"))
	var at struct {
		URL string `json:"url"`
	}
	served.FirstLine(t, &at)
	return func(t testing.TB, user, kind, id string) (status, reason string) {
		t.Helper()
		body, err := json.Marshal(map[string]any{"type": kind, "transaction": id, "user": user, "document": s.document(1)})
		require.NoError(t, err)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, at.URL+"/api/v1/connections/demo/transactions", bytes.NewReader(body))
		require.NoError(t, err)
		req.Header.Set("Authorization", "Bearer "+token.Token)
		req.Header.Set("Idempotency-Key", "k-"+id)
		req.Header.Set("Content-Type", "application/json")
		resp, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		defer func() { _ = resp.Body.Close() }()
		var got struct {
			Detail string `json:"detail"`
		}
		require.NoError(t, json.NewDecoder(resp.Body).Decode(&got))
		if resp.StatusCode == http.StatusOK {
			return contract.PushDone, ""
		}
		require.Equal(t, http.StatusForbidden, resp.StatusCode, "%+v", got)
		return contract.PushRefused, got.Detail
	}
}
