package architecture_test

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// topLevel is what may stand at the top, beside dotfiles.
var topLevel = []string{
	"workflows", "activities", "worker", "starter", "internal",
	"docker-compose.yml", "go.mod", "go.sum", "README.md", "LICENSE",
}

// built are leftovers of `go test`, which .gitignore names.
var built = []string{".test", ".out"}

// maxLines bounds a file: a longer one is more than one thing.
const maxLines = 400

func TestTopLevelHoldsTheTreeAndNothingElse(t *testing.T) {
	t.Parallel()
	entries, err := os.ReadDir(root(t))
	require.NoError(t, err)
	for _, e := range entries {
		name := e.Name()
		if strings.HasPrefix(name, ".") || slices.Contains(built, filepath.Ext(name)) {
			continue
		}
		if !slices.Contains(topLevel, name) {
			t.Errorf("%s stands at the top level: only %s and dotfiles may", name, strings.Join(topLevel, ", "))
		}
	}
}

func TestNoFileOutsideTestsIsOver400Lines(t *testing.T) {
	t.Parallel()
	generated := regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.$`)
	eachGoFile(t, func(path string, content []byte) {
		if strings.HasSuffix(path, "_test.go") || generated.Match(content) {
			return
		}
		if n := bytes.Count(content, []byte("\n")); n > maxLines {
			t.Errorf("%s has %d lines: split what is two things (%d at most)", path, n, maxLines)
		}
	})
}

func TestNoPackageIsNamedForNothing(t *testing.T) {
	t.Parallel()
	vague := []string{"util", "utils", "common", "helper", "helpers", "model", "models", "types", "misc", "shared"}
	for _, p := range list(t, "./...") {
		if slices.Contains(vague, strings.TrimSuffix(p.Name, "_test")) {
			t.Errorf("package %s: name it for what it does", p.path())
		}
	}
}

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	t.Parallel()
	documented := map[string]bool{}
	packageDoc := regexp.MustCompile(`(?m)^// (Package|Command) \S+ [^\n]+\n(//[^\n]*\n)*package `)
	eachGoFile(t, func(path string, content []byte) {
		if strings.HasSuffix(path, "_test.go") {
			return
		}
		dir := filepath.ToSlash(filepath.Dir(path))
		documented[dir] = documented[dir] || packageDoc.Match(content)
	})
	for dir, ok := range documented {
		if !ok {
			t.Errorf("%s has no package comment: say what it is, and what it must never do", dir)
		}
	}
}

// eachGoFile visits the Go files of the tree, by their path from the root.
func eachGoFile(t *testing.T, visit func(path string, content []byte)) {
	t.Helper()
	dir := root(t)
	visited := 0
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && path != dir && (strings.HasPrefix(e.Name(), ".") || e.Name() == "testdata"):
			return fs.SkipDir
		case e.IsDir() || filepath.Ext(path) != ".go":
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		visited++
		visit(name, content)
		return nil
	})
	require.NoError(t, err)
	require.Greater(t, visited, 50)
}
