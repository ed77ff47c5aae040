package documents

import (
	"net/http"

	"causeway/internal/sandbox/zohocrm/api/wire"
	"causeway/internal/sandbox/zohocrm/metadata"
	"causeway/internal/sandbox/zohocrm/query"
)

// Routes returns the calls about attachments and those that create activities, by their path. Attachments have a route
// for each module by name, because one route for any module would conflict with the routes of settings/.
func (h *Handlers) Routes() map[string]wire.Methods {
	routes := map[string]wire.Methods{}
	for _, k := range activityKinds {
		routes[k.list] = wire.Methods{"POST": h.createActivities(k)}
	}
	for _, m := range metadata.Modules {
		on := func(operation string, serve func(http.ResponseWriter, *http.Request, *query.Record) error) wire.Handler {
			return h.onAttachments(m.API, operation, serve)
		}
		list := m.API + "/{id}/Attachments"
		routes[list] = wire.Methods{"GET": on("READ", h.listAttachments), "POST": on("CREATE", h.attach), "DELETE": on("DELETE", h.deleteAttachments)}
		routes[list+"/{attachment}"] = wire.Methods{"GET": on("READ", h.readAttachment), "DELETE": on("DELETE", h.deleteAttachments)}
	}
	return routes
}
