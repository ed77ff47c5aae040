package setup

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"causeway/internal/mapping/check"
	"causeway/internal/record"
	"causeway/internal/transaction"
	"causeway/workflows/contract"
)

// codeFigure is the code of a field that cannot hold the figure.
const codeFigure = "FIGURE_FIELD"

// settingFigures is what a user calls the fields that hold figures.
const settingFigures = "figures in the CRM"

// checkFigures checks the fields that are to hold figures, where the edit names them. A field that was named before
// has changed since: the connection shows that as drift.
func (e *edit) checkFigures(context.Context) ([]contract.Problem, error) {
	var out []contract.Problem
	seen := map[record.Ref]bool{}
	for _, f := range e.now.Figures {
		at := record.Ref{Module: f.Module, ID: f.Field}
		reason := e.figureProblem(f)
		if reason == "" && seen[at] {
			reason = "cannot hold two figures; give each a field of its own"
		}
		seen[at] = true
		if reason != "" && !slices.Contains(e.was.Figures, f) {
			out = append(out, contract.Problem{Setting: settingFigures, Field: f.Field, Target: f.Figure, Code: codeFigure, Reason: reason})
		}
	}
	return out, nil
}

func (e *edit) figureProblem(f record.FigureField) string {
	if !e.now.Pushes(record.Invoice) {
		return "cannot be filled: figures are made of invoices, and invoices are not pushed; turn them on first: `starter configure --transactions invoices`"
	}
	if f.Module != record.Accounts && f.Module != record.Contacts || !slices.Contains(e.crmModules, f.Module) {
		return fmt.Sprintf("is in %s, whose records do not become customers with these preferences; use Accounts or Contacts, if they are synced as customers", f.Module)
	}
	if !slices.Contains(transaction.FigureNames(), f.Figure) {
		return fmt.Sprintf("cannot hold %q, which is not a figure; use one of %s", f.Figure, strings.Join(transaction.FigureNames(), ", "))
	}
	i := slices.IndexFunc(e.crmFields[f.Module], func(field record.Field) bool { return field.Name == f.Field })
	if i < 0 {
		return fmt.Sprintf("is not a field of the CRM's module %s; add it there, or name another field", f.Module)
	}
	field, fits := e.crmFields[f.Module][i], fitting(f.Figure)
	switch {
	case field.ReadOnly:
		return fmt.Sprintf("is read-only in %s; name another field", f.Module)
	case !slices.Contains(fits, field.Type):
		return fmt.Sprintf("is of the type %s in %s, and %s needs one of %s", field.Type, f.Module, f.Figure, strings.Join(fits, ", "))
	case check.Reads(e.now, f.Module, f.Field):
		return fmt.Sprintf("is in a field map of %s, so the figure would go back to billing; name another field", f.Module)
	}
	return ""
}

// fitting returns the types of fields that can hold a figure, in the CRM's own words.
func fitting(figure string) []string {
	switch {
	case transaction.IsAmount(figure):
		return []string{"currency", "double"}
	case figure == transaction.LastPaymentDate:
		return []string{"date", "text"}
	}
	return []string{"text"}
}

// KeepsFigures reports whether figures are written to the CRM. They are made of invoices.
func KeepsFigures(p record.Preferences) bool { return len(p.Figures) > 0 && p.Pushes(record.Invoice) }
