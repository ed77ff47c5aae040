package architecture

import (
	"cmp"
	"go/ast"
	"go/types"
	"path"
	"regexp"
	"slices"
)

// Arrow is the use of one file of a package by another: it names a constant, a variable, a type, a function, a method
// or a field that the other declares.
type Arrow struct{ From, To string }

// compare orders arrows by name, so that every answer is the same each time.
func compare(a, b Arrow) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) }

// Arrows returns who uses whom among the package's files, each pair once.
//
// The package is type-checked on its own, with empty packages in place of its imports, so that nothing needs to be
// built. A value whose type only an import knows is unknown here, and a method called on it is not counted.
func (p *Package) Arrows() []Arrow {
	info := types.Info{Uses: map[*ast.Ident]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{}}
	config := types.Config{Importer: empty{}, Error: func(error) {}} // what imports would give is missing
	files := make([]*ast.File, len(p.Files))
	for i, f := range p.Files {
		files[i] = f.syntax
	}
	checked, _ := config.Check(p.Path, p.set, files, &info) // the errors are about imports
	found := map[Arrow]bool{}
	add := func(at ast.Node, used types.Object) {
		if used == nil || used.Pkg() != checked || !used.Pos().IsValid() || isLocal(used) {
			return
		}
		a := Arrow{From: p.fileOf(at), To: p.set.Position(used.Pos()).Filename}
		if a.From != a.To {
			found[a] = true
		}
	}
	for ident, used := range info.Uses {
		add(ident, used)
	}
	for selector, selection := range info.Selections {
		add(selector, selection.Obj())
	}
	var out []Arrow
	for a := range found {
		out = append(out, a)
	}
	slices.SortFunc(out, compare)
	return out
}

func (p *Package) fileOf(n ast.Node) string { return p.set.Position(n.Pos()).Filename }

// isLocal reports whether an object is declared inside a function: only its own file can name it.
func isLocal(o types.Object) bool {
	switch o := o.(type) {
	case *types.Var:
		return !o.IsField() && o.Parent() != o.Pkg().Scope()
	case *types.Func:
		return false // a method has no scope
	}
	return o.Parent() != o.Pkg().Scope()
}

// empty stands for every import.
type empty struct{}

var version = regexp.MustCompile(`^v[0-9]+$`)

// Import returns a package without declarations, named as its path ends.
func (empty) Import(imported string) (*types.Package, error) {
	name := path.Base(imported)
	if version.MatchString(name) {
		name = path.Base(path.Dir(imported))
	}
	p := types.NewPackage(imported, name)
	p.MarkComplete()
	return p, nil
}
