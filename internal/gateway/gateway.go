package gateway

import (
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// maxBody is the greatest size of a request, in bytes. It fits a document with the most lines, or a file that is
// sent with its request.
const maxBody = 2 << 20

func init() { huma.NewError = invalid } // huma has no other way to give its own refusals our form

// Handler serves the API, its description at /openapi.json, and /healthz.
func Handler(o Options) http.Handler {
	if o.Wait == 0 {
		o.Wait = time.Minute
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	config := huma.DefaultConfig("Causeway", "1")
	config.DocsPath, config.SchemasPath = "", "" // its documentation page would load scripts from another host
	config.CreateHooks = nil                     // no links to schemas in bodies
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer"}}
	api := humago.New(mux, config)
	g := &gateway{o}
	api.UseMiddleware(g.authenticate)
	huma.Register(api, huma.Operation{
		OperationID: "push", Method: http.MethodPost, Path: "/api/v1/connections/{connection}/transactions",
		Summary: "Run one action on a quote or an invoice in billing",
		Description: "The answer comes once billing has done it. A request repeated with the same Idempotency-Key, even after an error, " +
			"gets the first answer, and nothing is done twice.",
		Security: []map[string][]string{{"token": {}}}, MaxBodyBytes: maxBody,
		Errors: []int{400, 401, 403, 404, 409, 413, 422, 503, 504},
	}, g.push)
	return mux
}
