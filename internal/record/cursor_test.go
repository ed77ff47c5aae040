package record_test

import (
	"encoding/json"
	"testing"
	"time"

	"causeway/internal/record"

	"github.com/stretchr/testify/require"
)

func TestCursorsOfEarlierBuildsAreRead(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]record.Cursor{
		`{"id":"whole","page":3}`:                  {Page: 3, Whole: true},
		`{"page":3,"whole":true}`:                  {Page: 3, Whole: true},
		`{"page":3}`:                               {Page: 3},
		`{"id":"whole"}`:                           {ID: "whole"},
		`{"id":"5","time":"2026-03-01T10:00:00Z"}`: {ID: "5", Time: time.Date(2026, 3, 1, 10, 0, 0, 0, time.UTC)},
	} {
		var got record.Cursor
		require.NoError(t, json.Unmarshal([]byte(text), &got), text)
		require.Equal(t, want, got, text)
		again, err := json.Marshal(got)
		require.NoError(t, err)
		var twice record.Cursor
		require.NoError(t, json.Unmarshal(again, &twice))
		require.Equal(t, got, twice)
	}
}
