package zohocrm

import (
	"log/slog"
	"net/http"
	"strings"

	"causeway/internal/sandbox/platform"
)

var logger = slog.Default()

// handler answers one kind of call; an error that it returns becomes the reply.
type handler func(w http.ResponseWriter, r *http.Request) error

// methods are the handlers of one path, by HTTP method. It is an http.Handler.
type methods map[string]handler

func (m methods) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	serve, ok := m[r.Method]
	if !ok {
		writeError(w, errMethod())
		return
	}
	if err := serve(w, r); err != nil {
		writeError(w, err)
	}
}

// API serves the organisation over HTTP.
type API struct {
	defs      *Definitions
	settings  *platform.Settings
	read      *readHandlers
	write     *writeHandlers
	describe  *describeHandlers
	documents *documentHandlers
	bulk      *bulkJobs
}

// newAPI serves the records of a store and what defs defines. documents is shared with the organisation's Go side.
func newAPI(db *platform.DB, store *Store, defs *Definitions, documents *documentHandlers, settings *platform.Settings, clock platform.Clock) *API {
	return &API{defs: defs, settings: settings, read: newReadHandlers(store, defs, settings, clock), write: newWriteHandlers(store, settings),
		describe: newDescribeHandlers(defs, settings), documents: documents, bulk: newBulkJobs(db, store, defs, settings, clock)}
}

// WriteRefusal renders what the gate refuses in the CRM's format. It is a platform.ErrorWriter.
func (a *API) WriteRefusal(w http.ResponseWriter, _ *http.Request, refusal platform.Refusal) {
	writeRefusal(w, refusal, a.settings.Get().RateLimitCode)
}

// Handler serves /crm/v8/ and /crm/bulk/v8/. It is an http.ServeMux, so that calls can be counted by their route. It expects to
// stand behind a platform.Gate, which says who calls.
func (a *API) Handler() http.Handler {
	mux := http.NewServeMux()
	handle := func(path string, m methods) { mux.Handle("/crm/v8/"+path, m) }
	for path, m := range a.describe.metadataRoutes() {
		handle(path, m)
	}
	handle("coql", methods{"POST": a.read.postCOQL})
	handle("{module}", methods{
		"GET":    a.onModule("READ", a.read.listRecords),
		"POST":   a.onModule("CREATE", a.write.createRecords),
		"PUT":    a.onModule("UPDATE", a.write.updateRecords),
		"DELETE": a.onModule("DELETE", a.write.deleteRecords),
	})
	handle("{module}/{id}", methods{
		"GET":    a.recordOrUser(),
		"PUT":    a.onModule("UPDATE", a.write.updateRecord),
		"DELETE": a.onModule("DELETE", a.write.deleteRecord),
	})
	handle("{module}/upsert", methods{"POST": a.onModule("WRITE", a.write.upsertRecords)})
	handle("{module}/deleted", methods{"GET": a.onModule("READ", a.read.listDeleted)})
	handle("{module}/search", methods{"GET": a.onModule("READ", a.read.searchRecords)})
	handle("{module}/{id}/{related}", methods{"GET": a.onModule("READ", a.listRelated)})
	for path, m := range a.documents.documentRoutes() {
		handle(path, m)
	}
	handle("{module}/actions/count", methods{"GET": a.onModule("READ", a.read.countRecords)})
	a.bulk.bulkRoutes(mux)
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { writeError(w, errURL()) })
	return mux
}

// onModule finds the module of a record call and checks that the token reaches it.
func (a *API) onModule(operation string, serve func(http.ResponseWriter, *http.Request, *fieldSet) error) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		m := moduleNamed(r.PathValue("module"))
		if m == nil {
			return errInvalidModule()
		}
		if !moduleScope(r, m, operation) {
			return errScope()
		}
		return serve(w, r, a.defs.fields(m))
	}
}

// recordOrUser serves users/{id} beside the records: a route of its own would be at odds with {module}/upsert.
func (a *API) recordOrUser() handler {
	getUser, getRecord := scoped("ZohoCRM.users.READ", a.describe.getUser), a.onModule("READ", a.read.getRecord)
	return func(w http.ResponseWriter, r *http.Request) error {
		if r.PathValue("module") == "users" {
			return getUser(w, r)
		}
		return getRecord(w, r)
	}
}

// listRelated serves the list of a record that is asked for: of other records, or of activities.
func (a *API) listRelated(w http.ResponseWriter, r *http.Request, set *fieldSet) error {
	if a.documents.lists(set.module, r.PathValue("related")) {
		return a.documents.listActivities(w, r, set)
	}
	return a.read.listRelated(w, r, set)
}

// moduleScope says whether the token may do the operation on the module's records. WRITE is both CREATE and UPDATE.
func moduleScope(r *http.Request, m *module, operation string) bool {
	has := func(op string) bool {
		return platform.RequireScope(r, "ZohoCRM.modules."+strings.ToLower(m.API)+"."+op)
	}
	switch operation {
	case "WRITE":
		return has("WRITE") || has("CREATE") && has("UPDATE")
	case "CREATE", "UPDATE":
		return has(operation) || has("WRITE")
	default:
		return has(operation)
	}
}

// scoped checks a scope of a call that is not about one module's records.
func scoped(scope string, serve handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if !platform.RequireScope(r, scope) {
			return errScope()
		}
		return serve(w, r)
	}
}

// noContent answers that there is nothing: no body.
func noContent(w http.ResponseWriter) error {
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// notModified answers that nothing changed since If-Modified-Since.
func (h *readHandlers) notModified(w http.ResponseWriter) error {
	w.WriteHeader(h.settings.Get().NotModified)
	return nil
}

func writeJSON(w http.ResponseWriter, status int, v any) error {
	platform.WriteJSON(w, status, v)
	return nil
}
