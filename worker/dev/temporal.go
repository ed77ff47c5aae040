package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"time"

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

// startTemporal runs the server on the data directory.
func startTemporal(ctx context.Context, s streams, dataDir, database string, p temporalPorts) (*devserver.Server, error) {
	server, err := devserver.Start(ctx, devserver.Options{
		DataDir: filepath.Join(dataDir, "temporal"), Postgres: database, Port: p.TemporalPort, UIPort: p.UIPort,
		SearchAttributes: contract.SearchAttributes(), Logger: s.log,
	})
	var taken *devserver.PortError
	if errors.As(err, &taken) {
		flag := map[string]string{"temporal": "--temporal-port", "ui": "--ui-port"}[taken.Which]
		return nil, fmt.Errorf("%w, with %s", err, flag)
	}
	return server, err
}

func closing() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), closeTimeout)
}

type temporalCmd struct {
	place
	temporalPorts
	Database string `help:"Keep Temporal's data in this PostgreSQL database and one named NAME_visibility, rather than in a file." placeholder:"postgres://USER@HOST:PORT/NAME"`
}

// Run serves until it is told to end.
func (c *temporalCmd) Run(ctx context.Context, s streams) error {
	server, err := startTemporal(ctx, s, c.DataDir, c.Database, c.temporalPorts)
	if err != nil {
		return err
	}
	line := map[string]string{"address": server.Address(), "ui_url": server.UIURL()}
	if err := json.NewEncoder(s.out).Encode(line); err != nil {
		return err
	}
	<-ctx.Done()
	end, cancel := closing()
	defer cancel()
	return server.Close(end)
}
