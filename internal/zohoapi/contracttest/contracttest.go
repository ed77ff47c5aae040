package contracttest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// Definition is one file of API definitions.
type Definition struct {
	File   string // under ../shared/contracts
	Prefix string // what the requests' paths have before the file's paths
}

// Checker checks requests against definitions.
type Checker struct {
	docs []document
	// Like says how to check a call that is not declared: as which other method on the same path.
	Like map[string]string
	// known are the accepted deviations ("PUT /customers: call", "*: query page") and their reasons.
	known map[string]string
}

type document struct {
	prefix string
	doc    *openapi3.T
}

var (
	cacheMu sync.Mutex
	cache   = map[string]*openapi3.T{}
)

// New loads the definitions. It returns nil where they are not available, and in CI: golden files still check the wire.
func New(t *testing.T, definitions []Definition, known map[string]string) *Checker {
	t.Helper()
	_, here, _, _ := runtime.Caller(0)
	root := filepath.Join(filepath.Dir(here), "..", "..", "..", "..", "shared", "contracts")
	if _, err := os.Stat(root); err != nil || os.Getenv("CAUSEWAY_CI") != "" || os.Getenv("CI") != "" {
		t.Log("the API definitions under ../shared are not here: requests are checked against golden files only")
		return nil
	}
	cacheMu.Lock()
	defer cacheMu.Unlock()
	c := &Checker{known: known}
	for _, d := range definitions {
		if cache[d.File] == nil {
			loader := openapi3.NewLoader()
			loader.IsExternalRefsAllowed = true
			doc, err := loader.LoadFromFile(filepath.Join(root, filepath.FromSlash(d.File)))
			if err != nil {
				t.Fatalf("load %s: %v", d.File, err)
			}
			cache[d.File] = doc
		}
		c.docs = append(c.docs, document{d.Prefix, cache[d.File]})
	}
	return c
}

// Wrap checks each request that goes through. What no deviation explains fails the test.
func (c *Checker) Wrap(t *testing.T, next http.RoundTripper) http.RoundTripper {
	t.Helper()
	if c == nil {
		return next
	}
	return roundTripper(func(r *http.Request) (*http.Response, error) {
		var body []byte
		if r.Body != nil {
			var err error
			if body, err = io.ReadAll(r.Body); err != nil {
				return nil, err
			}
			r.Body = io.NopCloser(bytes.NewReader(body))
		}
		for _, problem := range c.Problems(r, body) {
			t.Errorf("request against the definitions: %s", problem)
		}
		return next.RoundTrip(r)
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// Problems returns what the definitions do not allow in a request, and no deviation explains.
func (c *Checker) Problems(r *http.Request, body []byte) []string {
	if strings.HasPrefix(r.URL.Path, "/oauth/") {
		return nil // the accounts server has no published definition
	}
	template, item := c.find(r.URL.Path)
	var found []string
	switch {
	case item == nil:
		template, found = r.URL.Path, []string{"call"}
	case item.GetOperation(r.Method) == nil:
		found = []string{"call"}
		if like := operation(item, c.Like[r.Method+" "+template]); like != nil {
			found = append(found, check(item, like, r, body)...)
		}
	default:
		found = check(item, item.GetOperation(r.Method), r, body)
	}
	var out []string
	for _, what := range found {
		if c.known[r.Method+" "+template+": "+what] == "" && c.known["*: "+what] == "" {
			out = append(out, r.Method+" "+template+": "+what)
		}
	}
	return out
}

// find returns the path's template. Where several match, it returns the one with the fewest parameters.
func (c *Checker) find(path string) (string, *openapi3.PathItem) {
	best, bestItem := "", (*openapi3.PathItem)(nil)
	for _, d := range c.docs {
		rest, ok := strings.CutPrefix(path, d.prefix)
		if !ok {
			continue
		}
		for template, item := range d.doc.Paths.Map() {
			if matches(template, rest) && (bestItem == nil || strings.Count(template, "{") < strings.Count(best, "{")) &&
				!strings.Contains(template, "{external_") {
				best, bestItem = template, item
			}
		}
	}
	return best, bestItem
}

func matches(template, path string) bool {
	want, got := strings.Split(template, "/"), strings.Split(path, "/")
	return len(want) == len(got) && !slices.ContainsFunc(want, func(s string) bool {
		i := slices.Index(want, s)
		return !strings.HasPrefix(s, "{") && s != got[i]
	})
}

func operation(item *openapi3.PathItem, method string) *openapi3.Operation {
	if method == "" {
		return nil
	}
	return item.GetOperation(method)
}

func check(item *openapi3.PathItem, op *openapi3.Operation, r *http.Request, body []byte) []string {
	params := append(append(openapi3.Parameters{}, item.Parameters...), op.Parameters...)
	found := parameters(params, r)
	var want *openapi3.Schema
	if op.RequestBody != nil && op.RequestBody.Value != nil {
		if media := op.RequestBody.Value.Content.Get("application/json"); media != nil && media.Schema != nil {
			want = media.Schema.Value
		}
	}
	switch {
	case want == nil && len(body) > 0:
		return append(found, "body")
	case want == nil:
		return found
	case len(body) == 0:
		return append(found, "no body")
	}
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		return append(found, "body: "+err.Error())
	}
	found = append(found, differences(want, v, "body")...)
	slices.Sort(found)
	return slices.Compact(found)
}

func parameters(params openapi3.Parameters, r *http.Request) []string {
	var found []string
	for name := range queryOf(r) {
		if params.GetByInAndName("query", name) == nil {
			found = append(found, "query "+name)
		}
	}
	for _, p := range params {
		if !p.Value.Required {
			continue
		}
		switch p.Value.In {
		case "query":
			if !queryOf(r).Has(p.Value.Name) {
				found = append(found, "no query "+p.Value.Name)
			}
		case "header":
			if len(headerOf(r, p.Value.Name)) == 0 {
				found = append(found, "no header "+p.Value.Name)
			}
		}
	}
	return found
}

func queryOf(r *http.Request) url.Values { return r.URL.Query() }

func headerOf(r *http.Request, name string) []string {
	for key, values := range r.Header {
		if strings.EqualFold(key, name) {
			return values
		}
	}
	return nil
}

// differences returns how a value breaks its schema: undeclared fields, missing required fields, wrong types.
func differences(schema *openapi3.Schema, v any, at string) []string {
	var out []string
	switch x := v.(type) {
	case map[string]any:
		if schema.Type != nil && !schema.Type.Permits("object") {
			return []string{at + " is not an object in the definition"}
		}
		for _, name := range schema.Required {
			if _, ok := x[name]; !ok {
				out = append(out, at+" without "+name)
			}
		}
		for name, value := range x {
			if p := schema.Properties[name]; p == nil {
				out = append(out, at+" with "+name)
			} else {
				out = append(out, differences(p.Value, value, at+"."+name)...)
			}
		}
	case []any:
		for _, e := range x {
			if schema.Items != nil {
				out = append(out, differences(schema.Items.Value, e, at)...)
			}
		}
	default:
		if err := schema.VisitJSON(v); err != nil {
			out = append(out, fmt.Sprintf("%s is %T", at, v))
		}
	}
	return out
}
