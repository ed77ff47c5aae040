package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/internal/store/history"
	"causeway/workflows/contract"
)

type explainCmd struct {
	Record string `arg:"" help:"The record: MODULE/ID, as in Accounts/123 or customers/456; or its id alone."`
	flagged
}

// Validate refuses what names no record.
func (c *explainCmd) Validate() error {
	if _, err := parseRef(c.Record); err != nil {
		return err
	}
	return c.flagged.Validate()
}

// explanation is all that is known of a record.
type explanation struct {
	Connection string               `json:"connection"`
	Record     record.Ref           `json:"record"`
	Links      []explainedLink      `json:"links"`
	CRM        *heldRecord          `json:"crm"`
	Billing    *heldRecord          `json:"billing"`
	Operations []explainedOperation `json:"operations"`
}

type explainedLink struct {
	Entity        string     `json:"entity"`
	CRMModule     string     `json:"crm_module"`
	CRMID         string     `json:"crm_id"`
	BillingModule string     `json:"billing_module"`
	BillingID     string     `json:"billing_id"`
	Born          string     `json:"born"`
	Gone          string     `json:"gone"`
	GoneAt        *time.Time `json:"gone_at"`
}

// heldRecord is a record as the mirror has it.
type heldRecord struct {
	Module   string        `json:"module"`
	ID       string        `json:"id"`
	Name     string        `json:"name"`
	Modified time.Time     `json:"modified"`
	Values   record.Values `json:"values"`
}

// explainedOperation is an operation with what it changed, and the run that made it. Before and After are in
// the fields of the side to which it went.
type explainedOperation struct {
	At          time.Time `json:"at"`
	RunID       string    `json:"run_id"`
	RunNumber   int       `json:"run_number"`
	Trigger     string    `json:"trigger"`
	Who         string    `json:"who"`
	Preferences int       `json:"preferences"`
	contract.Operation
	Before record.Values `json:"before"`
	After  record.Values `json:"after"`
}

// Run explains one record.
func (c *explainCmd) Run(ctx context.Context, p *program) error {
	return p.onConnection(ctx, c.selection(), func(st *store.Store, conn record.Connection) error {
		found, err := findExplanation(ctx, st, conn.ID, c.Record)
		if err != nil {
			return err
		}
		out := newExplanation(conn.ID, found)
		if p.json {
			return p.printJSON(out)
		}
		p.printExplanation(out)
		return nil
	})
}

// findExplanation explains the named record; a bare id is looked for in every module.
func findExplanation(ctx context.Context, st *store.Store, connection, name string) (history.Explanation, error) {
	ref, err := parseRef(name)
	if err != nil || ref.Module != "" {
		if err != nil {
			return history.Explanation{}, err
		}
		return st.History.Explain(ctx, connection, ref)
	}
	var found []history.Explanation
	for _, m := range modules {
		one, err := st.History.Explain(ctx, connection, record.Ref{Side: record.SideOf(m), Module: m, ID: ref.ID})
		if record.IsKind(err, record.NotFound) {
			continue
		}
		if err != nil {
			return one, err
		}
		found = append(found, one)
	}
	switch len(found) {
	case 0:
		return history.Explanation{}, fmt.Errorf("no sync of %s has ever seen a record %s: look at the id; one that was never synced is found by `starter search`", connection, clean(ref.ID))
	case 1:
		return found[0], nil
	}
	names := make([]string, len(found))
	for i, one := range found {
		names[i] = string(one.Ref.Module) + "/" + one.Ref.ID
	}
	return history.Explanation{}, errors.New("several records have this id: name one of " + strings.Join(names, ", "))
}

