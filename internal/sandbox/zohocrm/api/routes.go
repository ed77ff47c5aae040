package api

import (
	"net/http"

	"causeway/internal/sandbox/platform"
	"causeway/internal/sandbox/zohocrm/api/bulk"
	"causeway/internal/sandbox/zohocrm/api/describe"
	"causeway/internal/sandbox/zohocrm/api/documents"
	"causeway/internal/sandbox/zohocrm/api/read"
	"causeway/internal/sandbox/zohocrm/api/wire"
	"causeway/internal/sandbox/zohocrm/api/write"
	"causeway/internal/sandbox/zohocrm/custom"
	"causeway/internal/sandbox/zohocrm/metadata"
	"causeway/internal/sandbox/zohocrm/records"
)

// API serves the organisation over HTTP.
type API struct {
	defs      *custom.Definitions
	settings  *platform.Settings
	read      *read.Handlers
	write     *write.Handlers
	describe  *describe.Handlers
	documents *documents.Handlers
	bulk      *bulk.Jobs
}

// New returns the API of an organisation. documents is shared with the organisation's Go methods.
func New(db *platform.DB, store *records.Store, defs *custom.Definitions, documents *documents.Handlers, settings *platform.Settings, clock platform.Clock) *API {
	return &API{defs: defs, settings: settings, read: read.New(store, defs, settings, clock), write: write.New(store, settings),
		describe: describe.New(defs, settings), documents: documents, bulk: bulk.New(db, store, defs, settings, clock)}
}

// WriteRefusal answers a call that the gate refused. It is a platform.ErrorWriter.
func (a *API) WriteRefusal(w http.ResponseWriter, _ *http.Request, refusal platform.Refusal) {
	wire.WriteRefusal(w, refusal, a.settings.Get().RateLimitCode)
}

// Handler serves /crm/v8/ and /crm/bulk/v8/. It must stand behind a platform.Gate, which says who calls. It is an
// http.ServeMux, so that the gate can count calls by their route.
func (a *API) Handler() http.Handler {
	mux := http.NewServeMux()
	handle := func(path string, m wire.Methods) { mux.Handle("/crm/v8/"+path, m) }
	for path, m := range a.describe.Routes() {
		handle(path, m)
	}
	handle("coql", wire.Methods{"POST": a.read.PostCOQL})
	handle("{module}", wire.Methods{
		"GET":    a.onModule("READ", a.read.ListRecords),
		"POST":   a.onModule("CREATE", a.write.CreateRecords),
		"PUT":    a.onModule("UPDATE", a.write.UpdateRecords),
		"DELETE": a.onModule("DELETE", a.write.DeleteRecords),
	})
	handle("{module}/{id}", wire.Methods{
		"GET":    a.recordOrUser(),
		"PUT":    a.onModule("UPDATE", a.write.UpdateRecord),
		"DELETE": a.onModule("DELETE", a.write.DeleteRecord),
	})
	handle("{module}/upsert", wire.Methods{"POST": a.onModule("WRITE", a.write.UpsertRecords)})
	handle("{module}/deleted", wire.Methods{"GET": a.onModule("READ", a.read.ListDeleted)})
	handle("{module}/search", wire.Methods{"GET": a.onModule("READ", a.read.SearchRecords)})
	handle("{module}/{id}/{related}", wire.Methods{"GET": a.onModule("READ", a.listRelated)})
	for path, m := range a.documents.Routes() {
		handle(path, m)
	}
	handle("{module}/actions/count", wire.Methods{"GET": a.onModule("READ", a.read.CountRecords)})
	a.bulk.Routes(mux)
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { wire.WriteError(w, wire.ErrURL()) })
	return mux
}

// onModule returns a handler that finds the module in the path, and checks the token's scope for it.
func (a *API) onModule(operation string, serve func(http.ResponseWriter, *http.Request, *metadata.FieldSet) error) wire.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		m := metadata.ModuleNamed(r.PathValue("module"))
		if m == nil {
			return wire.ErrInvalidModule()
		}
		if !wire.ModuleScope(r, m, operation) {
			return wire.ErrScope()
		}
		return serve(w, r, a.defs.Fields(m))
	}
}

// recordOrUser serves users/{id} beside the records, because a route of its own would conflict with {module}/upsert.
func (a *API) recordOrUser() wire.Handler {
	getUser, getRecord := wire.Scoped("ZohoCRM.users.READ", a.describe.GetUser), a.onModule("READ", a.read.GetRecord)
	return func(w http.ResponseWriter, r *http.Request) error {
		if r.PathValue("module") == "users" {
			return getUser(w, r)
		}
		return getRecord(w, r)
	}
}

// listRelated serves a list of a record: its activities, or the records that point at it.
func (a *API) listRelated(w http.ResponseWriter, r *http.Request, set *metadata.FieldSet) error {
	if a.documents.Lists(set.Module, r.PathValue("related")) {
		return a.documents.ListActivities(w, r, set)
	}
	return a.read.ListRelated(w, r, set)
}
