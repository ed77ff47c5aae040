package zohoapi

import (
	"errors"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"causeway/internal/budget"
	"causeway/internal/record"
)

func TestAFileIsTakenAsItIsAndARefusalOfItAsEverywhere(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	f := newFake(t, func(w http.ResponseWriter, _ *http.Request) {
		switch calls.Add(1) {
		case 1:
			_, _ = w.Write([]byte("half a fi")) // the reader refuses it, so it is requested again
		case 2:
			_, _ = w.Write([]byte("a file"))
		default:
			answer(w, http.StatusBadRequest, map[string]any{"code": 400})
		}
	})
	c := f.client(t)
	var got string
	call := Call{Method: http.MethodGet, Path: "/api/file", Class: budget.Read, Op: "download", File: func(contents []byte) error {
		if got = string(contents); got != "a file" {
			return errors.New("cut off")
		}
		return nil
	}}
	_, err := c.Do(t.Context(), call)
	require.NoError(t, err)
	require.Equal(t, "a file", got)
	_, err = c.Do(t.Context(), call)
	require.True(t, record.IsKind(err, record.Invalid), "%v", err)
	require.EqualValues(t, 3, calls.Load())
}
