package csvfiles

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRowsAreReadWithTheLineTheyBeginOn(t *testing.T) {
	t.Parallel()
	r, err := newRows("a.csv", strings.NewReader("\uFEFFid,name\r\n1,\"two\nlines\"\r\n2,x\r\n"))
	require.NoError(t, err)
	for _, want := range []struct {
		cells []string
		line  int
	}{{[]string{"id", "name"}, 1}, {[]string{"1", "two\nlines"}, 2}, {[]string{"2", "x"}, 4}, {nil, 0}} {
		cells, at, err := r.next()
		require.NoError(t, err)
		require.Equal(t, want.cells, cells)
		require.Equal(t, want.line, at.line)
	}
}

func TestABrokenRowIsAnErrorWithFileLineAndRemedy(t *testing.T) {
	t.Parallel()
	for text, wants := range map[string][]string{
		"a,b\n1\n":            {"a.csv, line 2", "1 columns where the first row has 2", "commas"},
		"a,b\n1,x\"y\n":       {"a.csv, line 2", "quotes around the value"},
		"a,b\n1,\"open\n2,x":  {"a.csv, line 2", "does not close"},
		"a,b\n1,\xff\n":       {"a.csv, line 2", "UTF-8"},
		"\xff\xfea\x00,\x00b": {"a.csv, line 1", "UTF-16"},
	} {
		r, err := newRows("a.csv", strings.NewReader(text))
		for cells := []string{""}; err == nil && cells != nil; {
			cells, _, err = r.next()
		}
		for _, want := range wants {
			require.ErrorContains(t, err, want)
		}
	}
}
