package document

import (
	"slices"
	"strings"

	"github.com/govalues/decimal"

	"causeway/internal/sandbox/zohobilling/amount"
	"causeway/internal/sandbox/zohobilling/api"
)

// CodeState is the code of refusals that come from a status. Zoho documents a code for one such refusal only: 4041, an
// estimate that cannot go back to a draft. The sandbox uses it for all.
const CodeState = 4041

// RefuseState refuses what the document's status does not allow.
func (d *Document) RefuseState(k Kind, what string) error {
	return api.Refused(CodeState, "%s %s is %s and cannot be %s.", k.Name, d.Number, strings.ReplaceAll(d.Status, "_", " "), what)
}

// markableFrom are the statuses from which an estimate can be marked with each status.
var markableFrom = map[string][]string{Sent: {Draft}, Accepted: {Sent, Declined}, Declined: {Sent, Accepted}}

// MarkEstimate changes an estimate's status.
func (d *Document) MarkEstimate(to, today string) error {
	now := d.StatusOn(Estimates, today)
	if !slices.Contains(markableFrom[to], now) {
		return api.Refused(CodeState, "Estimate %s is %s and cannot be marked as %s.", d.Number, now, to)
	}
	d.Status = to
	switch to {
	case Accepted:
		d.Accepted = today
	case Declined:
		d.Declined = today
	}
	return nil
}

// MarkSent makes a draft a sent document. One that comes to nothing counts as paid at once.
func (d *Document) MarkSent() {
	d.Status = Sent
	if d.Total.IsZero() {
		d.Status = Paid
	}
}

// Settle sets what is paid, and the status, from the payments of an invoice.
func (d *Document) Settle() {
	d.Paid = decimal.Zero
	for _, p := range d.Payments {
		d.Paid = amount.Plus(d.Paid, p.Amount)
	}
	switch {
	case d.Balance().IsZero():
		d.Status = Paid
	case d.Paid.IsZero():
		d.Status = Sent
	default:
		d.Status = PartiallyPaid
	}
}
