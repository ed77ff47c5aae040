package records_test

import (
	"strings"
	"testing"

	"causeway/internal/cli"
	"causeway/internal/cli/clitest"
	"causeway/internal/report"

	"github.com/stretchr/testify/require"
)

func TestSearchLooksLiveOnBothSidesAndSaysWhatIsLinked(t *testing.T) {
	t.Parallel()
	x := clitest.North(t)
	x.Temporal = nil
	_, out, errOut := x.Run("map", "accounts", "try", "display_name", "--sample", "1", "--output", "json")
	account := clitest.AnswerOf[report.Tried](t, out).Tried[0]
	word := strings.Fields(account.Name)[0]

	status, out, errOut2 := x.Run("search", word, "--in", "crm", "--contacts", "--output", "json")
	require.Equal(t, cli.ExitDone, status, errOut+errOut2)
	got := clitest.AnswerOf[report.Found](t, out)
	require.NotEmpty(t, got.Results)
	names := map[string]bool{}
	for _, r := range got.Results {
		require.Equal(t, "crm", r.Side)
		require.Equal(t, "Accounts", r.Module)
		require.Nil(t, r.LinkedTo)
		for _, contact := range r.Contacts {
			require.Equal(t, r.ID, contact.ParentID)
		}
		names[r.Name] = true
	}
	require.True(t, names[account.Name])

	x.Finished("north", "r1", 1)
	x.Link("north", "r1", clitest.CustomerLink(account.RecordID, "b1"), account.Name)
	_, out, _ = x.Run("search", word, "--output", "json")
	linked := map[string]string{}
	for _, r := range clitest.AnswerOf[report.Found](t, out).Results {
		if r.LinkedTo != nil {
			linked[r.ID] = r.LinkedTo.ID
		}
	}
	require.Equal(t, map[string]string{account.RecordID: "b1"}, linked)

	status, out, errOut = x.Run("search", "nobody is called that", "--last-name", "--output", "json")
	require.Equal(t, cli.ExitDone, status, errOut)
	require.Empty(t, clitest.AnswerOf[report.Found](t, out).Results)
	status, out, _ = x.Run("search", "nothing is called that", "--items")
	require.Equal(t, cli.ExitDone, status)
	require.Contains(t, out, "nothing was found")
}
