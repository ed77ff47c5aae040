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

// methods are the handlers of one path.
type methods map[string]handler

// Handler serves /crm/v8/ and /crm/bulk/v8/. It is an http.ServeMux, so that calls can be counted by their route. It expects to
// stand behind a platform.Gate, which says who calls.
func (o *Org) Handler() http.Handler {
	mux := http.NewServeMux()
	handle := func(path string, m methods) {
		mux.HandleFunc("/crm/v8/"+path, func(w http.ResponseWriter, r *http.Request) {
			serve, ok := m[r.Method]
			if !ok {
				writeError(w, errMethod())
				return
			}
			if err := serve(w, r); err != nil {
				writeError(w, err)
			}
		})
	}
	for path, m := range o.metadataRoutes() {
		handle(path, m)
	}
	handle("coql", methods{"POST": o.postCOQL})
	handle("{module}", methods{
		"GET":    o.onModule("READ", o.listRecords),
		"POST":   o.onModule("CREATE", o.createRecords),
		"PUT":    o.onModule("UPDATE", o.updateRecords),
		"DELETE": o.onModule("DELETE", o.deleteRecords),
	})
	for _, k := range activityKinds {
		handle(k.list, methods{"POST": o.createActivities(k)})
	}
	handle("{module}/{id}", methods{
		"GET":    o.recordOrUser(),
		"PUT":    o.onModule("UPDATE", o.updateRecord),
		"DELETE": o.onModule("DELETE", o.deleteRecord),
	})
	handle("{module}/upsert", methods{"POST": o.onModule("WRITE", o.upsertRecords)})
	handle("{module}/deleted", methods{"GET": o.onModule("READ", o.listDeleted)})
	handle("{module}/search", methods{"GET": o.onModule("READ", o.searchRecords)})
	handle("{module}/{id}/{related}", methods{"GET": o.onModule("READ", o.listRelated)})
	o.attachmentRoutes(handle)
	handle("{module}/actions/count", methods{"GET": o.onModule("READ", o.countRecords)})
	o.bulkRoutes(mux)
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { writeError(w, errURL()) })
	return mux
}

// onModule finds the module of a record call and checks that the token reaches it.
func (o *Org) onModule(operation string, serve func(http.ResponseWriter, *http.Request, *fieldSet) error) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		m := moduleNamed(r.PathValue("module"))
		if m == nil {
			return errInvalidModule()
		}
		if !moduleScope(r, m, operation) {
			return errScope()
		}
		return serve(w, r, o.fields(m))
	}
}

// recordOrUser serves users/{id} beside the records: a route of its own would be at odds with {module}/upsert.
func (o *Org) recordOrUser() handler {
	getUser, getRecord := scoped("ZohoCRM.users.READ", o.getUser), o.onModule("READ", o.getRecord)
	return func(w http.ResponseWriter, r *http.Request) error {
		if r.PathValue("module") == "users" {
			return getUser(w, r)
		}
		return getRecord(w, r)
	}
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
func (o *Org) notModified(w http.ResponseWriter) error {
	w.WriteHeader(o.settings.Get().NotModified)
	return nil
}

func writeJSON(w http.ResponseWriter, status int, v any) error {
	platform.WriteJSON(w, status, v)
	return nil
}
