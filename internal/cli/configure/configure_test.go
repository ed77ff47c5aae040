package configure_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"causeway/internal/cli"
	"causeway/internal/cli/clitest"
	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

func TestConfigureWithoutFlagsShowsThePreferences(t *testing.T) {
	t.Parallel()
	x := clitest.North(t)
	status, out, errOut := x.Run("configure", "--output", "json")
	require.Equal(t, cli.ExitDone, status, errOut)
	got := clitest.AnswerOf[report.Configured](t, out)
	require.Equal(t, 1, got.Preferences.Version)
	require.Equal(t, "fetch", got.Preferences.Customers.Extent)
	require.Equal(t, "off", got.Preferences.Transactions)
	require.NotEmpty(t, got.Preferences.Customers.AccountMap)
	require.Empty(t, got.Changes)
	require.Nil(t, got.Run)
	require.Empty(t, x.Temporal.Configured, "nothing was asked of the connection")

	status, out, _ = x.Run("configure", "north")
	require.Equal(t, cli.ExitDone, status)
	require.Contains(t, out, "preferences of north, version 1")
}

func TestConfigureSavesWhatItsFlagsSayAndLeavesTheRest(t *testing.T) {
	t.Parallel()
	x := clitest.North(t)
	was := x.Preferences()
	x.Temporal.Accepted.RunRef = contract.RunRef{RunID: "r7", WorkflowID: "periodic-sync/north/7"}
	status, out, errOut := x.Run("configure", "north", "--customers-extent", "both", "--item-duplicates", "clone", "--conflicts", "ask",
		"--transactions", "quotes", "--cadence", "5m", "--retention", "48h", "--no-unattached", "--sync", "--who", "amy", "--output", "json")
	require.Equal(t, cli.ExitDone, status, errOut)
	got := clitest.AnswerOf[report.Configured](t, out)
	require.Equal(t, 2, got.Preferences.Version)
	require.Len(t, got.Changes, 7)
	require.Equal(t, &report.Started{RunID: "r7", WorkflowID: "periodic-sync/north/7"}, got.Run)
	require.Contains(t, errOut, "cadence: 2h0m0s → 5m0s")

	now := x.Preferences()
	require.Equal(t, record.Both, now.Customers.Extent)
	require.Equal(t, was.Items.Extent, now.Items.Extent)
	require.Equal(t, record.Clone, now.Items.Duplicates)
	require.Equal(t, record.AskWins, now.Conflicts)
	require.Equal(t, record.PushQuotes, now.Transactions)
	require.Equal(t, 5*time.Minute, now.Cadence)
	require.Equal(t, 48*time.Hour, now.Retention)
	require.False(t, now.Customers.Unattached)
	require.Equal(t, was.Customers.AccountMap, now.Customers.AccountMap)
	require.Len(t, x.Temporal.Configured, 1)
	require.True(t, x.Temporal.Configured[0].Sync)
	require.Equal(t, "amy", x.Temporal.Configured[0].Who)

	status, out, errOut = x.Run("configure", "--cadence", "5m", "--output", "json")
	require.Equal(t, cli.ExitDone, status, errOut)
	require.Contains(t, errOut, "Nothing changes")
	require.Equal(t, 2, clitest.AnswerOf[report.Configured](t, out).Preferences.Version)
	require.Len(t, x.Temporal.Configured, 1, "an edit that changes nothing makes no version")
}

func TestAnEditThatConcernsLinksSaysSoFirstAndNeedsAYes(t *testing.T) {
	t.Parallel()
	x := clitest.North(t)
	x.Finished("north", "r1", 1)
	x.Link("north", "r1", clitest.CustomerLink("21", "b21"), "Harbour Ltd")
	status, out, errOut := x.Run("configure", "--mode", "contacts")
	require.Equal(t, cli.ExitCouldNot, status)
	require.Empty(t, out)
	require.Contains(t, errOut, "1 customers that came from accounts stay in billing and linked, and are no longer synced")
	require.Contains(t, errOut, "nothing was saved")
	require.Equal(t, 1, x.Preferences().Version)

	status, _, errOut = x.Run("configure", "--mode", "contacts", "--yes")
	require.Equal(t, cli.ExitDone, status, errOut)
	require.Equal(t, record.ModeContacts, x.Preferences().Customers.Mode)
}

func TestOfTwoAdminsWhoSaveAtOnceTheSecondIsTold(t *testing.T) {
	t.Parallel()
	x := clitest.North(t)
	x.Temporal.Meanwhile = func() {
		prefs := x.Preferences()
		prefs.Cadence = time.Hour
		_, err := x.Store.Connections.SavePreferences(context.Background(), "north", prefs, prefs.Version)
		require.NoError(t, err)
	}
	status, out, errOut := x.Run("configure", "--cadence", "10m")
	require.Equal(t, cli.ExitCouldNot, status)
	require.Empty(t, out)
	require.Contains(t, errOut, "edited by somebody else")
	require.Contains(t, errOut, "repeat the edit")
	require.Equal(t, time.Hour, x.Preferences().Cadence, "the first edit stands")
}

func TestAnEditThatIsRefusedSaysEverythingThatIsWrong(t *testing.T) {
	t.Parallel()
	x := clitest.North(t)
	x.Temporal.Problems = []contract.Problem{
		{Setting: "extent of customers", Reason: "only the first connection may do that"},
		{Setting: "map of accounts", Field: "Phone", Reason: "is a text, and cf_n takes a number"},
	}
	status, out, errOut := x.Run("configure", "--customers-extent", "both")
	require.Equal(t, cli.ExitCouldNot, status)
	require.Empty(t, out)
	require.Contains(t, errOut, "the preferences were not saved: extent of customers: only the first connection may do that; map of accounts: Phone is a text")

	x.Temporal.Problems, x.Temporal.ConfigureErr = nil, contract.Failure{Type: contract.ErrorRefused, Code: "STATE", Reason: "not now"}.Error()
	_, _, errOut = x.Run("configure", "--customers-extent", "both")
	require.Equal(t, "error: not now", clitest.LastLine(errOut), "in the workflow's own words")
	x.Temporal.ConfigureErr = errors.New("rpc error")
	_, _, errOut = x.Run("configure", "--customers-extent", "both")
	require.Contains(t, errOut, "rpc error")
}

func TestAViewIsChosenByItsNameOrIDAndTakenAwayByAll(t *testing.T) {
	t.Parallel()
	x := clitest.North(t)
	status, _, errOut := x.Run("configure", "--accounts-view", "no such view")
	require.Equal(t, cli.ExitCouldNot, status)
	require.Contains(t, errOut, `Accounts have no view "no such view": choose one of All Accounts (`)
	require.Contains(t, errOut, ", or all")

	status, _, errOut = x.Run("configure", "--accounts-view", "all accounts")
	require.Equal(t, cli.ExitDone, status, errOut)
	chosen := x.Preferences().Customers.AccountView
	require.NotNil(t, chosen)
	require.Equal(t, "All Accounts", chosen.Name)
	status, _, errOut = x.Run("configure", "--products-view", "all", "--accounts-view", "all")
	require.Equal(t, cli.ExitDone, status, errOut)
	require.Nil(t, x.Preferences().Customers.AccountView)
	status, _, errOut = x.Run("configure", "--accounts-view", chosen.ID)
	require.Equal(t, cli.ExitDone, status, errOut)
	require.Equal(t, chosen, x.Preferences().Customers.AccountView)
}
