package activities

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

// checkFigures checks the fields that are to hold figures, of the edit's own: one that was there before has drifted
// since, and the connection shows that.
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
		return "cannot be filled: figures are made of invoices, and these are not pushed; turn them on first, `starter configure --transactions invoices`"
	}
	if f.Module != record.Accounts && f.Module != record.Contacts || !slices.Contains(e.crmModules, f.Module) {
		return fmt.Sprintf("stands in %s, whose records become no customers by these preferences; use a module whose do", f.Module)
	}
	if !slices.Contains(transaction.FigureNames(), f.Figure) {
		return fmt.Sprintf("cannot hold %q, which is no figure; use one of %s", f.Figure, strings.Join(transaction.FigureNames(), ", "))
	}
	i := slices.IndexFunc(e.crmFields[f.Module], func(field record.Field) bool { return field.Name == f.Field })
	if i < 0 {
		return fmt.Sprintf("is no field of the CRM's module %s; add it, or name another", f.Module)
	}
	field, fits := e.crmFields[f.Module][i], fitting(f.Figure)
	switch {
	case field.ReadOnly:
		return fmt.Sprintf("can only be read in %s; name another field", f.Module)
	case !slices.Contains(fits, field.Type):
		return fmt.Sprintf("is of the type %s in %s, and %s needs one of %s", field.Type, f.Module, f.Figure, strings.Join(fits, ", "))
	case check.Reads(e.now, f.Module, f.Field):
		return fmt.Sprintf("is in a field map of %s, and what stands there would go back to billing; name another field", f.Module)
	}
	return ""
}

// fitting are the types of fields that take a figure, by the CRM's own words.
func fitting(figure string) []string {
	switch {
	case transaction.IsAmount(figure):
		return []string{"currency", "double"}
	case figure == transaction.LastPaymentDate:
		return []string{"date", "text"}
	}
	return []string{"text"}
}
