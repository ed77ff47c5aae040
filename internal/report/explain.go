package report

import (
	"time"

	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/internal/store/history"
)

// Explanation is everything that is known about a record.
type Explanation struct {
	Connection string               `json:"connection"`
	Record     record.Ref           `json:"record"`
	Links      []explainedLink      `json:"links"`
	CRM        *HeldRecord          `json:"crm"`
	Billing    *HeldRecord          `json:"billing"`
	Operations []ExplainedOperation `json:"operations"`
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

// HeldRecord is a record as the mirror has it.
type HeldRecord struct {
	Module   string        `json:"module"`
	ID       string        `json:"id"`
	Name     string        `json:"name"`
	Modified time.Time     `json:"modified"`
	Values   record.Values `json:"values"`
}

// ExplainedOperation is an operation with what it changed, and the run that made it. Before and After are in
// the fields of the side to which it went.
type ExplainedOperation struct {
	At          time.Time `json:"at"`
	RunID       string    `json:"run_id"`
	RunNumber   int       `json:"run_number"`
	Trigger     string    `json:"trigger"`
	Who         string    `json:"who"`
	Preferences int       `json:"preferences"`
	Operation
	Before record.Values `json:"before"`
	After  record.Values `json:"after"`
}

// NewExplanation builds an Explanation from what the store knows about a record.
func NewExplanation(connection string, e history.Explanation) Explanation {
	out := Explanation{Connection: connection, Record: e.Ref, Links: []explainedLink{}, Operations: []ExplainedOperation{},
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
		out.Operations = append(out.Operations, ExplainedOperation{
			At: at.UTC(), RunID: o.Operation.Run, RunNumber: shownNumber(o.Run), Trigger: string(o.Run.Trigger), Who: o.Run.Who,
			Preferences: o.Run.Preferences, Operation: NewOperation(o.Operation), Before: before, After: orEmpty(after),
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

func newHeld(r *record.Record) *HeldRecord {
	if r == nil {
		return nil
	}
	return &HeldRecord{Module: string(r.Module), ID: r.ID, Name: r.Name, Modified: r.Modified.UTC(), Values: orEmpty(r.Values)}
}

// shownNumber returns the number of a run in JSON. The run of a push has the negative of the push's sequence.
func shownNumber(r record.Run) int {
	if r.Push > 0 {
		return -r.Push
	}
	return r.Number
}
