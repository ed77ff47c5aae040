package docs_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"causeway/internal/cli/docs"
	pages "causeway/internal/docs"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/require"
)

// run parses the arguments as starter does, and runs the command.
func run(t *testing.T, asJSON bool, args ...string) (string, error) {
	t.Helper()
	var c struct {
		Docs docs.Cmd `cmd:""`
	}
	parser, err := kong.New(&c, kong.Name("starter"))
	require.NoError(t, err)
	_, err = parser.Parse(append([]string{"docs"}, args...))
	require.NoError(t, err)
	var out bytes.Buffer
	err = c.Docs.Print(&out, asJSON)
	return out.String(), err
}

func TestWithoutATopicTheIndexIsPrinted(t *testing.T) {
	t.Parallel()
	out, err := run(t, false)
	require.NoError(t, err)
	for _, topic := range pages.Topics() {
		require.Contains(t, out, "  "+topic.Name)
		require.Contains(t, out, topic.Line+"\n")
	}
	out, err = run(t, true)
	require.NoError(t, err)
	var index struct {
		Topics []struct{ Topic, Title, Line string }
	}
	require.NoError(t, json.Unmarshal([]byte(out), &index))
	require.Len(t, index.Topics, len(pages.Topics()))
	require.Equal(t, "getting-started", index.Topics[0].Topic)
}

func TestATopicIsPrinted(t *testing.T) {
	t.Parallel()
	page, err := pages.Get("concepts")
	require.NoError(t, err)
	out, err := run(t, false, "concepts")
	require.NoError(t, err)
	require.Equal(t, page.Markdown, out)
	out, err = run(t, true, "concepts")
	require.NoError(t, err)
	var printed struct{ Topic, Title, Line, Markdown string }
	require.NoError(t, json.Unmarshal([]byte(out), &printed))
	require.Equal(t, "concepts", printed.Topic)
	require.Equal(t, page.Markdown, printed.Markdown)
}

func TestAnUnknownTopicSaysWhereToLook(t *testing.T) {
	t.Parallel()
	_, err := run(t, false, "nonsense")
	require.ErrorContains(t, err, "list the pages with `starter docs`")
}

func TestASearchListsSections(t *testing.T) {
	t.Parallel()
	out, err := run(t, false, "--search", "idempotency key")
	require.NoError(t, err)
	require.Contains(t, out, "finance: ")
	_, err = run(t, false, "--search", "zebra crossing")
	require.ErrorContains(t, err, "try fewer words")
	out, err = run(t, true, "--search", "zebra crossing")
	require.NoError(t, err)
	require.JSONEq(t, `{"hits":[]}`, out)
}
