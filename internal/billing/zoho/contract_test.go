package zoho

import (
	"net/http"
	"testing"
)

func recordRequests(t *testing.T, next http.RoundTripper) http.RoundTripper { return next }
