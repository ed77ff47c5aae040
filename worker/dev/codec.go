package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"causeway/internal/codec"
	"causeway/internal/devserver"
)

// codecPath is where the Web UI has payloads decrypted.
const codecPath = "/codec"

// readTimeout bounds how long a request may take to come in.
const readTimeout = 10 * time.Second

// temporalServer is the embedded Temporal, with what decrypts payloads for its Web UI.
type temporalServer struct {
	*devserver.Server
	decrypts *http.Server
	// codecURL is where it does.
	codecURL string
}

// serveCodec decrypts payloads on the listener for pages of the Web UI alone.
func serveCodec(l net.Listener, payloads codec.Codec, ui string) (*http.Server, error) {
	page, err := url.Parse(ui)
	if err != nil {
		return nil, fmt.Errorf("serve the codec: %w", err)
	}
	origins := []string{ui, "http://localhost:" + page.Port()}
	server := &http.Server{Handler: payloads.Handler(codecPath, []string{l.Addr().String()}, origins), ReadTimeout: readTimeout}
	go func() { _ = server.Serve(l) }() // until it is closed
	return server, nil
}

// Close ends both.
func (s *temporalServer) Close(ctx context.Context) error {
	return errors.Join(s.decrypts.Close(), s.Server.Close(ctx))
}
