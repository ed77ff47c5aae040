package app

import (
	"context"
	"time"

	"causeway/internal/reconcile"
	"causeway/internal/record"
)

// How a module is read after the first pass.
const (
	ReadsChanges   = "changes"    // what changed since the last sync
	ReadsWholeList = "whole_list" // all of it, every time: the side cannot list changes
)

// Capabilities are what the two sides of a connection can do.
type Capabilities struct {
	// Reads tells how each module is read.
	Reads map[string]string `json:"reads"`
	// PersonsTouchCustomer is set where an edit of a contact person in billing also changes its customer's
	// modification time.
	PersonsTouchCustomer bool `json:"persons_touch_customer"`
	// DeletedDays is how many days back the CRM lists deletions.
	DeletedDays int `json:"deleted_days"`
}

// Capabilities reads from the sides what they can do. It writes nothing.
func (s *Sides) Capabilities(ctx context.Context, connection string, p record.Preferences) (Capabilities, error) {
	out := Capabilities{Reads: map[string]string{string(record.Customers): ReadsWholeList, string(record.Items): ReadsWholeList}}
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
		out.Reads[string(m)] = ReadsWholeList
		if theirs.IncrementalRead {
			out.Reads[string(m)] = ReadsChanges
		}
	}
	ours, err := billingPort.Probe(ctx, []record.Module{record.ContactPersons})
	if err != nil {
		return out, err
	}
	if ours.SortByModified {
		out.Reads[string(record.Customers)] = ReadsChanges
	}
	out.PersonsTouchCustomer = ours.PersonsTouchCustomer
	out.DeletedDays = int(theirs.DeletedHorizon / (24 * time.Hour))
	return out, nil
}
