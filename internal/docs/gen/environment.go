package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// environment is the table of the variables that programs read.
func environment(root string) (string, error) {
	found, err := scan(root)
	if err != nil {
		return "", err
	}
	if err := found.check(); err != nil {
		return "", err
	}
	byProgram := map[string]*table{}
	for name, flags := range found.flags {
		for _, f := range flags {
			p := programFor(f.dir)
			rowsOf(byProgram, p).rows = append(rowsOf(byProgram, p).rows, []string{code(name), code("--" + f.name), f.help, code(f.initial)})
		}
	}
	for name, v := range variables {
		if v.program != tests {
			rowsOf(byProgram, v.program).rows = append(rowsOf(byProgram, v.program).rows, []string{code(name), code(v.flag), v.help, ""})
		}
	}
	var b strings.Builder
	for _, p := range []string{every, starterOnly, workerOnly, devOnly} {
		t := rowsOf(byProgram, p)
		sort.Slice(t.rows, func(i, j int) bool { return t.rows[i][0] < t.rows[j][0] })
		t.rows = slices.CompactFunc(t.rows, slices.Equal)
		fmt.Fprintf(&b, "## %s\n\n%s\n", p, t)
	}
	return b.String(), nil
}

// testEnvironment is the table of the variables that tests and benchmarks read.
func testEnvironment(root string) (string, error) {
	found, err := scan(root)
	if err != nil {
		return "", err
	}
	if err := found.check(); err != nil {
		return "", err
	}
	t := table{head: []string{"variable", "what it sets"}}
	for name, v := range variables {
		if v.program == tests {
			t.rows = append(t.rows, []string{code(name), v.help})
		}
	}
	sort.Slice(t.rows, func(i, j int) bool { return t.rows[i][0] < t.rows[j][0] })
	return t.String(), nil
}

func rowsOf(byProgram map[string]*table, program string) *table {
	t := byProgram[program]
	if t == nil {
		t = &table{head: []string{"variable", "flag", "what it is", "default"}}
		byProgram[program] = t
	}
	return t
}

// programFor is the heading under which the flags of a directory stand.
func programFor(dir string) string {
	switch {
	case dir == "worker/dev":
		return devOnly
	case dir == "worker":
		return workerOnly
	case dir == "starter" || strings.HasPrefix(dir, "internal/cli"):
		return starterOnly
	default:
		return every
	}
}

// flagFound is a flag that a variable sets.
type flagFound struct{ dir, name, help, initial string }

// scanned is what the source tree says about variables.
type scanned struct {
	flags map[string][]flagFound // by variable: those in struct tags
	read  map[string]bool        // the names that stand in the code by themselves; a prefix ends in _
}

// scan reads every Go file of the module.
func scan(root string) (scanned, error) {
	out := scanned{flags: map[string][]flagFound{}, read: map[string]bool{}}
	err := filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (entry.Name() == "testdata" || strings.HasPrefix(entry.Name(), ".") && file != root) {
			return fs.SkipDir
		}
		dir, err := filepath.Rel(root, filepath.Dir(file))
		if err != nil || filepath.Ext(file) != ".go" || strings.HasPrefix(dir, filepath.FromSlash("internal/docs")) {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		out.file(filepath.ToSlash(dir), parsed)
		return nil
	})
	return out, err
}

// alone is a variable, or the beginning of one, and nothing else.
var alone = regexp.MustCompile(`^CAUSEWAY_[A-Z_]+$`)

func (s scanned) file(dir string, parsed *ast.File) {
	ast.Inspect(parsed, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Field:
			s.field(dir, n)
		case *ast.BasicLit:
			if text, err := strconv.Unquote(n.Value); err == nil && alone.MatchString(text) {
				s.read[text] = true
			}
		}
		return true
	})
}

// field notes a field of a struct that a variable sets.
func (s scanned) field(dir string, n *ast.Field) {
	if n.Tag == nil || len(n.Names) == 0 {
		return
	}
	text, err := strconv.Unquote(n.Tag.Value)
	if err != nil {
		return
	}
	tag := reflect.StructTag(text)
	if name := tag.Get("env"); name != "" {
		f := field{goName: n.Names[0].Name, tag: tag}
		s.flags[name] = append(s.flags[name], flagFound{dir: dir, name: f.name(), help: f.flag().help, initial: f.flag().initial})
	}
}

// check requires that every variable is described, and that every description has its variable.
func (s scanned) check() error {
	var bad []string
	for name := range s.read {
		if !s.described(name) {
			bad = append(bad, name+" is read, and neither a flag nor variables.go tells what it is")
		}
	}
	for name := range variables {
		if !s.reads(name) {
			bad = append(bad, name+" stands in variables.go, and nothing reads it")
		}
	}
	slices.Sort(bad)
	if len(bad) > 0 {
		return fmt.Errorf("environment: %s", strings.Join(bad, "; "))
	}
	return nil
}

func (s scanned) described(name string) bool {
	if _, ok := s.flags[name]; ok || notDocumented[name] {
		return true
	}
	for known := range variables {
		if known == name || strings.HasSuffix(name, "_") && strings.HasPrefix(known, name) {
			return true
		}
	}
	return name == "CAUSEWAY_"
}

func (s scanned) reads(name string) bool {
	for read := range s.read {
		if read == name || read != "CAUSEWAY_" && strings.HasSuffix(read, "_") && strings.HasPrefix(name, read) {
			return true
		}
	}
	return false
}
