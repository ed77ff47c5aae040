package api

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"causeway/internal/sandbox/platform"
)

const prefix = "/billing/v1"

// Router finds routes by method and path. It is not an http.ServeMux, because that refuses to hold both
// /customers/reference/{id} and /customers/{id}/contactpersons: neither is more specific.
type Router struct {
	rules  Rules
	routes []route
}

// Rules are what the router asks on each call.
type Rules struct {
	Settings     func() platform.Values
	Organization func(*http.Request, platform.Values) (string, error)          // the id of the one that the call names
	Present      func(part json.RawMessage, v platform.Values) json.RawMessage // a part of a reply, as the settings show it
}

type route struct {
	method   string
	template string
	segments []string
	scope    string // without the service's name; empty: any token will do
	noOrg    bool   // the call names no organisation
	handle   Handler
}

// NewRouter returns a router without routes.
func NewRouter(rules Rules) *Router { return &Router{rules: rules} }

// Add registers a route. Where two match a call, the one that was registered first answers.
func (rt *Router) Add(method, path, scope string, h Handler) {
	template := prefix + path
	rt.routes = append(rt.routes, route{method: method, template: template, segments: split(template), scope: scope, handle: h})
}

// AddWithoutOrg registers a route whose calls name no organisation.
func (rt *Router) AddWithoutOrg(method, path, scope string, h Handler) {
	rt.Add(method, path, scope, h)
	rt.routes[len(rt.routes)-1].noOrg = true
}

func split(path string) []string { return strings.Split(strings.Trim(path, "/"), "/") }

// find returns the route and the path's parameters. Where only other methods have the path, it returns these.
func (rt *Router) find(r *http.Request) (found *route, params map[string]string, allowed []string) {
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
func (rt *Router) Handler(r *http.Request) (http.Handler, string) {
	if found, _, _ := rt.find(r); found != nil {
		return rt, found.template
	}
	return rt, ""
}

// ServeHTTP answers one call.
func (rt *Router) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	found, params, allowed := rt.find(r)
	switch {
	case found == nil && len(allowed) > 0:
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		writeError(w, MethodNotAllowed(r.Method))
		return
	case found == nil:
		writeError(w, ErrURL)
		return
	case found.scope != "" && !platform.RequireScope(r, "ZohoSubscriptions."+found.scope):
		writeError(w, errScope)
		return
	}
	c := &Call{Request: r, Params: params, Settings: rt.rules.Settings()}
	if !found.noOrg {
		var err error
		if c.Org, err = rt.rules.Organization(r, c.Settings); err != nil {
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
		out.parts[i].value = rt.rules.Present(p.value, c.Settings)
	}
	out.write(w)
}
