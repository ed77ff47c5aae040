package wire

import (
	"net/http"
	"strings"

	"causeway/internal/sandbox/platform"
	"causeway/internal/sandbox/zohocrm/metadata"
)

// Handler answers one kind of call. An error that it returns becomes the reply.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Methods are the handlers of one path, by HTTP method. It is an http.Handler.
type Methods map[string]Handler

func (m Methods) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	serve, ok := m[r.Method]
	if !ok {
		WriteError(w, errMethod())
		return
	}
	if err := serve(w, r); err != nil {
		WriteError(w, err)
	}
}

// ModuleScope reports whether the token may do the operation on the module's records. WRITE is CREATE and UPDATE.
func ModuleScope(r *http.Request, m *metadata.Module, operation string) bool {
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

// Scoped returns a handler that refuses tokens without the scope. Calls about one module's records use ModuleScope.
func Scoped(scope string, serve Handler) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if !platform.RequireScope(r, scope) {
			return ErrScope()
		}
		return serve(w, r)
	}
}

// NoContent answers that there is nothing to show.
func NoContent(w http.ResponseWriter) error {
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// WriteJSON answers with v.
func WriteJSON(w http.ResponseWriter, status int, v any) error {
	platform.WriteJSON(w, status, v)
	return nil
}

// Caller returns the user that a call acts as.
func Caller(r *http.Request) *metadata.User {
	return metadata.UserNamed(platform.IdentityFrom(r.Context()).UserID)
}
