package main

import (
	"context"
	"errors"
	"maps"
	"testing"

	"causeway/internal/keyring"
	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

// revoked is a trial whose connection "north" has a credential for the CRM that is good for nothing any more, and
// whose environment has one that is.
func revoked(t *testing.T) (x *trial, was, good record.Credential) {
	t.Helper()
	x = north(t)
	good = x.credential(record.CRM)
	was = good
	was.RefreshToken, was.CallsPerMinute, was.CallsInFlight = "revoked", 77, 3
	x.keep(was)
	good.CallsPerMinute, good.CallsInFlight = 77, 3
	return x, was, good
}

func (x *trial) credential(side record.Side) record.Credential {
	x.t.Helper()
	cred, err := x.store.Connections.Credential(context.Background(), "north", side)
	require.NoError(x.t, err)
	return cred
}

func (x *trial) keep(cred record.Credential) {
	x.t.Helper()
	require.NoError(x.t, x.store.Connections.PutCredential(context.Background(), "north", record.CRM, cred))
}

func TestReauthorizeKeepsTheNewCredentialAndTellsTheConnection(t *testing.T) {
	t.Parallel()
	x, was, good := revoked(t)
	one := map[string]string{"client_id": good.ClientID, "client_secret": good.ClientSecret, "refresh_token": good.RefreshToken, "accounts_url": good.AccountsURL}
	for rule, c := range map[string]struct {
		stdin string
		args  []string
	}{
		"from the environment":                  {"", nil},
		"one credential":                        {asJSON(t, one), []string{"--credentials", "-"}},
		"a credential for this side alone":      {asJSON(t, map[string]any{"crm": one}), []string{"--credentials", "-"}},
		"as the sandbox prints them for both":   {with(t, asJSON(t, one), map[string]string{"billing_url": `"http://b"`}), []string{"--credentials", "-"}},
		"one for each side, the other is wrong": {asJSON(t, map[string]any{"crm": one, "billing": map[string]string{}}), []string{"--credentials", "-"}},
	} {
		x.stdin = c.stdin
		x.temporal.told = nil
		stored := record.Credential{}
		x.temporal.onTold = func() { stored = x.credential(record.CRM) }
		x.keep(was)
		status, out, errOut := x.run(append([]string{"reauthorize", "north", "--side", "crm", "--who", "ann", "--output", "json"}, c.args...)...)
		require.Equal(t, exitDone, status, rule+": "+errOut)
		require.JSONEq(t, `{"connection":"north","side":"crm","state":"active","resumed":true}`, out)
		require.Equal(t, []contract.ReauthorizeRequest{{Side: "crm", Who: "ann"}}, x.temporal.told)
		require.Equal(t, good, stored, "it is stored, with the bounds of the one before, when the connection looks")
		require.Equal(t, good, x.credential(record.CRM))
		require.NotContains(t, out+errOut, good.RefreshToken)
		require.NotContains(t, out+errOut, good.ClientSecret)
	}
}

func TestACredentialThatTheSideRefusesIsNeverStored(t *testing.T) {
	t.Parallel()
	x, was, good := revoked(t)
	env, fake := x.env, x.temporal
	for rule, c := range map[string]struct {
		change func()
		args   []string
		says   string
	}{
		"wrong refresh token": {func() { x.env["CAUSEWAY_CRM_REFRESH_TOKEN"] = "none" }, nil, "the stored credential was not changed: crm"},
		"not set":             {func() { x.env["CAUSEWAY_CRM_CLIENT_ID"] = "" }, nil, "CAUSEWAY_CRM_CLIENT_ID is not set"},
		"the other side's":    {func() { x.stdin = `{"billing":{}}` }, []string{"--credentials", "-"}, `"crm" is missing`},
		"nothing in it":       {func() { x.stdin = `{}` }, []string{"--credentials", "-"}, "accounts_url is missing for the side crm"},
		"no JSON":             {func() { x.stdin = "s3cret" }, []string{"--credentials", "-"}, "not a JSON object"},
		"Temporal away":       {func() { x.temporal = nil }, nil, "reach Temporal"},
	} {
		x.env, x.temporal = maps.Clone(env), fake
		c.change()
		status, out, errOut := x.run(append([]string{"reauthorize", "north", "--side", "crm"}, c.args...)...)
		require.Equal(t, exitCouldNot, status, rule)
		require.Empty(t, out)
		require.Contains(t, errOut, c.says)
		require.NotContains(t, errOut, good.ClientSecret)
		require.Equal(t, was, x.credential(record.CRM))
		require.Empty(t, fake.told)
	}
}

func TestACredentialOfAnotherOrganisationIsNeverStored(t *testing.T) {
	t.Parallel()
	x := newTrial(t)
	x.environment(organisations(t, nil))
	x.connection("demo") // of the CRM organisation 1, which the sandbox is not
	status, _, errOut := x.run("reauthorize", "demo", "--side", "crm")
	require.Equal(t, exitCouldNot, status)
	require.Contains(t, errOut, "the connection's links are of the organisation 1 [OTHER_ORG]; give a credential of a user of the organisation 1")
	_, err := x.store.Connections.Credential(context.Background(), "demo", record.CRM)
	require.True(t, record.IsKind(err, record.NotFound))
}

func TestACredentialThatTheConnectionRefusesGivesWayToTheEarlierOne(t *testing.T) {
	t.Parallel()
	x, was, _ := revoked(t)
	x.temporal.refuses = refusedBy("OAUTH_SCOPE_MISMATCH", "the scope ZohoCRM.modules.ALL is missing")
	status, out, errOut := x.run("reauthorize", "--side", "crm")
	require.Equal(t, exitCouldNot, status)
	require.Empty(t, out)
	require.Contains(t, errOut, "the earlier credential is back: the scope ZohoCRM.modules.ALL is missing")
	require.Equal(t, was, x.credential(record.CRM))

	others := was // what somebody else stored meanwhile is not ours to take back
	others.RefreshToken = "somebody else's"
	x.temporal.onTold = func() { x.keep(others) }
	status, _, _ = x.run("reauthorize", "--side", "crm")
	require.Equal(t, exitCouldNot, status)
	require.Equal(t, others, x.credential(record.CRM))
}

func TestACredentialThatNobodyWasToldOfStays(t *testing.T) {
	t.Parallel()
	x, _, good := revoked(t)
	x.temporal.refuses = errors.New("deadline exceeded")
	status, _, errOut := x.run("reauthorize", "--side", "crm")
	require.Equal(t, exitCouldNot, status)
	require.Contains(t, errOut, "the new credential is stored, and the connection was not told: repeat `starter reauthorize north --side crm`")
	require.Equal(t, good, x.credential(record.CRM))
}

func TestACredentialThatCannotBeReadIsReplaced(t *testing.T) {
	t.Parallel()
	x, _, good := revoked(t)
	key, err := keyring.Parse("k9:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
	require.NoError(t, err)
	lost, err := store.Open(context.Background(), x.dir+"/causeway.db", key)
	require.NoError(t, err)
	require.NoError(t, lost.Connections.PutCredential(context.Background(), "north", record.CRM, good))
	require.NoError(t, lost.Close())
	_, err = x.store.Connections.Credential(context.Background(), "north", record.CRM)
	require.True(t, record.IsKind(err, record.Unauthorized), "the key is not at hand")
	status, _, errOut := x.run("reauthorize", "--side", "crm")
	require.Equal(t, exitDone, status, errOut)
	good.CallsPerMinute, good.CallsInFlight = 0, 0
	require.Equal(t, good, x.credential(record.CRM))
}
