package devserver

import (
	"context"
	"fmt"
	"net/http"
	"time"

	uiserver "github.com/temporalio/ui-server/v2/server"
	uiconfig "github.com/temporalio/ui-server/v2/server/config"
	uioptions "github.com/temporalio/ui-server/v2/server/server_options"
)

// retryPause is the pause between two looks at a part that is still starting.
const retryPause = 5 * time.Millisecond

// webUI is the running Web UI.
type webUI struct {
	server *uiserver.Server
	done   chan struct{}
}

// startUI serves the Web UI in the background.
func startUI(o Options, p ports) *webUI {
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
		})),
		done: make(chan struct{}),
	}
	go func() {
		defer close(ui.done)
		if err := ui.server.Start(); err != nil {
			o.Logger.Error("temporal web ui ended", "error", err)
		}
	}()
	return ui
}

// stop ends the Web UI and waits until its listener is closed. It does nothing on nil.
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

// waitUntilServing returns when the Web UI answers.
func waitUntilServing(ctx context.Context, url string) error {
	return retry(ctx, func() error {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/healthz", nil)
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
			return fmt.Errorf("web ui answers %s", response.Status)
		}
		return nil
	})
}

// retry calls f until it succeeds or ctx ends, and then answers f's last error.
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
