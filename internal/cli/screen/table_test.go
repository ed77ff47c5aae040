package screen_test

import (
	"bytes"
	"strings"
	"testing"

	"causeway/internal/cli/screen"

	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/stretchr/testify/require"
)

// render prints a table of two records with long ids and a long reason.
func render(width int) (string, bool) {
	var out bytes.Buffer
	t := screen.NewTable(&out, width, "entity", "record", "name", "CRM", "reason")
	t.AppendRow([]any{"customers", "Accounts/5820000000100007", "Harbour Ltd", "5820000000100007", strings.Repeat("because it is so ", 10)})
	t.AppendRow([]any{"customers", "Accounts/5820000009100007", "Pier Ltd", "", "short"})
	shortened := t.Render()
	return out.String(), shortened
}

func TestATableFitsTheTerminal(t *testing.T) {
	t.Parallel()
	for _, width := range []int{60, 80, 100, 120} {
		out, shortened := render(width)
		require.True(t, shortened)
		require.LessOrEqual(t, text.LongestLineLen(out), width, out)
	}
}

func TestIDsAreShortenedToWhatIsUnique(t *testing.T) {
	t.Parallel()
	out, _ := render(100)
	require.Contains(t, out, "Accounts/…0100007")
	require.Contains(t, out, "Accounts/…9100007")
	require.NotContains(t, out, "5820000000100007")
}

func TestWithoutATerminalNothingIsCut(t *testing.T) {
	t.Parallel()
	for _, width := range []int{0, 400} {
		out, shortened := render(width)
		require.False(t, shortened)
		require.Contains(t, out, "Accounts/5820000000100007")
		require.NotContains(t, out, "…")
	}
}

func TestATableOfTooManyColumnsBecomesBlocks(t *testing.T) {
	t.Parallel()
	out, _ := render(40)
	require.LessOrEqual(t, text.LongestLineLen(out), 40, out)
	require.Contains(t, out, "name      Harbour Ltd\n  entity  customers\n")
}

func TestNamesComeFirst(t *testing.T) {
	t.Parallel()
	out, _ := render(0)
	require.Regexp(t, `^\S+\n│ NAME +│ ENTITY +│ RECORD`, out)
	require.Regexp(t, `│ Harbour Ltd +│ customers +│ Accounts/5820000000100007`, out)
}
