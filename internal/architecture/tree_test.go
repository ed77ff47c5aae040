package architecture_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"causeway/internal/architecture"

	"github.com/stretchr/testify/require"
)

// built are leftovers of `go test`, which .gitignore names.
var built = []string{".test", ".out"}

func TestTopLevelHoldsTheTreeAndNothingElse(t *testing.T) {
	t.Parallel()
	entries, err := os.ReadDir(root(t))
	require.NoError(t, err)
	for _, e := range entries {
		if !mayStandAtTheTop(e.Name()) {
			t.Errorf("%s stands at the top level: only %s and dotfiles may", e.Name(), strings.Join(architecture.TopLevel, ", "))
		}
	}
	require.False(t, mayStandAtTheTop("scripts"), "a broken example is seen")
}

func mayStandAtTheTop(name string) bool {
	return strings.HasPrefix(name, ".") || slices.Contains(built, filepath.Ext(name)) || slices.Contains(architecture.TopLevel, name)
}

func TestNoPackageIsNamedForNothing(t *testing.T) {
	t.Parallel()
	vague := []string{"util", "utils", "common", "helper", "helpers", "model", "models", "types", "misc", "shared"}
	for _, p := range list(t) {
		if slices.Contains(vague, strings.TrimSuffix(p.Name, "_test")) {
			t.Errorf("package %s: name it for what it does", p.path())
		}
	}
}

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	t.Parallel()
	for _, p := range tree(t) {
		if !p.Documented() {
			t.Errorf("%s has no package comment: say what it is, and what it must never do", p.Path)
		}
	}
	require.False(t, example(t, "p", map[string]string{"a.go": "// What it is.\n\npackage p"})[0].Documented(), "a broken example is seen")
}
