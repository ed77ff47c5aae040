package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"causeway/internal/app"
	"causeway/internal/record"
	"causeway/internal/sandbox"
	"causeway/internal/store"
)

// sandboxFlags say how the sandboxes behave.
type sandboxFlags struct {
	CRMPort     int               `name:"crm-port" help:"Port of the CRM sandbox; 0 takes a free one." default:"9401"`
	BillingPort int               `help:"Port of the billing sandbox; 0 takes a free one." default:"9402"`
	Setting     map[string]string `help:"A behaviour of the sandboxes, as name=value; repeatable. An unknown name lists all." mapsep:"none" placeholder:"NAME=VALUE"`
	Fault       map[string]string `help:"A fault of the sandboxes, as kind=rate (0 to 1), or latency=DURATION; repeatable. An unknown kind lists all." mapsep:"none" placeholder:"KIND=RATE"`
	Seed        uint64            `help:"Seed of faults and sample data." default:"1"`
}

func (f sandboxFlags) options(dataDir string) sandbox.Options {
	return sandbox.Options{
		DataDir: filepath.Join(dataDir, "sandbox"), CRMPort: f.CRMPort, BillingPort: f.BillingPort,
		Settings: f.Setting, Faults: f.Fault, Seed: f.Seed,
	}
}

type sandboxCmd struct {
	place
	sandboxFlags
	CRMImport string `name:"crm-import" help:"Fill an empty CRM with a CSV export: a directory with Accounts.csv, Contacts.csv, Products.csv." type:"existingdir" xor:"data"`
	Records   int    `help:"Fill an empty CRM with sample data: this many accounts, as many contacts, a tenth as many products." xor:"data"`
}

// Validate refuses a size that no data can have; none at all leaves the CRM as it is.
func (c *sandboxCmd) Validate() error {
	if c.Records < 0 {
		return fmt.Errorf("--records=%d: use a number from 1 on, or leave it out", c.Records)
	}
	return nil
}

// Run serves the two organisations until it is told to end.
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

// tellConnection gives the connection of an earlier run on this directory its sandboxes' new addresses, so
// that it finds them when their ports have changed.
func tellConnection(ctx context.Context, dataDir string, info sandbox.Info) error {
	config := app.Config{DataDir: dataDir}
	if _, err := os.Stat(filepath.Join(dataDir, "causeway.db")); os.IsNotExist(err) {
		return nil
	}
	st, err := config.OpenStore(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = st.Close() }()
	return readdress(ctx, st, info)
}

// readdress stores where the sandboxes are now.
func readdress(ctx context.Context, st *store.Store, info sandbox.Info) error {
	for side, url := range map[record.Side]string{record.CRM: info.CRMURL, record.Billing: info.BillingURL} {
		cred, err := st.Connections.Credential(ctx, connectionID, side)
		if record.IsKind(err, record.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if cred.AccountsURL == url && cred.RefreshToken == info.RefreshToken {
			continue
		}
		fresh := credential(info, url, cred.Organization)
		fresh.CallsInFlight, fresh.CallsPerMinute = cred.CallsInFlight, cred.CallsPerMinute
		if err := st.Connections.PutCredential(ctx, connectionID, side, fresh); err != nil {
			return fmt.Errorf("store the sandboxes' addresses: %w", err)
		}
	}
	return nil
}

func credential(info sandbox.Info, url, org string) record.Credential {
	return record.Credential{
		AccountsURL: url, ClientID: info.ClientID, ClientSecret: info.ClientSecret,
		RefreshToken: info.RefreshToken, Organization: org,
	}
}