func newExplanation(connection string, e history.Explanation) explanation {
	out := explanation{Connection: connection, Record: e.Ref, Links: []explainedLink{}, Operations: []explainedOperation{},
		CRM: newHeld(e.CRM), Billing: newHeld(e.Billing)}
	for _, l := range e.Links {
		link := explainedLink{Entity: string(l.Entity), CRMModule: string(l.CRMModule), CRMID: l.CRMID,
			BillingModule: string(l.BillingModule), BillingID: l.BillingID, Born: string(l.Born), Gone: string(l.Gone)}
		if l.Gone != "" {
			at := l.GoneAt.UTC()
			link.GoneAt = &at
		}
		out.Links = append(out.Links, link)
	}
	for _, o := range e.Operations {
		before, after := reconcile.Changes(o.Operation)
		at := o.Operation.DoneAt
		if at.IsZero() {
			at = o.Operation.PlannedAt
		}
		out.Operations = append(out.Operations, explainedOperation{
			At: at.UTC(), RunID: o.Operation.Run, RunNumber: shownNumber(o.Run), Trigger: string(o.Run.Trigger), Who: o.Run.Who,
			Preferences: o.Run.Preferences, Operation: contract.NewOperation(o.Operation), Before: before, After: orEmpty(after),
		})
	}
	return out
}

func orEmpty(v record.Values) record.Values {
	if v == nil {
		return record.Values{}
	}
	return v
}

func newHeld(r *record.Record) *heldRecord {
	if r == nil {
		return nil
	}
	return &heldRecord{Module: string(r.Module), ID: r.ID, Name: r.Name, Modified: r.Modified.UTC(), Values: orEmpty(r.Values)}
}

func (p *program) printExplanation(e explanation) {
	for side, held := range map[record.Side]*heldRecord{record.CRM: e.CRM, record.Billing: e.Billing} {
		if held != nil && side == e.Record.Side {
			p.printf("%s/%s %q of %s, last modified %s\n", held.Module, clean(held.ID), clean(held.Name), side.Name(), held.Modified.Local().Format(time.DateTime))
		}
	}
	if len(e.Links) == 0 {
		p.printf("%s/%s has no link\n", e.Record.Module, clean(e.Record.ID))
	}
	for _, l := range e.Links {
		p.printf("%s/%s of the CRM is %s/%s of billing, and was in %s first\n", l.CRMModule, clean(l.CRMID), l.BillingModule, clean(l.BillingID), record.Side(l.Born).Name())
		switch side := record.Side(l.Gone); side {
		case "":
		case record.Moved:
			p.printf("  its contact is something else in billing since %s: this link rests until it is again what it was\n", l.GoneAt.Local().Format(time.DateTime))
		default:
			p.printf("  deleted in %s on %s: nothing is synced over this link\n", record.Side(l.Gone).Name(), l.GoneAt.Local().Format(time.DateTime))
		}
	}
	if len(e.Operations) == 0 {
		p.printf("no operation has touched it\n")
	}
	for _, op := range e.Operations {
		p.printExplained(op)
	}
}

func (p *program) printExplained(op explainedOperation) {
	who := op.Trigger
	if op.Who != "" {
		who += " by " + clean(op.Who)
	}
	p.printf("\n%s  run %d (%s, preferences %d, %s)\n  %s %s: %s", op.At.Local().Format(time.DateTime), op.RunNumber, who, op.Preferences, op.RunID,
		strings.ReplaceAll(op.Direction, "_", " "), op.Action, op.Outcome)
	if op.Rule != "" {
		p.printf(", by the rule %s", clean(op.Rule))
	}
	p.printf("\n")
	if op.Reason != "" {
		p.printf("  %s\n", sentence(contract.Failure{Reason: op.Reason, Code: op.Code}.String()))
	}
	for _, field := range slices.Sorted(maps.Keys(op.After)) {
		p.printf("    %s: %s → %s\n", clean(field), valueWithin(op.Before[field], longestSentence), valueWithin(op.After[field], longestSentence))
	}
}

// shownNumber is the number that JSON shows of a run: that of a push has the negative of the push's sequence.
func shownNumber(r record.Run) int {
	if r.Push > 0 {
		return -r.Push
	}
	return r.Number
}
