package deletion

import (
	"fmt"
	"io"
	"time"

	"causeway/internal/cli/screen"
	"causeway/internal/cli/session"
	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/workflows/contract"
)

func printPlanned(p *session.Session, plan report.DeletionPlanned) error {
	if p.JSON {
		return p.PrintJSON(plan)
	}
	printPlan(p, p.Out, plan)
	_, _ = fmt.Fprintf(p.Out, "token       %s (confirms this plan, once, within a day)\n", plan.Token)
	p.Note("Carry it out with `starter delete %s --plan %s --choice %s|%s --token TOKEN`. It cannot be undone.",
		plan.Connection, plan.Plan.ID, contract.ChoiceConvertAll, contract.ChoiceConvertWithTransactions)
	return nil
}

// choiceWords are the choices of a deletion, in the order in which they are shown.
var choiceWords = []string{contract.ChoiceConvertAll, contract.ChoiceConvertWithTransactions}

// printPlan shows what is linked, where it was born, and what each choice would do.
func printPlan(p *session.Session, to io.Writer, planned report.DeletionPlanned) {
	plan := planned.Plan
	_, _ = fmt.Fprintf(to, "plan        %s of %s, made %s\n", screen.Clean(plan.ID), planned.Connection, plan.At.Local().Format(time.DateTime))
	linked := p.Table("linked records", "all", "born in the CRM", "born in billing", "duplicates", "with transactions")
	linked.To(to)
	for _, e := range record.Entities() {
		c := plan.Entities[string(e)]
		linked.AppendRow([]any{e, c.Linked, c.BornCRM, c.BornBilling, c.Duplicates, c.WithTransactions})
	}
	linked.Render()
	choices := p.Table("choice", "in billing", "become plain records", "are deleted", "are kept as they are", "not checked (side given up)")
	choices.To(to)
	for _, choice := range choiceWords {
		for _, e := range record.Entities() {
			o := plan.Choices[choice][string(e)]
			choices.AppendRow([]any{choice, e, o.Converted, o.Deleted, o.Kept, o.Unknown})
		}
	}
	choices.Render()
	_, _ = fmt.Fprintf(to, "in the CRM  %d records lose Causeway's marker, with either choice; none is deleted\n", plan.CRMMarkers)
	for _, side := range []record.Side{record.CRM, record.Billing} {
		if n, given := plan.GivenUp[string(side)]; given {
			_, _ = fmt.Fprintf(to, "given up    %s: %d records there are not checked and not changed\n", side.Name(), n)
		}
	}
	if plan.UnknownWrites > 0 {
		_, _ = fmt.Fprintf(to, "not known   what %d writes have done: they may have made records that are not in this plan\n", plan.UnknownWrites)
	}
	_, _ = fmt.Fprintf(to, "also told   %d other finance applications of the billing organisation\n", plan.Apps)
}
