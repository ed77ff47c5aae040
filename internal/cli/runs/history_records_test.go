package runs_test

import (
	"strings"
	"testing"

	"causeway/internal/cli"
	"causeway/internal/cli/clitest"
	"causeway/internal/record"
	"causeway/internal/report"

	"github.com/stretchr/testify/require"
)

func TestTheThreeListsAreCountedAndListed(t *testing.T) {
	t.Parallel()
	x := clitest.New(t)
	x.Connection("demo")
	x.Finished("demo", "r1", 1)
	x.Link("demo", "r1", clitest.CustomerLink("21", "b21"), "Harbour Ltd")
	status, out, errOut := x.Run("history", "records", "--output", "json")
	require.Equal(t, cli.ExitDone, status, errOut)
	none := `{"in_sync":0,"excluded":0,"failing":0}`
	counts := `{"customers":{"in_sync":1,"excluded":1,"failing":1},"contact_persons":` + none + `,"items":` + none + `}`
	require.JSONEq(t, `{"connection":"demo","counts":`+counts+`,"list":"","records":[]}`, out)

	bad := `{"entity":"customers","side":"crm","module":"Accounts","id":"11","name":"Bad\u001b[31m","crm_id":"11","billing_id":"",
		"code":"FIELD_INVALID","reason":"Email is not an e-mail address","rule":"","run_id":"r1","at":"2026-03-04T05:06:07Z"}`
	_, out, _ = x.Run("history", "records", "demo", "--failing", "--output", "json")
	require.JSONEq(t, `{"connection":"demo","counts":`+counts+`,"list":"failing","records":[`+bad+`]}`, out)
	_, out, _ = x.Run("history", "records", "--in-sync", "--entity", "customers", "--output", "json")
	require.Len(t, clitest.AnswerOf[report.Standings](t, out).Records, 1)
	_, out, _ = x.Run("history", "records", "--excluded", "--entity", "items", "--output", "json")
	require.Empty(t, clitest.AnswerOf[report.Standings](t, out).Records)
	_, out, _ = x.Run("history", "records", "--failing")
	require.NotContains(t, out, "\x1b", "a name must not be able to steer the terminal")
}

func TestWhatTheModeSyncsNoMoreIsExcluded(t *testing.T) {
	t.Parallel()
	x := clitest.New(t)
	x.Connection("demo")
	x.Finished("demo", "r1", 1)
	x.Link("demo", "r1", clitest.CustomerLink("21", "b21"), "Harbour Ltd")
	person := clitest.CustomerLink("31", "b31")
	person.Entity, person.CRMModule, person.BillingModule = record.EntityContactPersons, record.Contacts, record.ContactPersons
	x.Link("demo", "r1", person, "Ana")
	for mode, want := range map[record.Mode]report.StandingCounts{
		record.ModeAccountsAndContacts: {InSync: 1}, record.ModeAccounts: {Excluded: 1},
	} {
		prefs, err := x.Store.Connections.Preferences(t.Context(), "demo", 0)
		if err != nil {
			require.True(t, record.IsKind(err, record.NotFound), err)
		}
		prefs.Customers.Mode = mode
		_, err = x.Store.Connections.SavePreferences(t.Context(), "demo", prefs, prefs.Version)
		require.NoError(t, err)
		_, out, _ := x.Run("history", "records", "--excluded", "--output", "json")
		got := clitest.AnswerOf[report.Standings](t, out)
		require.Equal(t, want, got.Counts["contact_persons"], mode)
		require.Equal(t, report.StandingCounts{InSync: 1, Excluded: 1, Failing: 1}, got.Counts["customers"], mode)
		require.Equal(t, mode == record.ModeAccounts, strings.Contains(out, "NOT_IN_MODE"), out)
	}
}
