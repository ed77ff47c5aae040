//go:build unix

package e2e_test

import (
	"bytes"
	"context"
	"testing"

	"causeway/internal/codec"
	"causeway/internal/keyring"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/common/v1"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"
	"go.temporal.io/api/proxy"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"google.golang.org/protobuf/proto"
)

// Everybody who has Temporal's database, its backups or its Web UI can read the histories.
func TestNoHistoryHoldsAnythingOfACustomerInClear(t *testing.T) {
	t.Parallel()
	s := deploySelling(t, deploy(t, 60))
	var secrets []string
	for _, a := range s.outside.crm(t, "Accounts", "Account_Name,Phone,Billing_Street") {
		secrets = append(secrets, a.text("Account_Name"), a.text("Phone"), a.text("Billing_Street"))
	}
	for _, c := range s.outside.crm(t, "Contacts", "Full_Name,Email,Mailing_Street") {
		secrets = append(secrets, c.text("Full_Name"), c.text("Email"), c.text("Mailing_Street"))
	}
	const notes, mail = "For Ana Söhne, 1 Harbour Road", "ana.soehne@example.com"
	secrets = append(secrets, notes, mail)

	doc := s.document(1)
	doc.Notes = notes
	ask := func(id, key string, req contract.PushRequest) contract.PushResult {
		req.Key, req.User = key, s.user
		got, err := s.admin.Push(t.Context(), contract.PushInput{Connection: "demo", Type: contract.TypeInvoice, Transaction: id}, req)
		require.NoError(t, err)
		return got
	}
	require.Equal(t, contract.PushDone, ask("i-1", "1", contract.PushRequest{Document: doc}).Status)
	require.Equal(t, contract.PushDone, ask("i-1", "2", contract.PushRequest{Action: contract.ActionEmail,
		Email: &contract.Email{To: []string{mail}, Subject: notes, Body: notes}}).Status)
	require.Equal(t, contract.PushDone, ask("i-1", "3", contract.PushRequest{Action: contract.ActionComment, Comment: notes}).Status)
	require.NotEqual(t, contract.PushDone, ask("i-1", "4", contract.PushRequest{Action: contract.ActionEmail,
		Email: &contract.Email{To: []string{"no address of " + notes}, Subject: "x", Body: "x"}}).Status, "also what fails")
	again := s.document(2)
	again.Account = "5820000999999999"
	again.Notes = notes
	require.NotEqual(t, contract.PushDone, ask("i-2", "5", contract.PushRequest{Document: again}).Status)

	sealed, clear := s.histories(t)
	found := 0
	for _, secret := range secrets {
		if len(secret) < 5 {
			continue // so short that it may stand there by chance
		}
		require.False(t, bytes.Contains(sealed, []byte(secret)), "%q stands in a history", secret)
		if bytes.Contains(clear, []byte(secret)) {
			found++
		}
	}
	require.GreaterOrEqual(t, found, 2, "decrypted, they are there: the search can find them")
}

// histories returns all histories, executions and search attributes: as Temporal keeps them, and decrypted.
func (d *deployment) histories(t testing.TB) (sealed, clear []byte) {
	t.Helper()
	c := d.client(t)
	keys, err := keyring.Load(d.keyFile())
	require.NoError(t, err)
	payloads := codec.New(keys)
	workflows := 0
	var next []byte
	for first := true; first || len(next) > 0; first = false {
		page, err := c.ListWorkflow(t.Context(), &workflowservice.ListWorkflowExecutionsRequest{NextPageToken: next})
		require.NoError(t, err)
		next = page.GetNextPageToken()
		listed, err := proto.Marshal(page)
		require.NoError(t, err)
		sealed = append(sealed, listed...)
		for _, e := range page.GetExecutions() {
			workflows++
			all := readHistory(t.Context(), t, c, e.GetExecution().GetWorkflowId(), e.GetExecution().GetRunId())
			raw, err := proto.Marshal(all)
			require.NoError(t, err)
			sealed = append(sealed, raw...)
			decrypt(t.Context(), t, all, payloads)
			raw, err = proto.Marshal(all)
			require.NoError(t, err)
			clear = append(clear, raw...)
		}
	}
	require.GreaterOrEqual(t, workflows, 4)
	return sealed, clear
}

// readHistory reads the history of a workflow's execution as Temporal keeps it. An empty run is the newest execution.
func readHistory(ctx context.Context, t testing.TB, c client.Client, id, run string) *history.History {
	t.Helper()
	all := &history.History{}
	events := c.GetWorkflowHistory(ctx, id, run, false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		event, err := events.Next()
		require.NoError(t, err)
		all.Events = append(all.Events, event)
	}
	return all
}

// decrypt decrypts the payloads of a history in place.
func decrypt(ctx context.Context, t testing.TB, all *history.History, payloads codec.Codec) {
	t.Helper()
	require.NoError(t, proxy.VisitPayloads(ctx, all, proxy.VisitPayloadsOptions{SkipSearchAttributes: true,
		Visitor: func(_ *proxy.VisitPayloadsContext, p []*common.Payload) ([]*common.Payload, error) {
			return payloads.Decode(p)
		}}))
}
