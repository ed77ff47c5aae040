package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"causeway/internal/app"
	"causeway/internal/gateway"
	"causeway/workflows/contract"
)

type serveCmd struct {
	Listen      string        `help:"Host and port." default:"127.0.0.1:8088" placeholder:"HOST:PORT"`
	Wait        time.Duration `help:"How long a call waits for its push, before it is told to ask again." default:"1m"`
	CodecOrigin string        `placeholder:"URL" help:"Serve /codec too, for a Temporal Web UI at this address: whoever can call it has payloads decrypted, so put what knows your operators before it."`
	TLSCert     string        `name:"tls-cert" placeholder:"FILE" help:"Serve HTTPS with this certificate; without it keep to the loopback, or put a proxy before it."`
	TLSKey      string        `name:"tls-key" placeholder:"FILE" help:"The certificate's key."`
}

// The bounds of the gateway's server.
const (
	readTimeout     = 30 * time.Second
	shutdownTimeout = 20 * time.Second
	codecPath       = "/codec"
)

// Run serves the gateway until ctx ends, and lets calls that are under way finish.
func (c *serveCmd) Run(ctx context.Context, p *program) error {
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return errors.New("--tls-cert and --tls-key belong together")
	}
	st, closeStore, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	log := slog.New(slog.NewTextHandler(p.err, nil))
	temporal, err := p.config.DialTemporal(ctx, log)
	if err != nil {
		return err
	}
	defer temporal.Close()
	pusher := contract.NewClient(temporal, contract.WithStored(app.StoredState(st)), contract.WithTuning(p.tuning))
	handler := gateway.Handler(gateway.Options{Pusher: pusher, Tokens: st.Tokens, Permissions: st.Permissions, Wait: c.Wait, Log: log, Now: p.now})
	if c.CodecOrigin != "" {
		payloads, err := p.config.Codec()
		if err != nil {
			return err
		}
		mux := http.NewServeMux()
		mux.Handle("/", handler)
		mux.Handle(codecPath+"/", payloads.Handler(codecPath, nil, []string{c.CodecOrigin}))
		handler = mux
	}
	return c.serve(ctx, p, handler)
}

func (c *serveCmd) serve(ctx context.Context, p *program, handler http.Handler) error {
	var listen net.ListenConfig
	l, err := listen.Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("listen at %s: %w; another address: --listen", c.Listen, err)
	}
	server := &http.Server{Handler: handler, ReadTimeout: readTimeout, WriteTimeout: c.Wait + readTimeout}
	done := make(chan error, 1)
	go func() {
		if c.TLSCert != "" {
			done <- server.ServeTLS(l, c.TLSCert, c.TLSKey)
		} else {
			done <- server.Serve(l)
		}
	}()
	scheme := "http"
	if c.TLSCert != "" {
		scheme = "https"
	}
	if err := p.printServing(scheme + "://" + l.Addr().String()); err != nil {
		return err
	}
	select {
	case err := <-done:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	return server.Shutdown(end)
}

func (p *program) printServing(url string) error {
	if p.json {
		return p.printJSON(map[string]string{"url": url, "openapi": url + "/openapi.json"})
	}
	p.printf("serving %s, described at %s/openapi.json\n", url, url)
	return nil
}
