package main

import (
	"context"
	"encoding/json"
	"errors"

	"causeway/internal/app"
	"causeway/internal/devserver"
)

type temporalCmd struct {
	place
	temporalPorts
	Key      string `help:"Key ring that decrypts payloads for the Web UI: 'id:base64' pairs, or the path of a file of them. Default: causeway.key in the data directory, which is made if it is missing." env:"CAUSEWAY_KEY"`
	Database string `help:"Keep Temporal's data in this PostgreSQL database, and in one named NAME_visibility, instead of a file." placeholder:"postgres://USER@HOST:PORT/NAME"`

	ContinueAsNewAt int `help:"Tell a workflow to continue as new after this many events of its history. 0: Temporal's own number." placeholder:"N"`
}

// Validate refuses a negative number of events.
func (c *temporalCmd) Validate() error {
	if c.ContinueAsNewAt < 0 {
		return errors.New("--continue-as-new-at: use a number of events from 1 on, or 0 for Temporal's own number")
	}
	return nil
}

// Run serves until the context ends.
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
