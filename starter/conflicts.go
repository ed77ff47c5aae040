package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/workflows/contract"
)

type conflictsCmd struct {
	List    conflictsListCmd    `cmd:"" default:"withargs" help:"List the records on which both sides disagree, with both values (default)."`
	Resolve conflictsResolveCmd `cmd:"" help:"Say who wins, and carry it out."`
}

type conflictsListCmd struct{ selection }

// conflicts are what list prints.
type conflicts struct {
	Connection string     `json:"connection"`
	Conflicts  []conflict `json:"conflicts"`
}

// conflict is one record whose fields both sides changed, each to a value of its own.
type conflict struct {
	ID            string          `json:"id"`
	Entity        string          `json:"entity"`
	CRMModule     string          `json:"crm_module"`
	CRMID         string          `json:"crm_id"`
	BillingModule string          `json:"billing_module"`
	BillingID     string          `json:"billing_id"`
	Name          string          `json:"name"`
	Since         time.Time       `json:"since"`
	RunID         string          `json:"run_id"`
	Fields        []conflictField `json:"fields"`

	source record.Ref
}

type conflictField struct {
	Field   string `json:"field"`
	CRM     any    `json:"crm"`
	Billing any    `json:"billing"`
}

// Run lists what somebody is to decide.
func (c *conflictsListCmd) Run(ctx context.Context, p *program) error {
	return p.onConnection(ctx, c.selection, func(st *store.Store, conn record.Connection) error {
		open, err := openConflicts(ctx, st, conn.ID)
		if err != nil {
			return err
		}
		if p.json {
			return p.printJSON(conflicts{Connection: conn.ID, Conflicts: open})
		}
		if len(open) == 0 {
			p.printf("no record of %s waits for a decision\n", conn.ID)
			return nil
		}
		t := p.table("record", "billing", "name", "field", "in the CRM", "in billing")
		for _, one := range open {
			for _, f := range one.Fields {
				t.AppendRow([]any{clean(one.CRMModule + "/" + one.CRMID), clean(one.BillingModule + "/" + one.BillingID), clean(one.Name), clean(f.Field), value(f.CRM), value(f.Billing)})
			}
		}
		t.Render()
		p.note("decide with `starter conflicts resolve RECORD --winner crm|billing`, or for each field with --field FIELD=crm|billing")
		return nil
	})
}

// openConflicts are the connection's, one for each pair of records, the oldest first: both directions of a
// sync may tell of the same one.
func openConflicts(ctx context.Context, st *store.Store, connection string) ([]conflict, error) {
	ops, err := st.History.OpenConflicts(ctx, connection)
	if err != nil {
		return nil, err
	}
	out := []conflict{}
	at := map[string]int{}
	for _, op := range ops {
		one := newConflict(op)
		key := one.CRMModule + "/" + one.CRMID
		if i, told := at[key]; told {
			one.Since = out[i].Since
			out[i] = one // the newer one has the values that count
			continue
		}
		at[key] = len(out)
		out = append(out, one)
	}
	return out, nil
}

func newConflict(op record.Operation) conflict {
	out := conflict{
		ID: op.ID, Entity: string(op.Entity), CRMModule: string(op.SourceModule), CRMID: op.SourceID,
		BillingModule: string(op.TargetModule), BillingID: op.TargetID, Name: op.SourceName,
		Since: op.DoneAt.UTC(), RunID: op.Run, Fields: []conflictField{},
		source: record.Ref{Side: record.SideOf(op.SourceModule), Module: op.SourceModule, ID: op.SourceID},
	}
	if out.source.Side == record.Billing {
		out.CRMModule, out.CRMID, out.BillingModule, out.BillingID = out.BillingModule, out.BillingID, out.CRMModule, out.CRMID
	}
	for _, field := range slices.Sorted(maps.Keys(op.After)) {
		out.Fields = append(out.Fields, conflictField{Field: field, CRM: op.After[field], Billing: op.Before[field]})
	}
	return out
}

type conflictsResolveCmd struct {
	Record string            `arg:"" help:"The record, by MODULE/ID or its id, on either side."`
	Winner string            `help:"Who wins: crm or billing. Beside --field: the fields that it does not name." placeholder:"SIDE"`
	Field  map[string]string `help:"Who wins one field, by billing's name of it; repeatable." placeholder:"FIELD=SIDE" mapsep:"none"`
	Wait   bool              `help:"Wait until it is carried out, and print the run."`
	flagged
}

// Validate refuses what decides nothing.
func (c *conflictsResolveCmd) Validate() error {
	if _, err := parseRef(c.Record); err != nil {
		return err
	}
	if c.Winner == "" && len(c.Field) == 0 {
		return errors.New("nothing is decided: give --winner crm or --winner billing, or --field FIELD=crm or FIELD=billing")
	}
	if c.Winner != "" && !isSide(c.Winner) {
		return fmt.Errorf("--winner=%s: use crm or billing", clean(c.Winner))
	}
	for _, field := range slices.Sorted(maps.Keys(c.Field)) {
		if !isSide(c.Field[field]) {
			return fmt.Errorf("--field=%s=%s: use crm or billing", clean(field), clean(c.Field[field]))
		}
	}
	return c.flagged.Validate()
}

func isSide(s string) bool { return s == string(record.CRM) || s == string(record.Billing) }

// Run keeps the decision with the record, and has it carried out at once.
func (c *conflictsResolveCmd) Run(ctx context.Context, p *program) error {
	return p.onConnection(ctx, c.selection(), func(st *store.Store, conn record.Connection) error {
		one, err := findConflict(ctx, st, conn.ID, c.Record)
		if err != nil {
			return err
		}
		req, err := c.request(one)
		if err != nil {
			return err
		}
		req.Who = p.who
		return p.start(ctx, st, c.Wait, func(ctx context.Context, t temporal) (contract.SyncAccepted, error) {
			return t.ResolveConflict(ctx, conn.ID, req)
		})
	})
}

// request decides the conflict's fields. A field that is not among them is a mistake: nothing would be decided.
func (c *conflictsResolveCmd) request(one conflict) (contract.ResolveConflictRequest, error) {
	req := contract.ResolveConflictRequest{Module: string(one.source.Module), ID: one.source.ID, Winner: c.Winner, Conflict: one.ID}
	known := make([]string, len(one.Fields))
	for i, f := range one.Fields {
		known[i] = f.Field
	}
	for _, field := range slices.Sorted(maps.Keys(c.Field)) {
		if !slices.Contains(known, field) {
			return req, fmt.Errorf("--field=%s: both sides disagree on %s of this record only", clean(field), strings.Join(known, ", "))
		}
		req.Fields = append(req.Fields, contract.FieldDecision{Field: field, Winner: c.Field[field]})
	}
	return req, nil
}

func findConflict(ctx context.Context, st *store.Store, connection, name string) (conflict, error) {
	ref, err := parseRef(name)
	if err != nil {
		return conflict{}, err
	}
	open, err := openConflicts(ctx, st, connection)
	if err != nil {
		return conflict{}, err
	}
	is := func(module, id string) bool {
		return id == ref.ID && (ref.Module == "" || string(ref.Module) == module)
	}
	for _, one := range open {
		if is(one.CRMModule, one.CRMID) || is(one.BillingModule, one.BillingID) {
			return one, nil
		}
	}
	return conflict{}, fmt.Errorf("no conflict of %s waits for a decision at %s: see `starter conflicts list`", connection, clean(name))
}
