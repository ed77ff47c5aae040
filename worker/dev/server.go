package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"time"

	"causeway/internal/codec"
	"causeway/internal/devserver"
	"causeway/workflows/contract"
)

// defaultTemporal is where Temporal listens unless told otherwise, and where every client looks for it.
const defaultTemporal = "127.0.0.1:7233"

// temporalPorts are the ports of the embedded Temporal.
type temporalPorts struct {
	TemporalPort int `help:"Port of the Temporal server; 0 takes a free one." default:"7233"`
	UIPort       int `help:"Port of the Temporal Web UI; 0 takes a free one." default:"8233"`
}

// startTemporal starts the server on the data directory. Its Web UI shows payloads decrypted.
func startTemporal(ctx context.Context, s streams, o devserver.Options, payloads codec.Codec) (*temporalServer, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("serve the codec: %w", err)
	}
	endpoint := "http://" + l.Addr().String() + codecPath
	o.DataDir = filepath.Join(o.DataDir, "temporal")
	o.SearchAttributes, o.Logger, o.CodecEndpoint = contract.SearchAttributes(), s.log, endpoint
	server, err := devserver.Start(ctx, o)
	if err != nil {
		_ = l.Close()
		var taken *devserver.PortError
		if errors.As(err, &taken) {
			flag := map[string]string{"temporal": "--temporal-port", "ui": "--ui-port"}[taken.Which]
			return nil, fmt.Errorf("%w, with %s", err, flag)
		}
		return nil, err
	}
	decrypts, err := serveCodec(l, payloads, server.UIURL())
	if err != nil {
		return nil, errors.Join(err, l.Close(), server.Close(ctx))
	}
	return &temporalServer{server, decrypts, endpoint}, nil
}

// codecPath is where the Web UI has payloads decrypted.
const codecPath = "/codec"

// readTimeout bounds how long a request may take to come in.
const readTimeout = 10 * time.Second

// temporalServer is the embedded Temporal, with a codec server that decrypts payloads for its Web UI.
type temporalServer struct {
	*devserver.Server
	decrypts *http.Server
	codecURL string
}

// serveCodec decrypts payloads, for pages of the Web UI alone.
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

// Close ends the server, and what decrypts for it.
func (s *temporalServer) Close(ctx context.Context) error {
	return errors.Join(s.decrypts.Close(), s.Server.Close(ctx))
}
