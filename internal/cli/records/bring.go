package records

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"causeway/internal/app"
	"causeway/internal/cli/arguments"
	"causeway/internal/cli/runs"
	"causeway/internal/cli/screen"
	"causeway/internal/cli/session"
	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/workflows/contract"
)

// oneRecord names a record of a side.
type oneRecord struct {
	Record string `arg:"" help:"The record, as MODULE/ID: Accounts/5820000000100007. The side may stand before it: crm/Accounts/5820000000100007."`
	ID     string `arg:"" optional:"" help:"The id, if it is not part of the record's name."`
	session.Flagged
}

// Validate refuses what is no record.
func (o oneRecord) Validate() error {
	if _, _, err := o.ref(); err != nil {
		return err
	}
	return o.Flagged.Validate()
}

// ref is the record's module and id.
func (o oneRecord) ref() (record.Module, string, error) {
	name, id := o.Record, o.ID
	if id == "" {
		cut := strings.LastIndex(name, "/")
		if cut < 0 {
			return "", "", fmt.Errorf("%q is no record: write MODULE/ID, as in Accounts/5820000000100007", screen.Clean(name))
		}
		name, id = name[:cut], name[cut+1:]
	}
	module, err := arguments.ParseModule(name)
	if err != nil {
		return "", "", err
	}
	if module == record.ContactPersons {
		return "", "", errors.New("a contact person comes with its customer: name the customer, or the contact in the CRM")
	}
	return module, id, arguments.CheckID(id)
}

// bring starts a run for the record, once it is known to exist.
func (o oneRecord) bring(ctx context.Context, p *session.Session, wait bool,
	ask func(ctx context.Context, t session.Temporal, connection string, module record.Module, id string) (contract.SyncAccepted, error),
) error {
	module, id, err := o.ref()
	if err != nil {
		return err
	}
	return p.OnConnection(ctx, o.Selection(), func(st *store.Store, conn record.Connection) error {
		if err := mustExist(ctx, st, conn.ID, module, id); err != nil {
			return err
		}
		return runs.Start(ctx, p, st, wait, func(ctx context.Context, t session.Temporal) (contract.SyncAccepted, error) {
			return ask(ctx, t, conn.ID, module, id)
		})
	})
}

// Resync reads one record again, with what belongs to it, and syncs it.
type Resync struct {
	oneRecord
	Wait bool `help:"Wait until the run has ended, and print it."`
}

// Run starts the run.
func (c *Resync) Run(ctx context.Context, p *session.Session) error {
	return c.bring(ctx, p, c.Wait, func(ctx context.Context, t session.Temporal, connection string, module record.Module, id string) (contract.SyncAccepted, error) {
		return t.ResyncRecord(ctx, connection, contract.ResyncRecordRequest{Module: string(module), ID: id, Who: p.Who})
	})
}

// Import syncs one record with what belongs to it, whether a view holds it or not.
type Import struct {
	oneRecord
	Wait bool `help:"Wait until the run has ended, and print it."`
}

// Run starts the run.
func (c *Import) Run(ctx context.Context, p *session.Session) error {
	return c.bring(ctx, p, c.Wait, func(ctx context.Context, t session.Temporal, connection string, module record.Module, id string) (contract.SyncAccepted, error) {
		return t.ImportRecord(ctx, connection, contract.ImportRecordRequest{Side: string(record.SideOf(module)), Module: string(module), ID: id, Who: p.Who})
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
