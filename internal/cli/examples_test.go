package cli

import (
	"io"
	"strings"
	"testing"

	"causeway/internal/cli/session"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/require"
)

func TestEveryCommandHasExamplesThatParse(t *testing.T) {
	t.Parallel()
	model, err := Model()
	require.NoError(t, err)
	seen := map[string]bool{}
	for _, leaf := range model.Leaves(true) {
		path := commandPath(leaf)
		seen[path] = true
		list := examples[path]
		require.NotEmpty(t, list, "%s has no example", path)
		for _, e := range list {
			requireParses(t, e.Line, path)
		}
	}
	for path := range examples {
		require.True(t, seen[path], "%s is no command", path)
	}
	for _, e := range firstExamples {
		requireParses(t, e.Line, "")
	}
}

// requireParses parses an example, but for whether its files exist, and looks which command it is.
func requireParses(t *testing.T, line, path string) {
	t.Helper()
	words := split(line)
	require.Equal(t, "starter", words[0])
	parser, err := newParser(&tree{}, session.New(nil, io.Discard, io.Discard), func(int) {})
	require.NoError(t, err)
	ctx, err := parser.Parse(words[1:])
	if err != nil && strings.Contains(err.Error(), "no such file") {
		return
	}
	require.NoError(t, err, line)
	if path != "" {
		require.Equal(t, path, commandPath(ctx.Selected()), line)
	}
}

// split is what a shell makes of a line with single quotes.
func split(line string) []string {
	var out []string
	for i, part := range strings.Split(line, "'") {
		if i%2 == 0 {
			out = append(out, strings.Fields(part)...)
			if i > 0 && !strings.HasPrefix(part, " ") && part != "" {
				panic("a quote inside a word: " + line)
			}
		} else {
			out = append(out, part)
		}
	}
	return out
}

var _ kong.HelpPrinter = printHelp
