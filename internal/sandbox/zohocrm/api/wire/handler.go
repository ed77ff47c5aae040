package wire

import (
	"log/slog"
	"net/http"
	"strings"

	"causeway/internal/sandbox/platform"
	"causeway/internal/sandbox/zohocrm/metadata"
)

var logger = slog.Default()

// Handler answers one kind of call; an error that it returns becomes the reply.
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

// ModuleScope says whether the token may do the operation on the module's records. WRITE is both CREATE and UPDATE.
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

// Scoped checks a scope of a call that is not about one module's records.
func Scoped(scope string, serve Handler) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if !platform.RequireScope(r, scope) {
			return ErrScope()
		}
		return serve(w, r)
	}
}

// NoContent answers that there is nothing: no body.
func NoContent(w http.ResponseWriter) error {
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func WriteJSON(w http.ResponseWriter, status int, v any) error {
	platform.WriteJSON(w, status, v)
	return nil
}

// Caller is the user that a call acts as.
func Caller(r *http.Request) *metadata.User {
	return metadata.UserNamed(platform.IdentityFrom(r.Context()).UserID)
}
