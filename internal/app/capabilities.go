package app

import (
	"context"
	"time"

	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/internal/report"
)

// Capabilities asks the sides what they can do. It writes nothing.
func (s *Sides) Capabilities(ctx context.Context, connection string, p record.Preferences) (report.Capabilities, error) {
	out := report.Capabilities{Reads: map[string]string{string(record.Customers): report.ReadsWholeList, string(record.Items): report.ReadsWholeList}}
	crmPort, err := s.CRM(ctx, connection)
	if err != nil {
		return out, err
	}
	billingPort, err := s.Billing(ctx, connection)
	if err != nil {
		return out, err
	}
	theirs := crmPort.Capabilities()
	for _, m := range reconcile.CRMModules(p.Customers.Mode) {
		out.Reads[string(m)] = report.ReadsWholeList
		if theirs.IncrementalRead {
			out.Reads[string(m)] = report.ReadsChanges
		}
	}
	ours, err := billingPort.Probe(ctx, []record.Module{record.ContactPersons})
	if err != nil {
		return out, err
	}
	if ours.SortByModified {
		out.Reads[string(record.Customers)] = report.ReadsChanges
	}
	out.PersonsTouchCustomer = ours.PersonsTouchCustomer
	out.DeletedDays = int(theirs.DeletedHorizon / (24 * time.Hour))
	return out, nil
}
