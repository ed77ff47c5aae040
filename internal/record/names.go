package record

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// NameKey is the form in which names are compared: after Unicode NFKC, case folding, trimming, and
// folding of inner white space. Accents and scripts count.
func NameKey(name string) string {
	if isASCII(name) { // where all of that is plain lower case, and a tenth of the time
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
	// Folding can leave a text that NFKC would change again, hence the second pass.
	folded := norm.NFKC.String(cases.Fold().String(strings.Map(oneCase, norm.NFKC.String(name))))
	return strings.Join(strings.Fields(folded), " ")
}

// oneCase makes the two cases of Cherokee one before they are folded: x/text v0.41.0 folds each into the
// other, so that they would never be equal.
func oneCase(r rune) rune {
	if unicode.Is(unicode.Cherokee, r) {
		return unicode.ToUpper(r)
	}
	return r
}
