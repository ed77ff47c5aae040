package attempt

import (
	"context"

	"causeway/internal/billing"
	"causeway/internal/crm"
	"causeway/internal/record"
)

// CallBatch is how many calls an attempt makes before it stores what they returned. A side that grants 100 calls a
// minute answers that many in half a minute, well before the activity's time is over. So the next attempt need not read
// again what this one has read.
const CallBatch = 50

// Reading returns the context of one read.
func (a *Attempt) Reading(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, a.Timing.Read())
}

// Calling returns the context of one call that the client does not repeat.
func (a *Attempt) Calling(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, a.Timing.Call)
}

// ReadPage reads one page of a CRM module.
func (a *Attempt) ReadPage(ctx context.Context, port crm.Port, module record.Module, q crm.ReadQuery) (crm.Page, error) {
	ctx, cancel := a.Reading(ctx)
	defer cancel()
	return port.Read(ctx, module, q)
}

// ListPage reads one page of a list of billing's.
func (a *Attempt) ListPage(ctx context.Context, port billing.Port, module record.Module, q billing.ListQuery) (billing.Page, error) {
	ctx, cancel := a.Reading(ctx)
	defer cancel()
	return port.List(ctx, module, q)
}

// ReadRecord reads one record of billing whole.
func (a *Attempt) ReadRecord(ctx context.Context, port billing.Port, module record.Module, id string) (record.Record, error) {
	ctx, cancel := a.Reading(ctx)
	defer cancel()
	return port.Get(ctx, module, id)
}

// ListPersons lists the contact persons of a customer of billing.
func (a *Attempt) ListPersons(ctx context.Context, port billing.Port, customer string) ([]record.Record, error) {
	ctx, cancel := a.Reading(ctx)
	defer cancel()
	return port.ContactPersons(ctx, customer)
}

// IDs returns the ids of records, in their order.
func IDs(records []record.Record) []string {
	ids := make([]string, 0, len(records))
	for _, r := range records {
		ids = append(ids, r.ID)
	}
	return ids
}
