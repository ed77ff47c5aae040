package architecture_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"causeway/internal/architecture"

	"github.com/stretchr/testify/require"
)

// pkg is a package as `go list` tells it.
type pkg struct {
	Name         string
	ImportPath   string
	Imports      []string
	TestImports  []string
	XTestImports []string
	Deps         []string // what it imports, directly and through others
}

// path is the package's directory in the tree.
func (p pkg) path() string { return strings.TrimPrefix(p.ImportPath, architecture.Module) }

// source is the production source of the tree, which is read once.
var source = sync.OnceValues(func() ([]*architecture.Package, error) { return architecture.Read("../..") })

// tree returns the packages of the tree.
func tree(t *testing.T) []*architecture.Package {
	t.Helper()
	all, err := source()
	require.NoError(t, err)
	require.Greater(t, len(all), 30)
	return all
}

// example returns a package of these files, for showing that a check fails where it should.
func example(t *testing.T, path string, files map[string]string) []*architecture.Package {
	t.Helper()
	content := map[string][]byte{}
	for name, text := range files {
		content[name] = []byte(text)
	}
	p, err := architecture.Parse(path, content)
	require.NoError(t, err)
	return []*architecture.Package{p}
}

// root is the module's directory.
func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("../..")
	require.NoError(t, err)
	require.FileExists(t, filepath.Join(dir, "go.mod"))
	return dir
}

// listed are the packages of the tree as `go list` tells them, asked once.
var listed struct {
	once sync.Once
	pkgs []pkg
}

// list returns the packages of the tree. A package that does not compile is listed too: its imports are what counts.
func list(t *testing.T) []pkg {
	t.Helper()
	listed.once.Do(func() {
		out := command(t, root(t), nil, "go", "list", "-e", "-json=Name,ImportPath,Imports,TestImports,XTestImports,Deps", "./...")
		for dec := json.NewDecoder(bytes.NewReader(out)); ; {
			var p pkg
			err := dec.Decode(&p)
			if errors.Is(err, io.EOF) {
				break
			}
			require.NoError(t, err)
			listed.pkgs = append(listed.pkgs, p)
		}
	})
	require.Greater(t, len(listed.pkgs), 30)
	return listed.pkgs
}

// named returns one package of the tree.
func named(t *testing.T, path string) pkg {
	t.Helper()
	all := list(t)
	i := slices.IndexFunc(all, func(p pkg) bool { return p.path() == path })
	require.GreaterOrEqual(t, i, 0, path)
	return all[i]
}

// command runs a program and returns its standard output.
func command(t *testing.T, dir string, env []string, name string, args ...string) []byte {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	require.NoErrorf(t, err, "%s: %s %s", stderr.String(), name, strings.Join(args, " "))
	return out
}
