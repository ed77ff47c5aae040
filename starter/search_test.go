package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSearchLooksLiveOnBothSidesAndSaysWhatIsLinked(t *testing.T) {
	t.Parallel()
	x := north(t)
	x.temporal = nil
	_, out, errOut := x.run("map", "accounts", "try", "display_name", "--sample", "1", "--output", "json")
	account := answerOf[tried](t, out).Tried[0]
	word := strings.Fields(account.Name)[0]

	status, out, errOut2 := x.run("search", word, "--in", "crm", "--contacts", "--output", "json")
	require.Equal(t, exitDone, status, errOut+errOut2)
	got := answerOf[found](t, out)
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

	x.finished("north", "r1", 1)
	x.link("north", "r1", customerLink(account.RecordID, "b1"), account.Name)
	_, out, _ = x.run("search", word, "--output", "json")
	linked := map[string]string{}
	for _, r := range answerOf[found](t, out).Results {
		if r.LinkedTo != nil {
			linked[r.ID] = r.LinkedTo.ID
		}
	}
	require.Equal(t, map[string]string{account.RecordID: "b1"}, linked)

	status, out, errOut = x.run("search", "nobody is called that", "--last-name", "--output", "json")
	require.Equal(t, exitDone, status, errOut)
	require.Empty(t, answerOf[found](t, out).Results)
	status, out, _ = x.run("search", "nothing is called that", "--items")
	require.Equal(t, exitDone, status)
	require.Contains(t, out, "nothing was found")
}
