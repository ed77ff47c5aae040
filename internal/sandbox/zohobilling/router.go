package zohobilling

import (
	"net/http"
	"slices"
	"strings"

	"causeway/internal/sandbox/platform"
)

const prefix = "/billing/v1"

// handler answers one call of an organisation.
type handler func(c *call) (reply, error)

// call is a request whose organisation and scope have been checked.
type call struct {
	o      *Org
	r      *http.Request
	org    string
	params map[string]string
	v      platform.Values
}

type route struct {
	method   string
	template string
	segments []string
	scope    string // without the service's name; empty: any token will do
	noOrg    bool
	handle   handler
}

// router finds routes by method and path. It is not an http.ServeMux, since /customers/reference/{id} and
// /customers/{id}/contactpersons are not to be told apart by one.
type router struct {
	o      *Org
	routes []route
}

// add registers a route. Of two that match, the one registered first wins.
func (rt *router) add(method, path, scope string, h handler) *route {
	template := prefix + path
	rt.routes = append(rt.routes, route{method: method, template: template, segments: split(template), scope: scope, handle: h})
	return &rt.routes[len(rt.routes)-1]
}

func split(path string) []string { return strings.Split(strings.Trim(path, "/"), "/") }

// find returns the route, or whether the path is known with other methods.
func (rt *router) find(r *http.Request) (found *route, params map[string]string, allowed []string) {
	path := split(r.URL.Path)
	for i := range rt.routes {
		c := &rt.routes[i]
		p, ok := match(c.segments, path)
		if !ok {
			continue
		}
		if c.method == r.Method {
			return c, p, nil
		}
		if !slices.Contains(allowed, c.method) {
			allowed = append(allowed, c.method)
		}
	}
	return nil, nil, allowed
}

func match(segments, path []string) (map[string]string, bool) {
	if len(segments) != len(path) {
		return nil, false
	}
	params := map[string]string{}
	for i, s := range segments {
		if strings.HasPrefix(s, "{") {
			params[strings.Trim(s, "{}")] = path[i]
		} else if s != path[i] {
			return nil, false
		}
	}
	return params, true
}

// Handler names the route for the call log, as http.ServeMux does.
func (rt *router) Handler(r *http.Request) (http.Handler, string) {
	if found, _, _ := rt.find(r); found != nil {
		return rt, found.template
	}
	return rt, ""
}

// ServeHTTP answers one call.
func (rt *router) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	found, params, allowed := rt.find(r)
	switch {
	case found == nil && len(allowed) > 0:
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		writeError(w, errMethod(r.Method))
		return
	case found == nil:
		writeError(w, errURL)
		return
	case found.scope != "" && !platform.RequireScope(r, "ZohoSubscriptions."+found.scope):
		writeError(w, errScope)
		return
	}
	c := &call{o: rt.o, r: r, params: params, v: rt.o.settings.Get()}
	if !found.noOrg {
		var err error
		if c.org, err = rt.o.organization(r, c.v); err != nil {
			writeError(w, err)
			return
		}
	}
	out, err := found.handle(c)
	if err != nil {
		writeError(w, err)
		return
	}
	for i, p := range out.parts {
		out.parts[i].value = shown(p.value, c.v)
	}
	out.write(w)
}
