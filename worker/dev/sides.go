package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"causeway/internal/app"
	"causeway/internal/record"
	"causeway/internal/sandbox"
	"causeway/internal/store"
)

// connectionID is the connection that the embedded mode makes.
const connectionID = "demo"

// sandboxFlags say how the sandboxes behave.
type sandboxFlags struct {
	CRMPort     int               `name:"crm-port" help:"Port of the CRM sandbox; 0 takes a free one." default:"9401"`
	BillingPort int               `help:"Port of the billing sandbox; 0 takes a free one." default:"9402"`
	Setting     map[string]string `help:"Set a behaviour of the sandboxes, as name=value; repeatable. An unknown name lists all." mapsep:"none" placeholder:"NAME=VALUE"`
	Fault       map[string]string `help:"Let the sandboxes misbehave, as kind=rate (0 to 1), or latency=DURATION; repeatable. An unknown kind lists all." mapsep:"none" placeholder:"KIND=RATE"`
	Seed        uint64            `help:"Seed of faults and sample data." default:"1"`
}

func (f sandboxFlags) options(dataDir string) sandbox.Options {
	return sandbox.Options{
		DataDir: filepath.Join(dataDir, "sandbox"), CRMPort: f.CRMPort, BillingPort: f.BillingPort,
		Settings: f.Setting, Faults: f.Fault, Seed: f.Seed,
	}
}

// tellConnection tells the connection of an earlier start on this directory where the sandboxes are now: their ports may
// have changed.
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

// readdress stores where the sandboxes are now, if there is a connection.
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
