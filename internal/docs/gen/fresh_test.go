package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestGeneratedPagesAreFresh(t *testing.T) {
	t.Parallel()
	root := root(t)
	pages, err := filepath.Glob(filepath.Join(pagesDir(root), "*.md"))
	require.NoError(t, err)
	require.NotEmpty(t, pages)
	used := map[string]bool{}
	for _, file := range pages {
		was, err := os.ReadFile(file)
		require.NoError(t, err)
		now, err := replace(string(was), root, parts)
		require.NoError(t, err, filepath.Base(file))
		require.Equal(t, now, string(was), "%s is stale: run `go generate ./internal/docs`", filepath.Base(file))
		for _, found := range begin.FindAllStringSubmatch(string(was), -1) {
			used[found[1]] = true
		}
	}
	for name := range parts {
		require.True(t, used[name], "no page holds the part %q", name)
	}
}

// The page shows them, and programs fill them in when they start: what they print is asked for here.
func TestDefaultsOfTheWorkerAreThoseItFillsIn(t *testing.T) {
	t.Parallel()
	cmd := exec.CommandContext(t.Context(), "go", "run", "./worker", "run", "--help")
	cmd.Dir = root(t)
	out, err := cmd.Output()
	require.NoError(t, err)
	require.Contains(t, string(out), "--call-timeout="+defaultsOfVars["${call_timeout}"]+" ")
	require.Contains(t, string(out), "--settle-margin="+defaultsOfVars["${settle_margin}"]+" ")
}

func root(t *testing.T) string {
	t.Helper()
	dir, err := moduleRoot()
	require.NoError(t, err)
	return dir
}

func TestReplaceWritesBetweenTheMarkersOnly(t *testing.T) {
	t.Parallel()
	made := map[string]part{"x": func(string) (string, error) { return "new\n", nil }}
	head := "# T\n\n<!-- made from the code by `go generate ./internal/docs`, do not edit: x -->\n"
	tail := endMarker + "\nThe end.\n"
	once, err := replace(head+"old\n"+tail, "", made)
	require.NoError(t, err)
	require.Equal(t, head+"\nnew\n\n"+tail, once)
	twice, err := replace(once, "", made)
	require.NoError(t, err)
	require.Equal(t, once, twice, "doing it again changes nothing")

	_, err = replace(head+"no end", "", made)
	require.ErrorContains(t, err, "has no end")
	_, err = replace(head+tail, "", nil)
	require.ErrorContains(t, err, `the part "x" is unknown`)
}
