package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
)

// ofSource makes the reference of a program from the source of its kong struct, named cli. That serves programs that
// cannot be linked here: main packages, and worker/dev with a whole Temporal server in it.
func ofSource(dir, name string) part {
	return func(root string) (string, error) {
		src := source{root: root, dirs: map[string]*sourceDir{}}
		p := program{name: name}
		err := src.fields(dir, "cli", func(f field) error {
			if !f.has("cmd") {
				p.shared = append(p.shared, f.flag())
				return nil
			}
			c := command{name: f.name(), help: f.tag.Get("help")}
			if f.has("default") {
				c.usage = name + " [flags]\n" + name + " " + f.name() + " [flags]"
			} else {
				c.usage = name + " " + f.name() + " [flags]"
			}
			err := src.fields(f.typeDir, f.typeName, func(f field) error {
				c.flags = append(c.flags, f.flag())
				return nil
			})
			p.commands = append(p.commands, c)
			return err
		})
		return p.Markdown(), err
	}
}

// field is a field of a kong struct.
type field struct {
	goName            string
	tag               reflect.StructTag
	typeDir, typeName string // where its type is declared, where that is a struct of the module
	isBool            bool
}

func (f field) has(key string) bool {
	_, ok := f.tag.Lookup(key)
	return ok
}

// name is what kong calls it.
func (f field) name() string {
	if name := f.tag.Get("name"); name != "" {
		return name
	}
	return dashed(f.goName)
}

// flag is the field as a flag.
func (f field) flag() value {
	name := "--" + f.name()
	if !f.isBool {
		name += "=" + takes(f.tag.Get("placeholder"), f.name())
	}
	if short := f.tag.Get("short"); short != "" {
		name = "-" + short + ", " + name
	}
	help := strings.ReplaceAll(f.tag.Get("help"), "${enum}", strings.ReplaceAll(f.tag.Get("enum"), ",", " or "))
	initial := f.tag.Get("default")
	if known, ok := defaultsOfVars[initial]; ok {
		initial = known
	}
	return value{name: name, help: help, initial: initial, env: f.tag.Get("env")}
}

// defaultsOfVars are the defaults that programs fill in when they start. A test compares them with the code.
var defaultsOfVars = map[string]string{
	"${data_dir}":      "~/.local/share/causeway",
	"${call_timeout}":  "15s",
	"${settle_margin}": "10s",
}

// dashed is a Go name as kong makes a flag of it: CallTimeout is call-timeout, UIPort ui-port.
func dashed(name string) string {
	var b strings.Builder
	for i, r := range name {
		upper := r >= 'A' && r <= 'Z'
		startsWord := upper && i > 0 && (name[i-1] < 'A' || name[i-1] > 'Z' || i+1 < len(name) && name[i+1] >= 'a' && name[i+1] <= 'z')
		if startsWord {
			b.WriteByte('-')
		}
		b.WriteRune(r)
	}
	return strings.ToLower(b.String())
}

// source reads packages of the module, each once.
type source struct {
	root string
	dirs map[string]*sourceDir
}

// sourceDir is one package: its structs, and what its files import.
type sourceDir struct {
	structs map[string]*ast.StructType
	imports map[string]string // by name, the directory of a package of the module
}

// fields calls visit for each field of a struct, and for those of what it embeds in their place.
func (s source) fields(dir, name string, visit func(field) error) error {
	d, err := s.dir(dir)
	if err != nil {
		return err
	}
	st, ok := d.structs[name]
	if !ok {
		return fmt.Errorf("there is no struct %s in %s", name, dir)
	}
	for _, f := range st.Fields.List {
		if err := s.field(d, dir, f, visit); err != nil {
			return err
		}
	}
	return nil
}

func (s source) field(d *sourceDir, dir string, f *ast.Field, visit func(field) error) error {
	out := field{}
	switch t := f.Type.(type) {
	case *ast.Ident:
		out.typeDir, out.typeName, out.isBool = dir, t.Name, t.Name == "bool"
	case *ast.SelectorExpr:
		if pkg, ok := t.X.(*ast.Ident); ok {
			out.typeDir, out.typeName = d.imports[pkg.Name], t.Sel.Name
		}
	}
	if len(f.Names) == 0 {
		return s.fields(out.typeDir, out.typeName, visit)
	}
	if f.Tag == nil {
		return nil
	}
	text, err := strconv.Unquote(f.Tag.Value)
	if err != nil {
		return err
	}
	out.goName, out.tag = f.Names[0].Name, reflect.StructTag(text)
	return visit(out)
}

func (s source) dir(dir string) (*sourceDir, error) {
	if d, ok := s.dirs[dir]; ok {
		return d, nil
	}
	files, err := filepath.Glob(filepath.Join(s.root, dir, "*.go"))
	if err != nil {
		return nil, err
	}
	d := &sourceDir{structs: map[string]*ast.StructType{}, imports: map[string]string{}}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		d.add(file)
	}
	s.dirs[dir] = d
	return d, nil
}

func (d *sourceDir) add(file *ast.File) {
	for _, imp := range file.Imports {
		if ours, ok := strings.CutPrefix(strings.Trim(imp.Path.Value, `"`), "causeway/"); ok {
			d.imports[path.Base(ours)] = ours
		}
	}
	for _, decl := range file.Decls {
		gen, ok := decl.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, spec := range gen.Specs {
			if t, ok := spec.(*ast.TypeSpec); ok {
				if st, ok := t.Type.(*ast.StructType); ok {
					d.structs[t.Name.Name] = st
				}
			}
		}
	}
}
