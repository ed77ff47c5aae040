package main

import (
	"context"
	"errors"
	"fmt"

	"causeway/internal/app"
	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/workflows/contract"
)

type resyncCmd struct {
	Module string `arg:"" help:"The record's module: Accounts, Contacts or Products of the CRM, customers or items of billing."`
	ID     string `arg:"" help:"The record's id."`
	Wait   bool   `help:"Wait until the run has ended, and print it."`
	flagged
}

// Validate refuses what is no record.
func (c *resyncCmd) Validate() error { return checkRecord(c.Module, c.ID, c.flagged) }

func checkRecord(module, id string, f flagged) error {
	m, err := parseModule(module)
	if err != nil {
		return err
	}
	if m == record.ContactPersons {
		return errors.New("a contact person comes with its customer: name that one, or its contact in the CRM")
	}
	if err := checkID(id); err != nil {
		return err
	}
	return f.Validate()
}

// Run reads one record afresh, with what hangs on it, and brings it across.
func (c *resyncCmd) Run(ctx context.Context, p *program) error {
	return p.onConnection(ctx, c.selection(), func(st *store.Store, conn record.Connection) error {
		module, err := parseModule(c.Module)
		if err == nil {
			err = mustExist(ctx, st, conn.ID, module, c.ID)
		}
		if err != nil {
			return err
		}
		return p.start(ctx, st, c.Wait, func(ctx context.Context, t temporal) (contract.SyncAccepted, error) {
			return t.ResyncRecord(ctx, conn.ID, contract.ResyncRecordRequest{Module: string(module), ID: c.ID, Who: p.who})
		})
	})
}

type importCmd struct {
	Module string `arg:"" help:"The record's side and module, as in crm/Accounts or billing/customers."`
	ID     string `arg:"" help:"The record's id, as starter search tells it."`
	Wait   bool   `help:"Wait until the run has ended, and print it."`
	flagged
}

// Validate refuses what is no record.
func (c *importCmd) Validate() error { return checkRecord(c.Module, c.ID, c.flagged) }

// Run brings one record across at once with its links, whether a view holds it or not.
func (c *importCmd) Run(ctx context.Context, p *program) error {
	return p.onConnection(ctx, c.selection(), func(st *store.Store, conn record.Connection) error {
		module, err := parseModule(c.Module)
		if err == nil {
			err = mustExist(ctx, st, conn.ID, module, c.ID)
		}
		if err != nil {
			return err
		}
		return p.start(ctx, st, c.Wait, func(ctx context.Context, t temporal) (contract.SyncAccepted, error) {
			return t.ImportRecord(ctx, conn.ID, contract.ImportRecordRequest{Side: string(record.SideOf(module)), Module: string(module), ID: c.ID, Who: p.who})
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
		return fmt.Errorf("%s has no record %s in %s: find it with `starter search`", record.SideOf(module).Name(), clean(id), module)
	}
	return err
}
