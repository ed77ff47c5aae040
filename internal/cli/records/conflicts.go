package records

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"causeway/internal/cli/arguments"
	"causeway/internal/cli/runs"
	"causeway/internal/cli/screen"
	"causeway/internal/cli/session"
	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/internal/store"
	"causeway/workflows/contract"
)

// Conflicts lists the records that wait for a decision, and decides.
type Conflicts struct {
	List    conflictsListCmd    `cmd:"" default:"withargs" help:"List the records on which both sides disagree, with both values (default)."`
	Resolve conflictsResolveCmd `cmd:"" help:"Decide who wins, and sync the decision."`
}

type conflictsListCmd struct{ session.Selection }

// Run lists what somebody is to decide.
func (c *conflictsListCmd) Run(ctx context.Context, p *session.Session) error {
	return p.OnConnection(ctx, c.Selection, func(st *store.Store, conn record.Connection) error {
		found, err := report.ReadConflicts(ctx, st, conn.ID)
		if err != nil {
			return err
		}
		if p.JSON {
			return p.PrintJSON(found)
		}
		if len(found.Conflicts) == 0 {
			p.Printf("no conflict of %s waits for a decision\n", conn.ID)
			return nil
		}
		t := p.Table("record", "billing", "name", "field", "in the CRM", "in billing")
		for _, one := range found.Conflicts {
			for _, f := range one.Fields {
				t.AppendRow([]any{screen.Clean(one.CRMModule + "/" + one.CRMID), screen.Clean(one.BillingModule + "/" + one.BillingID), screen.Clean(one.Name), screen.Clean(f.Field), screen.Value(f.CRM), screen.Value(f.Billing)})
			}
		}
		t.Render()
		p.Note("Decide with `starter conflicts resolve RECORD --winner crm|billing`, or field by field with --field FIELD=crm|billing.")
		return nil
	})
}

type conflictsResolveCmd struct {
	Record string            `arg:"" help:"The record, by MODULE/ID or its id, on either side."`
	Winner string            `help:"Who wins: crm or billing. With --field: who wins the fields that --field does not name." placeholder:"SIDE"`
	Field  map[string]string `help:"Who wins one field, by its name in billing; repeatable." placeholder:"FIELD=SIDE" mapsep:"none"`
	Wait   bool              `help:"Wait until the run has ended, and print it."`
	session.Flagged
}

// Validate refuses what decides nothing.
func (c *conflictsResolveCmd) Validate() error {
	if _, err := arguments.ParseRef(c.Record); err != nil {
		return err
	}
	if c.Winner == "" && len(c.Field) == 0 {
		return errors.New("nothing was decided: give --winner crm or --winner billing, or --field FIELD=crm or FIELD=billing")
	}
	if c.Winner != "" && !arguments.IsSide(c.Winner) {
		return fmt.Errorf("--winner=%s: use crm or billing", screen.Clean(c.Winner))
	}
	for _, field := range slices.Sorted(maps.Keys(c.Field)) {
		if !arguments.IsSide(c.Field[field]) {
			return fmt.Errorf("--field=%s=%s: use crm or billing", screen.Clean(field), screen.Clean(c.Field[field]))
		}
	}
	return c.Flagged.Validate()
}

// Run keeps the decision with the record, and has it carried out at once.
func (c *conflictsResolveCmd) Run(ctx context.Context, p *session.Session) error {
	return p.OnConnection(ctx, c.Selection(), func(st *store.Store, conn record.Connection) error {
		one, err := findConflict(ctx, st, conn.ID, c.Record)
		if err != nil {
			return err
		}
		req, err := c.request(one)
		if err != nil {
			return err
		}
		req.Who = p.Who
		return runs.Start(ctx, p, st, c.Wait, func(ctx context.Context, t session.Temporal) (contract.SyncAccepted, error) {
			return t.ResolveConflict(ctx, conn.ID, req)
		})
	})
}

// request decides the conflict's fields. A field that is not among them is a mistake: nothing would be decided.
func (c *conflictsResolveCmd) request(one report.Conflict) (contract.ResolveConflictRequest, error) {
	req := contract.ResolveConflictRequest{Module: string(one.Source.Module), ID: one.Source.ID, Winner: c.Winner, Conflict: one.ID}
	known := make([]string, len(one.Fields))
	for i, f := range one.Fields {
		known[i] = f.Field
	}
	for _, field := range slices.Sorted(maps.Keys(c.Field)) {
		if !slices.Contains(known, field) {
			return req, fmt.Errorf("--field=%s: both sides disagree on %s of this record only", screen.Clean(field), strings.Join(known, ", "))
		}
		req.Fields = append(req.Fields, contract.FieldDecision{Field: field, Winner: c.Field[field]})
	}
	return req, nil
}

func findConflict(ctx context.Context, st *store.Store, connection, name string) (report.Conflict, error) {
	ref, err := arguments.ParseRef(name)
	if err != nil {
		return report.Conflict{}, err
	}
	found, err := report.ReadConflicts(ctx, st, connection)
	if err != nil {
		return report.Conflict{}, err
	}
	is := func(module, id string) bool {
		return id == ref.ID && (ref.Module == "" || string(ref.Module) == module)
	}
	for _, one := range found.Conflicts {
		if is(one.CRMModule, one.CRMID) || is(one.BillingModule, one.BillingID) {
			return one, nil
		}
	}
	return report.Conflict{}, fmt.Errorf("no conflict of %s waits for a decision on %s: see `starter conflicts list`", connection, screen.Clean(name))
}
