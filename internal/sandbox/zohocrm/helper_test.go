package zohocrm_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"causeway/internal/sandbox/platform"
	"causeway/internal/sandbox/zohocrm"
)

// crm is an organisation under test, with a clock that only moves when told.
type crm struct {
	t        testing.TB
	org      *zohocrm.Org
	settings *platform.Settings
	dir      string
	scopes   []string
	user     string

	mu  sync.Mutex
	now time.Time
}

func newCRM(t testing.TB, settings ...string) *crm {
	t.Helper()
	s, err := platform.NewSettings(nil)
	require.NoError(t, err)
	for i := 0; i+1 < len(settings); i += 2 {
		require.NoError(t, s.Set(settings[i], settings[i+1]))
	}
	c := &crm{t: t, settings: s, dir: t.TempDir(), scopes: platform.DefaultScopes, user: platform.DefaultUserID,
		now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	c.open()
	t.Cleanup(func() { require.NoError(t, c.org.Close()) })
	return c
}

func (c *crm) open() {
	var err error
	c.org, err = zohocrm.Open(c.dir, zohocrm.Deps{Settings: c.settings, Clock: c.clock})
	require.NoError(c.t, err)
}

func (c *crm) restart() {
	require.NoError(c.t, c.org.Close())
	c.open()
}

func (c *crm) clock() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *crm) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// reply is what a call answered.
type reply struct {
	status int
	body   map[string]any
	raw    string
}

func (c *crm) call(method, path, body string, headers ...string) reply {
	c.t.Helper()
	var in io.Reader
	if body != "" {
		in = strings.NewReader(body)
	}
	base := "/crm/v8/"
	if strings.HasPrefix(path, "/crm/") {
		base = ""
	}
	r := httptest.NewRequest(method, base+path, in)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	ctx := platform.WithIdentity(context.Background(), platform.Identity{UserID: c.user, Scopes: c.scopes})
	w := httptest.NewRecorder()
	c.org.Handler().ServeHTTP(w, r.WithContext(ctx))
	out := reply{status: w.Code, raw: w.Body.String()}
	if strings.HasPrefix(w.Header().Get("Content-Type"), "application/json") {
		require.NoError(c.t, json.Unmarshal(w.Body.Bytes(), &out.body), out.raw)
	}
	return out
}

func (c *crm) get(path string, headers ...string) reply {
	c.t.Helper()
	return c.call(http.MethodGet, path, "", headers...)
}

// create makes records and returns their ids.
func (c *crm) create(module string, records ...map[string]any) []string {
	c.t.Helper()
	body, err := json.Marshal(map[string]any{"data": records})
	require.NoError(c.t, err)
	re := c.call(http.MethodPost, module, string(body))
	require.Equal(c.t, http.StatusCreated, re.status, re.raw)
	var ids []string
	for _, item := range re.data() {
		ids = append(ids, item["details"].(map[string]any)["id"].(string))
	}
	return ids
}

func (c *crm) coql(query string) reply {
	c.t.Helper()
	body, err := json.Marshal(map[string]any{"select_query": query})
	require.NoError(c.t, err)
	return c.call(http.MethodPost, "coql", string(body))
}

func (re reply) data() []map[string]any {
	list, _ := re.body["data"].([]any)
	out := make([]map[string]any, len(list))
	for i, item := range list {
		out[i] = item.(map[string]any)
	}
	return out
}

func (re reply) info() map[string]any {
	info, _ := re.body["info"].(map[string]any)
	return info
}

func (re reply) ids() []string {
	var ids []string
	for _, item := range re.data() {
		ids = append(ids, item["id"].(string))
	}
	return ids
}

func (re reply) code() any {
	if re.body["code"] != nil {
		return re.body["code"]
	}
	if data := re.data(); len(data) > 0 {
		return data[0]["code"]
	}
	return nil
}

type m = map[string]any
