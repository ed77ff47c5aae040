package main

import (
	"context"
	"encoding/json"
	"fmt"

	"causeway/internal/sandbox"
)

type sandboxCmd struct {
	place
	sandboxFlags
	CRMImport string `name:"crm-import" help:"Fill an empty CRM with a CSV export: a directory with Accounts.csv, Contacts.csv, Products.csv." type:"existingdir" xor:"data"`
	Records   int    `help:"Fill an empty CRM with sample data: this many accounts, as many contacts, a tenth as many products." xor:"data"`
}

// Validate refuses a size that no data can have. Without a size the CRM stays as it is.
func (c *sandboxCmd) Validate() error {
	if c.Records < 0 {
		return fmt.Errorf("--records=%d: use a number from 1 on, or leave it out", c.Records)
	}
	return nil
}

// Run serves the two organisations until the context ends.
func (c *sandboxCmd) Run(ctx context.Context, s streams) error {
	o := c.options(c.DataDir)
	o.CSVDir = c.CRMImport
	if c.Records > 0 {
		o.Sample = &sandbox.SampleOptions{Accounts: c.Records, Seed: c.Seed}
	}
	sb, err := sandbox.Start(ctx, o)
	if err != nil {
		return err
	}
	if err := tellConnection(ctx, c.DataDir, sb.Info()); err != nil {
		return err
	}
	if err := json.NewEncoder(s.out).Encode(sb.Info()); err != nil {
		return err
	}
	<-ctx.Done()
	end, cancel := closing()
	defer cancel()
	return sb.Close(end)
}
