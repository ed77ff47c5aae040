package codec

import (
	"net/http"
	"slices"
	"strings"

	"go.temporal.io/sdk/converter"
)

// maxRequest bounds what the endpoint reads, in bytes: Temporal keeps payloads of 2 MiB at most, and asks for several.
const maxRequest = 32 << 20

// Handler serves Temporal's protocol for remote codecs below prefix, so that its Web UI shows payloads decrypted, and its
// CLI prints them. It decrypts for whoever can call it: of pages in a browser it answers those of the given origins, and
// other hosts than the named ones (none: any) are refused, so that no page elsewhere can ask under another name. Encoding is not
// served.
func (c Codec) Handler(prefix string, hosts, origins []string) http.Handler {
	payloads := converter.NewPayloadCodecHTTPHandler(c)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		origin := r.Header.Get("Origin")
		if origin != "" && !slices.Contains(origins, origin) || len(hosts) > 0 && !slices.Contains(hosts, r.Host) {
			http.Error(w, "payloads are decrypted for Temporal's Web UI only", http.StatusForbidden)
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
