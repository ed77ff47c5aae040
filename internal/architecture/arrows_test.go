package architecture_test

import (
	"testing"

	"causeway/internal/architecture"

	"github.com/stretchr/testify/require"
)

func TestAnArrowIsAnyUseOfAnotherFilesDeclaration(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"types.go":   "package p\nimport \"os\"\ntype T struct { name string; file *os.File }\nconst limit = 3\nvar all []T",
		"method.go":  "package p\nfunc (t *T) run() {}",
		"call.go":    "package p\nfunc call() { var t T; t.run() }",
		"field.go":   "package p\nimport \"example.com/x/v2\"\nfunc field(of func() *T) string { x.Do(of); return of().name }",
		"value.go":   "package p\nvar doubled = 2 * limit",
		"local.go":   "package p\nfunc local() int { limit := 1; call := limit; return call }",
		"foreign.go": "package p\nimport \"example.com/call\"\nfunc foreign() { call.T() }",
	}
	require.Equal(t, []architecture.Arrow{
		{From: "call.go", To: "method.go"}, {From: "call.go", To: "types.go"}, {From: "field.go", To: "types.go"},
		{From: "method.go", To: "types.go"}, {From: "value.go", To: "types.go"},
	}, example(t, "p", files)[0].Arrows())
}

func TestBackArrowsAreTheFewestThatBreakTheCircles(t *testing.T) {
	t.Parallel()
	arrow := func(s string) architecture.Arrow { return architecture.Arrow{From: s[:1], To: s[1:]} }
	arrows := func(all ...string) []architecture.Arrow {
		var out []architecture.Arrow
		for _, s := range all {
			out = append(out, arrow(s))
		}
		return out
	}
	for name, c := range map[string]struct {
		arrows []architecture.Arrow
		back   int
	}{
		"no circle":                               {arrows("ab", "bc", "ac", "dc"), 0},
		"two files that use each other":           {arrows("ab", "ba"), 1},
		"a circle of three":                       {arrows("ab", "bc", "ca"), 1},
		"one arrow closes three circles":          {arrows("ab", "ac", "ad", "be", "ce", "de", "ea"), 1},
		"two circles apart":                       {arrows("ab", "ba", "cd", "dc", "bc"), 2},
		"an arrow out of a circle does not count": {arrows("ab", "ba", "bx", "xy", "zx"), 1},
		"everybody uses everybody":                {arrows("ab", "ac", "ba", "bc", "ca", "cb"), 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			back := architecture.BackArrows(c.arrows)
			require.Len(t, back, c.back, "%v", back)
			require.Equal(t, back, architecture.BackArrows(c.arrows), "the answer is always the same")
		})
	}
	require.Equal(t, []architecture.Arrow{arrow("ea")}, architecture.BackArrows(arrows("ab", "ac", "ad", "be", "ce", "de", "ea")))
}
