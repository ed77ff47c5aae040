package connection_test

import (
	"context"
	"errors"
	"maps"
	"testing"

	"causeway/internal/cli"
	"causeway/internal/cli/clitest"
	"causeway/internal/keyring"
	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

// revoked is a trial whose connection "north" has a credential for the CRM that is good for nothing any more, and
// whose environment has one that is.
func revoked(t *testing.T) (x *clitest.Trial, was, good record.Credential) {
	t.Helper()
	x = clitest.North(t)
	good = credential(x, record.CRM)
	was = good
	was.RefreshToken, was.CallsPerMinute, was.CallsInFlight = "revoked", 77, 3
	keep(x, was)
	good.CallsPerMinute, good.CallsInFlight = 77, 3
	return x, was, good
}

func credential(x *clitest.Trial, side record.Side) record.Credential {
	x.T.Helper()
	cred, err := x.Store.Connections.Credential(context.Background(), "north", side)
	require.NoError(x.T, err)
	return cred
}

func keep(x *clitest.Trial, cred record.Credential) {
	x.T.Helper()
	require.NoError(x.T, x.Store.Connections.PutCredential(context.Background(), "north", record.CRM, cred))
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
		"one credential":                        {clitest.AsJSON(t, one), []string{"--credentials", "-"}},
		"a credential for this side alone":      {clitest.AsJSON(t, map[string]any{"crm": one}), []string{"--credentials", "-"}},
		"as the sandbox prints them for both":   {clitest.With(t, clitest.AsJSON(t, one), map[string]string{"billing_url": `"http://b"`}), []string{"--credentials", "-"}},
		"one for each side, the other is wrong": {clitest.AsJSON(t, map[string]any{"crm": one, "billing": map[string]string{}}), []string{"--credentials", "-"}},
	} {
		x.Stdin = c.stdin
		x.Temporal.Told = nil
		stored := record.Credential{}
		x.Temporal.OnTold = func() { stored = credential(x, record.CRM) }
		keep(x, was)
		status, out, errOut := x.Run(append([]string{"reauthorize", "north", "--side", "crm", "--who", "ann", "--output", "json"}, c.args...)...)
		require.Equal(t, cli.ExitDone, status, rule+": "+errOut)
		require.JSONEq(t, `{"connection":"north","side":"crm","state":"active","resumed":true}`, out)
		require.Equal(t, []contract.ReauthorizeRequest{{Side: "crm", Who: "ann"}}, x.Temporal.Told)
		require.Equal(t, good, stored, "it is stored, with the bounds of the one before, when the connection looks")
		require.Equal(t, good, credential(x, record.CRM))
		require.NotContains(t, out+errOut, good.RefreshToken)
		require.NotContains(t, out+errOut, good.ClientSecret)
	}
}

func TestACredentialThatTheSideRefusesIsNeverStored(t *testing.T) {
	t.Parallel()
	x, was, good := revoked(t)
	env, fake := x.Env, x.Temporal
	for rule, c := range map[string]struct {
		change func()
		args   []string
		says   string
	}{
		"wrong refresh token": {func() { x.Env["CAUSEWAY_CRM_REFRESH_TOKEN"] = "none" }, nil, "the stored credential was not changed: crm"},
		"not set":             {func() { x.Env["CAUSEWAY_CRM_CLIENT_ID"] = "" }, nil, "CAUSEWAY_CRM_CLIENT_ID is not set"},
		"the other side's":    {func() { x.Stdin = `{"billing":{}}` }, []string{"--credentials", "-"}, `"crm" is missing`},
		"nothing in it":       {func() { x.Stdin = `{}` }, []string{"--credentials", "-"}, "accounts_url is missing for the side crm"},
		"no JSON":             {func() { x.Stdin = "s3cret" }, []string{"--credentials", "-"}, "not a JSON object"},
		"Temporal away":       {func() { x.Temporal = nil }, nil, "reach Temporal"},
	} {
		x.Env, x.Temporal = maps.Clone(env), fake
		c.change()
		status, out, errOut := x.Run(append([]string{"reauthorize", "north", "--side", "crm"}, c.args...)...)
		require.Equal(t, cli.ExitCouldNot, status, rule)
		require.Empty(t, out)
		require.Contains(t, errOut, c.says)
		require.NotContains(t, errOut, good.ClientSecret)
		require.Equal(t, was, credential(x, record.CRM))
		require.Empty(t, fake.Told)
	}
}

func TestACredentialOfAnotherOrganisationIsNeverStored(t *testing.T) {
	t.Parallel()
	x := clitest.New(t)
	x.Environment(clitest.Organisations(t, nil))
	x.Connection("demo") // of the CRM organisation 1, which the sandbox is not
	status, _, errOut := x.Run("reauthorize", "demo", "--side", "crm")
	require.Equal(t, cli.ExitCouldNot, status)
	require.Contains(t, errOut, "the connection is linked with organisation 1 [OTHER_ORG]; give a credential of a user of organisation 1")
	_, err := x.Store.Connections.Credential(context.Background(), "demo", record.CRM)
	require.True(t, record.IsKind(err, record.NotFound))
}

func TestACredentialThatTheConnectionRefusesGivesWayToTheEarlierOne(t *testing.T) {
	t.Parallel()
	x, was, _ := revoked(t)
	x.Temporal.Refuses = clitest.RefusedBy("OAUTH_SCOPE_MISMATCH", "the scope ZohoCRM.modules.ALL is missing")
	status, out, errOut := x.Run("reauthorize", "--side", "crm")
	require.Equal(t, cli.ExitCouldNot, status)
	require.Empty(t, out)
	require.Contains(t, errOut, "the new credential was refused, and the earlier one is stored again: the scope ZohoCRM.modules.ALL is missing")
	require.Equal(t, was, credential(x, record.CRM))

	others := was // what somebody else stored meanwhile is not ours to take back
	others.RefreshToken = "somebody else's"
	x.Temporal.OnTold = func() { keep(x, others) }
	status, _, _ = x.Run("reauthorize", "--side", "crm")
	require.Equal(t, cli.ExitCouldNot, status)
	require.Equal(t, others, credential(x, record.CRM))
}

func TestACredentialThatNobodyWasToldOfStays(t *testing.T) {
	t.Parallel()
	x, _, good := revoked(t)
	x.Temporal.Refuses = errors.New("deadline exceeded")
	status, _, errOut := x.Run("reauthorize", "--side", "crm")
	require.Equal(t, cli.ExitCouldNot, status)
	require.Contains(t, errOut, "the new credential is stored, but the connection was not told: repeat `starter reauthorize north --side crm`")
	require.Equal(t, good, credential(x, record.CRM))
}

func TestACredentialThatCannotBeReadIsReplaced(t *testing.T) {
	t.Parallel()
	x, _, good := revoked(t)
	key, err := keyring.Parse("k9:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
	require.NoError(t, err)
	lost, err := store.Open(context.Background(), x.Dir+"/causeway.db", key)
	require.NoError(t, err)
	require.NoError(t, lost.Connections.PutCredential(context.Background(), "north", record.CRM, good))
	require.NoError(t, lost.Close())
	_, err = x.Store.Connections.Credential(context.Background(), "north", record.CRM)
	require.True(t, record.IsKind(err, record.Unauthorized), "the key is not at hand")
	status, _, errOut := x.Run("reauthorize", "--side", "crm")
	require.Equal(t, cli.ExitDone, status, errOut)
	good.CallsPerMinute, good.CallsInFlight = 0, 0
	require.Equal(t, good, credential(x, record.CRM))
}
