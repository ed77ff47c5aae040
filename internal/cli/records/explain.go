package records

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"causeway/internal/cli/arguments"
	"causeway/internal/cli/screen"
	"causeway/internal/cli/session"
	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/internal/store"
	"causeway/internal/store/history"
	"causeway/workflows/contract"
)

// Explain shows everything that was done to a record.
type Explain struct {
	Record string `arg:"" help:"The record: MODULE/ID, as in Accounts/123 or customers/456; or its id alone."`
	session.Flagged
}

// Validate refuses what names no record.
func (c *Explain) Validate() error {
	if _, err := arguments.ParseRef(c.Record); err != nil {
		return err
	}
	return c.Flagged.Validate()
}

// Run explains one record.
func (c *Explain) Run(ctx context.Context, p *session.Session) error {
	return p.OnConnection(ctx, c.Selection(), func(st *store.Store, conn record.Connection) error {
		found, err := findExplanation(ctx, st, conn.ID, c.Record)
		if err != nil {
			return err
		}
		out := report.NewExplanation(conn.ID, found)
		if p.JSON {
			return p.PrintJSON(out)
		}
		printExplanation(p, out)
		return nil
	})
}

// findExplanation explains the named record; a bare id is looked for in every module.
func findExplanation(ctx context.Context, st *store.Store, connection, name string) (history.Explanation, error) {
	ref, err := arguments.ParseRef(name)
	if err != nil || ref.Module != "" {
		if err != nil {
			return history.Explanation{}, err
		}
		return st.History.Explain(ctx, connection, ref)
	}
	var found []history.Explanation
	for _, m := range arguments.Modules {
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
		return history.Explanation{}, fmt.Errorf("no sync of %s has ever seen a record %s: check the id, or find the record with `starter search`", connection, screen.Clean(ref.ID))
	case 1:
		return found[0], nil
	}
	names := make([]string, len(found))
	for i, one := range found {
		names[i] = string(one.Ref.Module) + "/" + one.Ref.ID
	}
	return history.Explanation{}, errors.New("several records have this id: name one of " + strings.Join(names, ", "))
}

func printExplanation(p *session.Session, e report.Explanation) {
	for side, held := range map[record.Side]*report.HeldRecord{record.CRM: e.CRM, record.Billing: e.Billing} {
		if held != nil && side == e.Record.Side {
			p.Printf("%s/%s %q of %s, last modified %s\n", held.Module, screen.Clean(held.ID), screen.Clean(held.Name), side.Name(), held.Modified.Local().Format(time.DateTime))
		}
	}
	if len(e.Links) == 0 {
		p.Printf("%s/%s has no link\n", e.Record.Module, screen.Clean(e.Record.ID))
	}
	for _, l := range e.Links {
		p.Printf("%s/%s of the CRM is linked to %s/%s of billing; it existed in %s first\n", l.CRMModule, screen.Clean(l.CRMID), l.BillingModule, screen.Clean(l.BillingID), record.Side(l.Born).Name())
		switch side := record.Side(l.Gone); side {
		case "":
		case record.Moved:
			p.Printf("  not used since %s: its contact is another kind of record in billing now\n", l.GoneAt.Local().Format(time.DateTime))
		default:
			p.Printf("  deleted in %s on %s: this link is not synced any more\n", record.Side(l.Gone).Name(), l.GoneAt.Local().Format(time.DateTime))
		}
	}
	if len(e.Operations) == 0 {
		p.Printf("no sync has changed it\n")
	}
	for _, op := range e.Operations {
		printExplained(p, op)
	}
}

func printExplained(p *session.Session, op report.ExplainedOperation) {
	who := op.Trigger
	if op.Who != "" {
		who += " by " + screen.Clean(op.Who)
	}
	p.Printf("\n%s  run %d (%s, preferences %d, %s)\n  %s %s: %s", op.At.Local().Format(time.DateTime), op.RunNumber, who, op.Preferences, op.RunID,
		strings.ReplaceAll(op.Direction, "_", " "), op.Action, op.Outcome)
	if op.Rule != "" {
		p.Printf(", by the rule %s", screen.Clean(op.Rule))
	}
	p.Printf("\n")
	if op.Reason != "" {
		p.Printf("  %s\n", screen.Sentence(contract.Failure{Reason: op.Reason, Code: op.Code}.String()))
	}
	for _, field := range slices.Sorted(maps.Keys(op.After)) {
		p.Printf("    %s: %s → %s\n", screen.Clean(field), screen.ValueWithin(op.Before[field], screen.LongestSentence), screen.ValueWithin(op.After[field], screen.LongestSentence))
	}
}
