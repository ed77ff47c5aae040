package platform

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"time"
)

const (
	hangAtMost     = 60 * time.Second // how long a client waits for a reply that never comes
	lateGivesUp    = 5 * time.Second  // how long a late write waits for its client to hang up
	gatewayPage    = "<html><head><title>%d %s</title></head><body><center><h1>%d %s</h1></center></body></html>"
	maintenancePag = "<!DOCTYPE html><html><head><title>Zoho</title></head><body>We'll be back soon.</body></html>"
)

// serve answers the call, with its fault if it has one.
func (c *call) serve() {
	switch c.fault {
	case RateLimitedWithAfter:
		c.w.Header().Set("Retry-After", "1")
		c.errs(c.w, c.r, Refusal{Kind: TooPerMinute, Limit: 100})
	case RateLimited:
		c.errs(c.w, c.r, Refusal{Kind: TooPerMinute, Limit: 100})
	case ServerError:
		c.serverError()
	case LateWrite:
		c.lateWrite()
	case ResetAfterWrite:
		c.handleSafely(httptest.NewRecorder())
		resetConnection(c.w)
	case TimeoutAfterWrite:
		c.handleSafely(httptest.NewRecorder())
		c.waitForClient(hangAtMost)
		panic(http.ErrAbortHandler)
	case Truncate, NotJSON, WrongType:
		rec := httptest.NewRecorder()
		c.handleSafely(rec)
		c.spoil(rec)
	default:
		c.handleSafely(c.w)
	}
}

func (c *call) serverError() {
	status := []int{500, 502, 503}[c.g.Faults.pick(3)]
	if status == http.StatusInternalServerError {
		c.errs(c.w, c.r, Refusal{Kind: Internal})
		return
	}
	text := http.StatusText(status)
	c.w.Header().Set("Content-Type", "text/html")
	c.w.WriteHeader(status)
	_, _ = fmt.Fprintf(c.w, gatewayPage, status, text, status, text)
}

func (c *call) waitForClient(atMost time.Duration) {
	t := time.NewTimer(atMost)
	defer t.Stop()
	select {
	case <-c.r.Context().Done():
	case <-t.C:
	case <-c.g.closing:
	}
}

// lateWrite does the write some time after its client has given up.
func (c *call) lateWrite() {
	c.g.late.add(1)
	c.waitForClient(lateGivesUp)
	delay := c.g.Settings.Get().LateWriteDelay
	go func() {
		defer c.g.late.add(-1)
		t := time.NewTimer(delay)
		defer t.Stop()
		select {
		case <-t.C:
		case <-c.g.closing:
		}
		c.handleSafely(httptest.NewRecorder())
	}()
	panic(http.ErrAbortHandler)
}

// spoil sends the handler's reply in a form that no client can use.
func (c *call) spoil(rec *httptest.ResponseRecorder) {
	body := rec.Body.Bytes()
	if len(body) == 0 {
		c.w.WriteHeader(rec.Code)
		return
	}
	c.w.Header().Set("Content-Type", rec.Header().Get("Content-Type"))
	switch c.fault {
	case NotJSON:
		c.w.Header().Set("Content-Type", "text/html;charset=UTF-8")
		_, _ = c.w.Write([]byte(maintenancePag))
	case WrongType:
		c.w.WriteHeader(rec.Code)
		_, _ = c.w.Write(mistype(body))
	default: // Truncate
		c.w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		c.w.WriteHeader(http.StatusOK)
		_, _ = c.w.Write(body[:len(body)/2])
		_ = http.NewResponseController(c.w).Flush()
		panic(http.ErrAbortHandler)
	}
}

// mistype replaces the lists and objects at the top of a reply with strings.
func mistype(body []byte) []byte {
	var top map[string]any
	if json.Unmarshal(body, &top) != nil {
		return []byte(`"unexpected"`)
	}
	for key, value := range top {
		switch value.(type) {
		case map[string]any, []any:
			top[key] = "unexpected"
		}
	}
	out, err := json.Marshal(top)
	if err != nil {
		return []byte(`"unexpected"`)
	}
	return out
}

// resetConnection closes the connection so that the client sees a reset.
func resetConnection(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}
