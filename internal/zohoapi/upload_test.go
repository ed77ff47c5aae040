package zohoapi

import (
	"io"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"causeway/internal/budget"
	"causeway/internal/record"
)

func TestAFileIsSentAsAFormAndAgainWithAnotherToken(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	f := newFake(t, func(w http.ResponseWriter, r *http.Request) {
		file, header, err := r.FormFile("attachment")
		if err != nil {
			t.Error(err)
			return
		}
		data, _ := io.ReadAll(file)
		if string(data) != "a\x00file" || header.Filename != `a "b".pdf` || header.Header.Get("Content-Type") != "application/pdf" {
			t.Errorf("%q named %q of type %q", data, header.Filename, header.Header.Get("Content-Type"))
		}
		if calls.Add(1) == 1 {
			answer(w, http.StatusUnauthorized, map[string]any{"code": 401})
			return
		}
		answer(w, http.StatusOK, map[string]any{"code": 0})
	})
	_, err := f.client(t).Do(t.Context(), Call{Method: http.MethodPost, Path: "/api/x", Class: budget.Write, Op: "attach",
		Upload: &Upload{Field: "attachment", Name: `a "b".pdf`, Type: "application/pdf", Data: []byte("a\x00file")}})
	require.NoError(t, err)
	require.EqualValues(t, 2, calls.Load())
}

func TestAnUploadWithoutAGoodAnswerIsAmbiguousAndNotRepeated(t *testing.T) {
	t.Parallel()
	f := newFake(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	_, err := f.client(t).Do(t.Context(), Call{Method: http.MethodPost, Path: "/api/x", Class: budget.Write, Op: "attach",
		Upload: &Upload{Field: "attachment", Name: "a", Data: []byte("a")}})
	require.True(t, record.IsAmbiguous(err), "%v", err)
	require.EqualValues(t, 1, f.calls.Load())
}
