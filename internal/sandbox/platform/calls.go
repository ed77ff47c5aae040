package platform

import (
	"maps"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Clock tells the time. Tests inject their own.
type Clock func() time.Time

// Side is a server of the sandbox: the CRM, billing or the accounts.
type Side string

// The sides. AuthSide is the accounts server, which does OAuth.
const (
	CRM      Side = "crm"
	Billing  Side = "billing"
	AuthSide Side = "accounts"
)

// Class is the kind of a call, by which calls are counted.
type Class string

// The classes. Read lists and gets. Write creates, changes or deletes. Other is tokens and metadata.
const (
	Read  Class = "read"
	Write Class = "write"
	Other Class = "other"
)

// Calls counts the calls to each side.
type Calls struct {
	mu    sync.Mutex
	sides map[Side]*SideCalls
}

// SideCalls are the calls of one side since the start or the last reset.
type SideCalls struct {
	Read          int            `json:"read"`
	Write         int            `json:"write"`
	Other         int            `json:"other"`
	Routes        map[string]int `json:"routes"` // "METHOD /route/{template}"
	InFlight      int            `json:"in_flight"`
	MaxInFlight   int            `json:"max_in_flight"`
	LastStartedAt *time.Time     `json:"last_started_at"`
}

// NewCalls returns a log without calls.
func NewCalls() *Calls {
	c := &Calls{}
	c.Reset()
	return c
}

// Reset sets all counts to 0. Calls that are still running stay counted as in flight.
func (c *Calls) Reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	next := map[Side]*SideCalls{}
	for _, side := range []Side{CRM, Billing, AuthSide} {
		next[side] = &SideCalls{Routes: map[string]int{}}
		if old := c.sides[side]; old != nil {
			next[side].InFlight, next[side].MaxInFlight = old.InFlight, old.InFlight
		}
	}
	c.sides = next
}

// Snapshot returns a copy of the counts.
func (c *Calls) Snapshot() map[Side]SideCalls {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := map[Side]SideCalls{}
	for side, s := range c.sides {
		copied := *s
		copied.Routes = maps.Clone(s.Routes)
		out[side] = copied
	}
	return out
}

// start counts a call. The caller runs the returned function when the call ends.
func (c *Calls) start(side Side, class Class, route string, now time.Time) func() {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.sides[side]
	switch class {
	case Read:
		s.Read++
	case Write:
		s.Write++
	case Other:
		s.Other++
	}
	s.Routes[route]++
	s.LastStartedAt = &now
	s.InFlight++
	s.MaxInFlight = max(s.MaxInFlight, s.InFlight)
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.sides[side].InFlight--
	}
}

// metadata are the resources whose calls count as Other.
var metadata = map[string]bool{
	"settings": true, "org": true, "organizations": true, "users": true, "profiles": true, "roles": true,
	"currencies": true, "watch": true, "__features": true,
}

// classify returns the class of a call, by its method and path.
func classify(r *http.Request) Class {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/") // crm v8 resource ..., billing v1 resource ...
	if parts[0] == "oauth" {
		return Other
	}
	resource := ""
	if len(parts) > 2 {
		resource = parts[2]
	}
	if resource == "actions" && len(parts) > 3 {
		resource = parts[3]
	}
	last := parts[len(parts)-1]
	switch {
	case metadata[resource]:
		return Other
	case len(parts) > 3 && parts[1] == "bulk" && parts[3] == "read": // a job that reads changes nothing
		return Read
	case r.Method == http.MethodGet, r.Method == http.MethodHead, resource == "coql", last == "count":
		return Read
	}
	return Write
}

// routeOf returns the template of a call's path, so that calls with different ids share a count.
func routeOf(h http.Handler, r *http.Request) string {
	if mux, ok := h.(interface {
		Handler(*http.Request) (http.Handler, string)
	}); ok {
		if _, pattern := mux.Handler(r); pattern != "" {
			if i := strings.IndexByte(pattern, ' '); i >= 0 {
				pattern = pattern[i+1:]
			}
			return r.Method + " " + pattern
		}
	}
	return r.Method + " (unknown)"
}
