package devserver

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	uiserver "github.com/temporalio/ui-server/v2/server"
	uiconfig "github.com/temporalio/ui-server/v2/server/config"
	uioptions "github.com/temporalio/ui-server/v2/server/server_options"
)

// retryPause is the pause between two checks of a part that is starting.
const retryPause = 5 * time.Millisecond

// webUI is the running Web UI.
type webUI struct {
	server *uiserver.Server
	done   chan struct{}
}

// startUI serves the Web UI in the background. It returns when the Web UI answers with data of the running Temporal
// server. That server must be started before: after a refused connection the Web UI would wait for a second.
func startUI(ctx context.Context, o Options, p ports) (*webUI, error) {
	// Check the port again: the Web UI ends the process if it cannot listen.
	if _, err := choosePort(PortUI, p.ui); err != nil {
		return nil, err
	}
	ui := &webUI{
		server: uiserver.NewServer(uioptions.WithConfigProvider(&uiconfig.Config{
			Host:                host,
			Port:                p.ui,
			TemporalGRPCAddress: address(p.frontend),
			EnableUI:            true,
			DefaultNamespace:    o.Namespace,
			CORS:                uiconfig.CORS{CookieInsecure: true}, // served without TLS
			HideLogs:            true,
			DisableNewsFetch:    true, // no call leaves the machine
			Codec:               uiconfig.Codec{Endpoint: o.CodecEndpoint},
		})),
		done: make(chan struct{}),
	}
	go func() {
		defer close(ui.done)
		if err := ui.server.Start(); err != nil {
			o.Logger.Error("the Temporal Web UI has ended", "error", err)
		}
	}()
	page := "http://" + address(p.ui) + "/api/v1/namespaces/" + url.PathEscape(o.Namespace)
	if err := waitUntilServing(ctx, page); err != nil {
		return ui, fmt.Errorf("start temporal web ui: %w", err)
	}
	return ui, nil
}

// stop ends the Web UI and waits until its listener is closed. On nil it does nothing.
func (ui *webUI) stop(ctx context.Context) {
	if ui == nil {
		return
	}
	ui.server.Stop()
	select {
	case <-ui.done:
	case <-ctx.Done():
	}
}

// waitUntilServing returns once a GET of the page succeeds.
func waitUntilServing(ctx context.Context, page string) error {
	return retry(ctx, func() error {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, page, nil)
		if err != nil {
			return err
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return err
		}
		if err := response.Body.Close(); err != nil {
			return err
		}
		if response.StatusCode != http.StatusOK {
			return fmt.Errorf("%s answers %s", page, response.Status)
		}
		return nil
	})
}

// retry calls f until it succeeds or ctx ends. In the latter case it returns f's last error.
func retry(ctx context.Context, f func() error) error {
	for {
		err := f()
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%w (%w)", err, ctx.Err())
		case <-time.After(retryPause):
		}
	}
}
