package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A shape that no page shows would be one that nobody can rely on.
func TestEveryShapeOfReportIsDocumented(t *testing.T) {
	t.Parallel()
	shown := map[string]bool{}
	for _, s := range printed {
		walk(reflect.TypeOf(s.value), shown)
	}
	files, err := filepath.Glob(filepath.Join(root(t), "internal", "report", "*.go"))
	require.NoError(t, err)
	found := 0
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		ast.Inspect(parsed, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok {
				return true
			}
			if st, ok := spec.Type.(*ast.StructType); ok && spec.Name.IsExported() && isJSON(st) {
				found++
				if !shown["causeway/internal/report."+spec.Name.Name] {
					t.Errorf("report.%s is in no shape of printed.go: say there which command prints it", spec.Name.Name)
				}
			}
			return true
		})
	}
	require.Greater(t, found, 40)
}

// isJSON reports whether a field of the struct has a name in JSON.
func isJSON(st *ast.StructType) bool {
	for _, f := range st.Fields.List {
		if f.Tag != nil && strings.Contains(f.Tag.Value, `json:"`) {
			return true
		}
	}
	return false
}

// walk notes a type and all structs in it.
func walk(t reflect.Type, seen map[string]bool) {
	t = element(t)
	name := t.PkgPath() + "." + t.Name()
	if t.Kind() != reflect.Struct || seen[name] {
		return
	}
	if t.Name() != "" {
		seen[name] = true
	}
	for i := range t.NumField() {
		walk(t.Field(i).Type, seen)
	}
}
