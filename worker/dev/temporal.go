package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"time"

	"causeway/internal/app"
	"causeway/internal/codec"
	"causeway/internal/devserver"
	"causeway/workflows/contract"
)

// temporalPorts are the ports of the embedded Temporal.
type temporalPorts struct {
	TemporalPort int `help:"Port of the Temporal server; 0 takes a free one." default:"7233"`
	UIPort       int `help:"Port of the Temporal Web UI; 0 takes a free one." default:"8233"`
}

// closeTimeout bounds a clean end.
const closeTimeout = 15 * time.Second

// startTemporal runs the server on the data directory. Its Web UI shows payloads decrypted.
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

func closing() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), closeTimeout)
}

type temporalCmd struct {
	place
	temporalPorts
	Key      string `help:"Key ring with which the Web UI's payloads are decrypted: 'id:base64' pairs, or the path of a file of them. Default: causeway.key in the data directory, made when absent." env:"CAUSEWAY_KEY"`
	Database string `help:"Keep Temporal's data in this PostgreSQL database and one named NAME_visibility, rather than in a file." placeholder:"postgres://USER@HOST:PORT/NAME"`

	ContinueAsNewAt int `help:"After how many events of its history a workflow is told to continue as new; 0 is Temporal's own number." placeholder:"N"`
}

// Validate refuses what is no number of events.
func (c *temporalCmd) Validate() error {
	if c.ContinueAsNewAt < 0 {
		return errors.New("--continue-as-new-at takes a number of events, or 0")
	}
	return nil
}

// Run serves until it is told to end.
func (c *temporalCmd) Run(ctx context.Context, s streams) error {
	payloads, err := app.Config{DataDir: c.DataDir, Key: c.Key}.Codec()
	if err != nil {
		return err
	}
	server, err := startTemporal(ctx, s, devserver.Options{
		DataDir: c.DataDir, Postgres: c.Database, Port: c.TemporalPort, UIPort: c.UIPort, ContinueAsNewAt: c.ContinueAsNewAt,
	}, payloads)
	if err != nil {
		return err
	}
	line := map[string]string{"address": server.Address(), "ui_url": server.UIURL(), "codec_url": server.codecURL}
	if err := json.NewEncoder(s.out).Encode(line); err != nil {
		return err
	}
	<-ctx.Done()
	end, cancel := closing()
	defer cancel()
	return server.Close(end)
}
