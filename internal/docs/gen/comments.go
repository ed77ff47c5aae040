package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strings"
)

// commentsOf returns a function that tells the comment of a struct's field, read from the source of its package. It
// is empty where the field has none, or is not of the module.
func commentsOf(root string) func(reflect.Type, string) string {
	known := map[string]map[string]string{} // by package, by Type.Field
	return func(t reflect.Type, field string) string {
		ours, ok := strings.CutPrefix(t.PkgPath(), "causeway/")
		if !ok {
			return ""
		}
		if known[ours] == nil {
			known[ours] = readComments(filepath.Join(root, filepath.FromSlash(ours)))
		}
		return known[ours][t.Name()+"."+field]
	}
}

func readComments(dir string) map[string]string {
	out := map[string]string{}
	files, _ := filepath.Glob(filepath.Join(dir, "*.go")) // the pattern is well formed
	for _, name := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			continue // the compiler tells it
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			if st, ok := spec.Type.(*ast.StructType); ok {
				for _, f := range st.Fields.List {
					for _, id := range f.Names {
						out[spec.Name.Name+"."+id.Name] = said(f)
					}
				}
			}
			return true
		})
	}
	return out
}

// said is the comment of a field: the one before it, or the one behind it.
func said(f *ast.Field) string {
	text := f.Doc.Text()
	if text == "" {
		text = f.Comment.Text()
	}
	text = strings.Join(strings.Fields(text), " ")
	if text == "" {
		return ""
	}
	text = strings.ToUpper(text[:1]) + text[1:]
	if !strings.HasSuffix(text, ".") {
		text += "."
	}
	return text
}
