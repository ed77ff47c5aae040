package codec

import (
	"net/http"
	"slices"
	"strings"

	"go.temporal.io/sdk/converter"
)

// maxRequest limits what the endpoint reads, in bytes. Temporal keeps payloads of at most 2 MiB, and asks for
// several at once.
const maxRequest = 32 << 20

// Handler serves Temporal's protocol for remote codecs below prefix, so that its Web UI and CLI can show payloads
// decrypted. Anybody who can call it gets payloads decrypted. Browsers are therefore limited to pages of the given
// origins. Requests to other hosts than the given ones are refused (without hosts, any is accepted), so that no
// other page can reach it under another name. Encoding is not served.
func (c Codec) Handler(prefix string, hosts, origins []string) http.Handler {
	payloads := converter.NewPayloadCodecHTTPHandler(c)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		origin := r.Header.Get("Origin")
		if origin != "" && !slices.Contains(origins, origin) || len(hosts) > 0 && !slices.Contains(hosts, r.Host) {
			http.Error(w, "payloads are decrypted only for Temporal's Web UI", http.StatusForbidden)
			return
		}
		h := w.Header()
		if origin != "" {
			h.Set("Access-Control-Allow-Origin", origin)
		}
		h.Set("Access-Control-Allow-Headers", "Authorization, Content-Type, X-Namespace, Caller-Type")
		h.Set("Access-Control-Allow-Methods", "POST")
		h.Set("Access-Control-Allow-Credentials", "true")
		h.Add("Vary", "Origin")
		switch {
		case r.Method == http.MethodOptions:
			w.WriteHeader(http.StatusNoContent)
		case !strings.HasSuffix(r.URL.Path, "/decode") || !strings.HasPrefix(r.URL.Path, prefix):
			http.NotFound(w, r)
		default:
			r.Body = http.MaxBytesReader(w, r.Body, maxRequest)
			payloads.ServeHTTP(w, r)
		}
	})
}
