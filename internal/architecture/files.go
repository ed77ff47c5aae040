package architecture

import (
	"go/ast"
	"slices"
	"strings"
)

// docFile holds the comment that says what a package is.
const docFile = "doc.go"

// Doc returns the package comment of doc.go; empty where there is none.
func (p *Package) Doc() string {
	for _, f := range p.Files {
		if f.Name == docFile && f.syntax.Doc != nil {
			return f.syntax.Doc.Text()
		}
	}
	return ""
}

// Documented reports whether a file has a comment that says what the package is.
func (p *Package) Documented() bool {
	return slices.ContainsFunc(p.Files, func(f *File) bool {
		doc := f.syntax.Doc.Text()
		return strings.HasPrefix(doc, "Package ") || strings.HasPrefix(doc, "Command ")
	})
}

// Unnamed returns the files that the comment of doc.go does not name.
func (p *Package) Unnamed() []string {
	doc := p.Doc()
	var out []string
	for _, f := range p.Files {
		if f.Name != docFile && !namesFile(doc, f.Name) {
			out = append(out, f.Name)
		}
	}
	return out
}

// namesFile reports whether a comment names a file: as a word of its own, so that retry.go does not stand for try.go.
func namesFile(doc, file string) bool {
	for rest := doc; ; {
		i := strings.Index(rest, file)
		if i < 0 {
			return false
		}
		if i == 0 || strings.ContainsRune(" \t\n`(,", rune(rest[i-1])) {
			return true
		}
		rest = rest[i+1:]
	}
}

// FilesAllowed returns how many files the package may have.
func (p *Package) FilesAllowed() int {
	if strings.Contains(strings.Join(strings.Fields(p.Doc()), " "), ReasonForFiles) {
		return MaxFilesWithReason
	}
	return MaxFiles
}

// Methods returns how many methods each type of the package has. A method that has a variant for each system counts once.
func (p *Package) Methods() map[string]int {
	names := map[string]map[string]bool{}
	for _, f := range p.Files {
		for _, d := range f.syntax.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Recv == nil || len(fn.Recv.List) == 0 {
				continue
			}
			of := receiver(fn.Recv.List[0].Type)
			if names[of] == nil {
				names[of] = map[string]bool{}
			}
			names[of][fn.Name.Name] = true
		}
	}
	out := map[string]int{}
	for of, all := range names {
		out[of] = len(all)
	}
	return out
}

// receiver returns the name of a receiver's type.
func receiver(e ast.Expr) string {
	switch t := e.(type) {
	case *ast.StarExpr:
		return receiver(t.X)
	case *ast.IndexExpr:
		return receiver(t.X)
	case *ast.IndexListExpr:
		return receiver(t.X)
	case *ast.Ident:
		return t.Name
	}
	return ""
}
