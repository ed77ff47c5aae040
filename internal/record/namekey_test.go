package record

import (
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// Names that are ASCII only take a shorter way through the code.
func TestTheKeyOfAPlainNameIsThatOfAnyName(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.StringOf(rapid.RuneFrom(nil, &unicodeASCII)).Draw(t, "name")
		require.True(t, isASCII(name))
		require.Equal(t, foldedKey(name), NameKey(name))
	})
}

var unicodeASCII = unicode.RangeTable{R16: []unicode.Range16{{Lo: 0, Hi: unicode.MaxASCII, Stride: 1}}, LatinOffset: 1}
