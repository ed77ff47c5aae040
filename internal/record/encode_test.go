package record_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"causeway/internal/record"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// byTheLibrary returns the canonical JSON as encoding/json writes it.
func byTheLibrary(t require.TestingT, v record.Values) string {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	require.NoError(t, enc.Encode(map[string]any(v)))
	return string(bytes.TrimRight(buf.Bytes(), "\n"))
}

// awkward are texts that JSON escapes, or that look as if they were escaped.
var awkward = []string{"", "plain", `"`, `\`, "a\nb\tc\r\b\f", "\x00\x1f\x7f", "<&>", "Ünïcödé 吴建筑 ФОП", "\u2028\u2029", "\u2027\u202a",
	"\xff\xfe", "half \xe2\x80", "😀", "\ufeff", "\ufffd"}

func anyValue(depth int) *rapid.Generator[any] {
	kinds := []*rapid.Generator[any]{
		rapid.Just[any](nil), rapid.Bool().AsAny(), rapid.String().AsAny(), rapid.SampledFrom(awkward).AsAny(),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) any { return string(b) }),
		rapid.Map(rapid.SampledFrom([]string{"0", "1", "-1", "12.50", "0.10", "1e3", "-0.5E-2", "9007199254740993"}), func(n string) any { return json.Number(n) }),
		rapid.Int().AsAny(), rapid.Float64Range(-1e9, 1e9).AsAny(),
		rapid.Just[any](map[string]any(nil)), rapid.Just[any]([]any(nil)),
	}
	if depth > 0 {
		kinds = append(kinds, rapid.SliceOfN(anyValue(depth-1), 0, 3).AsAny(),
			rapid.MapOfN(rapid.String(), anyValue(depth-1), 0, 4).AsAny(),
			rapid.Map(rapid.MapOfN(rapid.SampledFrom(awkward), anyValue(depth-1), 0, 4), func(m map[string]any) any { return record.Values(m) }))
	}
	return rapid.OneOf(kinds...)
}

func TestCanonicalJSONIsWhatTheLibraryWrites(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v := record.Values(rapid.MapOfN(rapid.String(), anyValue(2), 0, 6).Draw(t, "values"))
		got, err := v.Encode()
		require.NoError(t, err)
		require.Equal(t, byTheLibrary(t, v), string(got))
	})
}

func TestEveryAwkwardTextIsWrittenAsTheLibraryDoes(t *testing.T) {
	t.Parallel()
	for _, text := range awkward {
		v := record.Values{"x": text, text: "x"}
		got, err := v.Encode()
		require.NoError(t, err)
		require.Equal(t, byTheLibrary(t, v), string(got))
	}
}

func TestWhatIsNoNumberIsRefused(t *testing.T) {
	t.Parallel()
	for _, n := range []string{"01", "1.", ".5", "abc", "--1", "1 "} {
		_, err := record.Values{"n": json.Number(n)}.Encode()
		require.Error(t, err, n)
	}
}
