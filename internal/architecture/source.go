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
	"path/filepath"
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
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && path != root && (strings.HasPrefix(e.Name(), ".") || e.Name() == "testdata"):
			return fs.SkipDir
		case e.IsDir() || filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		dir, err := filepath.Rel(root, filepath.Dir(path))
		if err != nil {
			return err
		}
		dir = filepath.ToSlash(dir)
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

// Parse parses the files of one package, by name.
func Parse(path string, files map[string][]byte) (*Package, error) {
	p := &Package{Path: path, set: token.NewFileSet()}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		syntax, err := parser.ParseFile(p.set, name, files[name], parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, fmt.Errorf("parse %s: %w", path, err)
		}
		p.Files = append(p.Files, &File{
			Name: name, Lines: bytes.Count(files[name], []byte("\n")), Generated: generated.Match(files[name]), syntax: syntax,
		})
	}
	return p, nil
}
