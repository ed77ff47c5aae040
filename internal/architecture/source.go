package architecture

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Package is the production source of one directory: every Go file but tests, whatever its build constraints.
type Package struct {
	Path  string // from the module's root
	Files []*File
	set   *token.FileSet
}

// File is one Go file of a package.
type File struct {
	Name      string
	Lines     int
	Generated bool
	syntax    *ast.File
}

// Read reads the packages of the tree, by path. It leaves out hidden directories and testdata.
func Read(root string) ([]*Package, error) {
	dirs := map[string]map[string][]byte{}
	tree := os.DirFS(root)
	err := fs.WalkDir(tree, ".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && name != "." && (strings.HasPrefix(e.Name(), ".") || e.Name() == "testdata"):
			return fs.SkipDir
		case e.IsDir() || path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		content, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		dir := path.Dir(name)
		if dirs[dir] == nil {
			dirs[dir] = map[string][]byte{}
		}
		dirs[dir][e.Name()] = content
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read the tree: %w", err)
	}
	var out []*Package
	for _, dir := range slices.Sorted(maps.Keys(dirs)) {
		p, err := Parse(dir, dirs[dir])
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

var generated = regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.$`)

// Parse parses the files of the package in a directory, by name.
func Parse(dir string, files map[string][]byte) (*Package, error) {
	p := &Package{Path: dir, set: token.NewFileSet()}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		syntax, err := parser.ParseFile(p.set, name, files[name], parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, fmt.Errorf("parse %s: %w", dir, err)
		}
		p.Files = append(p.Files, &File{
			Name: name, Lines: bytes.Count(files[name], []byte("\n")), Generated: generated.Match(files[name]), syntax: syntax,
		})
	}
	return p, nil
}
