package records

import (
	"context"
	"errors"
	"fmt"

	"causeway/internal/app"
	"causeway/internal/cli/arguments"
	"causeway/internal/cli/runs"
	"causeway/internal/cli/screen"
	"causeway/internal/cli/session"
	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/workflows/contract"
)

type Resync struct {
	Module string `arg:"" help:"The record's module: Accounts, Contacts or Products of the CRM, customers or items of billing."`
	ID     string `arg:"" help:"The record's id."`
	Wait   bool   `help:"Wait until the run has ended, and print it."`
	session.Flagged
}

// Validate refuses what is no record.
func (c *Resync) Validate() error { return checkRecord(c.Module, c.ID, c.Flagged) }

func checkRecord(module, id string, f session.Flagged) error {
	m, err := arguments.ParseModule(module)
	if err != nil {
		return err
	}
	if m == record.ContactPersons {
		return errors.New("a contact person comes with its customer: name that one, or its contact in the CRM")
	}
	if err := arguments.CheckID(id); err != nil {
		return err
	}
	return f.Validate()
}

// Run reads one record afresh, with what hangs on it, and brings it across.
func (c *Resync) Run(ctx context.Context, p *session.Session) error {
	return p.OnConnection(ctx, c.Selection(), func(st *store.Store, conn record.Connection) error {
		module, err := arguments.ParseModule(c.Module)
		if err == nil {
			err = mustExist(ctx, st, conn.ID, module, c.ID)
		}
		if err != nil {
			return err
		}
		return runs.Start(ctx, p, st, c.Wait, func(ctx context.Context, t session.Temporal) (contract.SyncAccepted, error) {
			return t.ResyncRecord(ctx, conn.ID, contract.ResyncRecordRequest{Module: string(module), ID: c.ID, Who: p.Who})
		})
	})
}

type Import struct {
	Module string `arg:"" help:"The record's side and module, as in crm/Accounts or billing/customers."`
	ID     string `arg:"" help:"The record's id, as starter search tells it."`
	Wait   bool   `help:"Wait until the run has ended, and print it."`
	session.Flagged
}

// Validate refuses what is no record.
func (c *Import) Validate() error { return checkRecord(c.Module, c.ID, c.Flagged) }

// Run brings one record across at once with its links, whether a view holds it or not.
func (c *Import) Run(ctx context.Context, p *session.Session) error {
	return p.OnConnection(ctx, c.Selection(), func(st *store.Store, conn record.Connection) error {
		module, err := arguments.ParseModule(c.Module)
		if err == nil {
			err = mustExist(ctx, st, conn.ID, module, c.ID)
		}
		if err != nil {
			return err
		}
		return runs.Start(ctx, p, st, c.Wait, func(ctx context.Context, t session.Temporal) (contract.SyncAccepted, error) {
			return t.ImportRecord(ctx, conn.ID, contract.ImportRecordRequest{Side: string(record.SideOf(module)), Module: string(module), ID: c.ID, Who: p.Who})
		})
	})
}

// mustExist looks on the live side for a record that no link knows: a mistyped id would make a run of nothing.
// What is linked may have been deleted there, which the run is to see.
func mustExist(ctx context.Context, st *store.Store, connection string, module record.Module, id string) error {
	of := st.Links.OfModule
	if record.SideOf(module) == record.Billing {
		of = st.Links.OfTargets
	}
	links, err := of(ctx, connection, module, []string{id})
	if err != nil || len(links) > 0 {
		return err
	}
	sides := app.NewSides(st)
	if record.SideOf(module) == record.Billing {
		port, err := sides.Billing(ctx, connection)
		if err == nil {
			_, err = port.Get(ctx, module, id)
		}
		return unknownRecord(err, module, id)
	}
	port, err := sides.CRM(ctx, connection)
	if err == nil {
		_, err = port.Get(ctx, module, id)
	}
	return unknownRecord(err, module, id)
}

func unknownRecord(err error, module record.Module, id string) error {
	if record.IsKind(err, record.NotFound) {
		return fmt.Errorf("%s has no record %s in %s: find it with `starter search`", record.SideOf(module).Name(), screen.Clean(id), module)
	}
	return err
}
