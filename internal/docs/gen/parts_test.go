package main

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"causeway/internal/architecture"

	"github.com/stretchr/testify/require"
)

type innerShape struct {
	// code is for programs
	Code string `json:"code"`
}

type baseShape struct {
	Connection string `json:"connection"` // the connection's id
}

type outerShape struct {
	baseShape
	At      time.Time              `json:"at"`
	Failure *innerShape            `json:"failure"`
	All     []innerShape           `json:"all,omitempty"`
	Counts  map[string]int         `json:"counts"`
	By      map[string]*innerShape `json:"by"`
	Raw     json.RawMessage        `json:"raw"`
	Points  []struct {
		X int `json:"x"`
	} `json:"points"`
	Plain  bool
	Hidden string `json:"-"`
	hidden string
}

func TestShapesAreReadByReflection(t *testing.T) {
	t.Parallel()
	_ = outerShape{hidden: ""}
	tell := func(_ reflect.Type, field string) string { return map[string]string{"Code": "For programs."}[field] }
	require.Equal(t, "### `status`\n\n| field | type | what it is |\n| --- | --- | --- |\n"+
		"| `connection` | text |  |\n| `at` | time |  |\n| `failure` | [innerShape](#object-innershape) or null |  |\n"+
		"| `all` | list of [innerShape](#object-innershape) | Left out when empty. |\n| `counts` | number by name |  |\n"+
		"| `by` | [innerShape](#object-innershape) or null by name |  |\n| `raw` | any |  |\n| `points` | list of object |  |\n"+
		"| `points.x` | number |  |\n| `Plain` | true or false |  |\n\n"+
		"## Objects\n\n### object innerShape\n\n| field | type | what it is |\n| --- | --- | --- |\n| `code` | text | For programs. |\n\n",
		shapesTables([]shape{{"`status`", &outerShape{}}}, tell))
}

func TestCommentsOfFieldsAreReadFromSource(t *testing.T) {
	t.Parallel()
	known := readCommentsOfTests(t)
	require.Equal(t, "Code is for programs.", known["innerShape.Code"])
	require.Equal(t, "The connection's id.", known["baseShape.Connection"])
	require.Empty(t, known["outerShape.At"])
	require.Empty(t, commentsOf(root(t))(reflect.TypeFor[time.Time](), "wall"), "types of others have none")
}

func readCommentsOfTests(t *testing.T) map[string]string {
	t.Helper()
	return readComments(".")
}

func TestRulesBecomeATable(t *testing.T) {
	t.Parallel()
	require.Equal(t, "| package | why | may import, of ours | must not import besides |\n| --- | --- | --- | --- |\n"+
		"| `internal/record` | Words. | nothing |  |\n| `internal/crm` and all below it | A port. | `internal/record`, `internal/x` | `net/http` |\n",
		rulesTable([]architecture.Rule{
			{Pattern: "internal/record", Why: "Words."},
			{Pattern: "internal/crm/...", May: []string{"internal/record", "internal/x"}, Denied: []string{"net/http"}, Why: "A port."},
		}))
}

func TestEnvironmentNeedsEveryVariableDescribed(t *testing.T) {
	t.Parallel()
	found, err := scan(root(t))
	require.NoError(t, err)
	require.NoError(t, found.check())
	require.NotEmpty(t, found.flags["CAUSEWAY_STORE"])

	found.read["CAUSEWAY_NEW_THING"] = true
	require.ErrorContains(t, found.check(), "CAUSEWAY_NEW_THING is read, and neither a flag nor variables.go tells what it is")
	delete(found.read, "CAUSEWAY_NEW_THING")
	delete(found.read, "CAUSEWAY_DELETE_TOKEN")
	require.ErrorContains(t, found.check(), "CAUSEWAY_DELETE_TOKEN stands in variables.go, and nothing reads it")
}
