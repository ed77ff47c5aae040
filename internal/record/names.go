package record

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// NameKey returns the form in which names are compared: after Unicode NFKC, case folding, trimming and folding of
// inner white space. Accents and scripts count.
func NameKey(name string) string {
	if isASCII(name) { // lower case is enough here, and ten times as fast
		return strings.Join(strings.Fields(strings.ToLower(name)), " ")
	}
	return foldedKey(name)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func foldedKey(name string) string {
	// Case folding can return a text that NFKC would change, so NFKC runs a second time.
	folded := norm.NFKC.String(cases.Fold().String(strings.Map(oneCase, norm.NFKC.String(name))))
	return strings.Join(strings.Fields(folded), " ")
}

// oneCase turns lower-case Cherokee into upper case before folding. x/text v0.41.0 folds each case into the other,
// so the two would never be equal.
func oneCase(r rune) rune {
	if unicode.Is(unicode.Cherokee, r) {
		return unicode.ToUpper(r)
	}
	return r
}
