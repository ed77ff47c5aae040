package architecture

import (
	"path"
	"slices"
	"strings"
)

// Module is the prefix of our own import paths.
const Module = "causeway/"

// RuleFor returns the first rule whose pattern covers a package, by its directory from the module's root.
func RuleFor(pkg string) (Rule, bool) {
	i := slices.IndexFunc(Rules, func(r Rule) bool { return Matches(r.Pattern, pkg) })
	if i < 0 {
		return Rule{}, false
	}
	return Rules[i], true
}

// Violations returns the imports that the rule does not allow.
func (r Rule) Violations(imports []string) []string {
	var bad []string
	for _, imp := range imports {
		ours, isOurs := strings.CutPrefix(imp, Module)
		switch {
		case isOurs && !MatchesAny(r.May, ours):
			bad = append(bad, imp)
		case !isOurs && MatchesAny(r.Denied, imp):
			bad = append(bad, imp)
		}
	}
	return bad
}

// MatchesAny reports whether one of the patterns covers a package.
func MatchesAny(patterns []string, pkg string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return Matches(pattern, pkg) })
}

// Matches reports whether a pattern covers a package. A last element "..." stands for the package and all below it.
func Matches(pattern, pkg string) bool {
	if dir, base := path.Split(pattern); base == "..." {
		return strings.HasPrefix(pkg+"/", dir)
	}
	return pattern == pkg
}

// IsTestSupport reports whether a package is for tests to import and for nothing else, like net/http/httptest: its
// name ends in "test". It may import what tests may.
func IsTestSupport(pkg string) bool { return strings.HasSuffix(pkg, "test") }
