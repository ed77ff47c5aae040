package record

import (
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// NameKey is the form in which names are compared: after Unicode NFKC, case folding, trimming, and
// folding of inner white space. Accents and scripts count.
func NameKey(name string) string {
	// Folding can leave a text that NFKC would change again, hence the second pass.
	folded := norm.NFKC.String(cases.Fold().String(norm.NFKC.String(name)))
	return strings.Join(strings.Fields(folded), " ")
}
