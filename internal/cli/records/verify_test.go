package records_test

import (
	"context"
	"encoding/json"
	"testing"

	"causeway/internal/app"
	"causeway/internal/cli"
	"causeway/internal/cli/clitest"
	"causeway/internal/record"

	"github.com/stretchr/testify/require"
)

func TestVerifyNeedsNoTemporalAndEndsWithOneWhereSomethingIsMissing(t *testing.T) {
	t.Parallel()
	info := clitest.Organisations(t, nil)
	x := clitest.New(t)
	x.Environment(info)
	status, _, errOut := x.Run("connect", "north", "--yes")
	require.Equal(t, cli.ExitDone, status, errOut)
	x.Temporal = nil
	status, out, errOut := x.Run("verify", "--output", "json")
	require.Equal(t, cli.ExitBad, status, errOut)
	require.Contains(t, errOut, "the sides of north do not agree")
	var got map[string]json.RawMessage
	require.NoError(t, json.Unmarshal([]byte(out), &got))
	require.JSONEq(t, `[]`, string(got["differences"]))
	require.JSONEq(t, `[]`, string(got["extra"]))
	var missing []map[string]string
	require.NoError(t, json.Unmarshal(got["missing"], &missing))
	require.Len(t, missing, 21, "10 accounts, 10 contacts, 1 product")
	require.Len(t, missing[0], 3)

	status, out, _ = x.Run("verify")
	require.Equal(t, cli.ExitBad, status)
	require.Contains(t, out, "0 records compared: 0 differences, 21 missing, 0 extra, 0 explained")
}

func TestVerifyOfASideThatCannotBeReadEndsWithTwo(t *testing.T) {
	t.Parallel()
	x := clitest.New(t)
	conn := record.Connection{ID: "demo", Incarnation: "abc", State: record.StateActive, CreatedAt: clitest.At}
	cred := record.Credential{AccountsURL: "http://127.0.0.1:1", ClientID: "i", ClientSecret: "s", RefreshToken: "r", Organization: "1"}
	_, err := app.Connect(context.Background(), x.Store, app.ConnectRequest{ID: conn.ID, CRM: cred, Billing: cred}, app.Prerequisites{}, clitest.At)
	require.NoError(t, err)
	status, out, errOut := x.Run("verify")
	require.Equal(t, cli.ExitCouldNot, status)
	require.Empty(t, out)
	require.Contains(t, errOut, "verify connection demo: billing:")
}
