package operate

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"causeway/internal/app"
	"causeway/internal/cli/session"
	"causeway/internal/gateway"
	"causeway/internal/report"
	"causeway/workflows/contract"
)

// Serve serves the gateway.
type Serve struct {
	Listen      string        `help:"Host and port." default:"127.0.0.1:8088" placeholder:"HOST:PORT"`
	Wait        time.Duration `help:"How long a call waits for its push. After that the caller is told to ask again." default:"1m"`
	CodecOrigin string        `placeholder:"URL" help:"Serve /codec too, for a Temporal Web UI at this address. Everybody who can call it has payloads decrypted: put a proxy that knows your operators before it."`
	TLSCert     string        `name:"tls-cert" placeholder:"FILE" help:"Serve HTTPS with this certificate. Without one, listen on the loopback only, or put a proxy before it."`
	TLSKey      string        `name:"tls-key" placeholder:"FILE" help:"The certificate's key."`
}

// The bounds of the gateway's server.
const (
	readTimeout     = 30 * time.Second
	shutdownTimeout = 20 * time.Second
	codecPath       = "/codec"
)

// Run serves the gateway until ctx ends, and lets calls that are under way finish.
func (c *Serve) Run(ctx context.Context, p *session.Session) error {
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return errors.New("--tls-cert and --tls-key belong together")
	}
	st, closeStore, err := p.Open(ctx)
	if err != nil {
		return err
	}
	defer closeStore()
	log := slog.New(slog.NewTextHandler(p.Err, nil))
	temporal, err := p.Config.DialTemporal(ctx, log)
	if err != nil {
		return err
	}
	defer temporal.Close()
	pusher := contract.NewClient(temporal, contract.WithStored(app.StoredState(st)), contract.WithTuning(p.Tuning))
	handler := gateway.Handler(gateway.Options{Pusher: pusher, Tokens: st.Tokens, Permissions: st.Permissions, Wait: c.Wait, Log: log, Now: p.Now})
	if c.CodecOrigin != "" {
		payloads, err := p.Config.Codec()
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

func (c *Serve) serve(ctx context.Context, p *session.Session, handler http.Handler) error {
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
	if err := printServing(p, scheme+"://"+l.Addr().String()); err != nil {
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

func printServing(p *session.Session, url string) error {
	if p.JSON {
		return p.PrintJSON(report.Serving{URL: url, OpenAPI: url + "/openapi.json"})
	}
	p.Printf("serving %s, described at %s/openapi.json\n", url, url)
	return nil
}
