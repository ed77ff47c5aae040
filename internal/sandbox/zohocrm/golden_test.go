package zohocrm_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write the replies to testdata/golden/records.json (read the difference before you commit it)")

// exchange is one call of a golden file and its reply, to the byte except white space. errors.json is written by
// hand from the contract's table, and is never updated from the replies of a run.
type exchange struct {
	Name    string            `json:"name"`
	Method  string            `json:"method"`
	Path    string            `json:"path"`
	Headers map[string]string `json:"headers,omitempty"`
	Body    json.RawMessage   `json:"body,omitempty"`
	Status  int               `json:"status"`
	Reply   json.RawMessage   `json:"reply,omitempty"`
}

func TestRepliesAreThoseOfTheGoldenFiles(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/golden/*.json")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			var exchanges []exchange
			require.NoError(t, json.Unmarshal(text, &exchanges))
			c := newCRM(t)
			byRun := filepath.Base(file) != "errors.json"
			for i, e := range exchanges {
				var headers []string
				for name, value := range e.Headers {
					headers = append(headers, name, value)
				}
				re := c.call(e.Method, e.Path, string(e.Body), headers...)
				if *update && byRun {
					exchanges[i].Status, exchanges[i].Reply = re.status, json.RawMessage(re.raw)
					continue
				}
				require.Equal(t, e.Status, re.status, "%s: %s", e.Name, re.raw)
				if e.Reply == nil {
					require.Empty(t, re.raw, e.Name)
					continue
				}
				require.JSONEq(t, string(e.Reply), re.raw, e.Name)
			}
			if *update && byRun {
				writeGolden(t, file, exchanges)
			}
		})
	}
}

func writeGolden(t *testing.T, file string, exchanges []exchange) {
	t.Helper()
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	require.NoError(t, encoder.Encode(exchanges))
	require.NoError(t, os.WriteFile(file, out.Bytes(), 0o600))
}
