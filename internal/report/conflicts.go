package report

import (
	"context"
	"maps"
	"slices"
	"time"

	"causeway/internal/record"
	"causeway/internal/store"
)

// Conflicts lists the records that wait for a decision.
type Conflicts struct {
	Connection string     `json:"connection"`
	Conflicts  []Conflict `json:"conflicts"`
}

// Conflict is one record whose fields both sides changed, each to a value of its own.
type Conflict struct {
	ID            string          `json:"id"`
	Entity        string          `json:"entity"`
	CRMModule     string          `json:"crm_module"`
	CRMID         string          `json:"crm_id"`
	BillingModule string          `json:"billing_module"`
	BillingID     string          `json:"billing_id"`
	Name          string          `json:"name"`
	Since         time.Time       `json:"since"`
	RunID         string          `json:"run_id"`
	Fields        []conflictField `json:"fields"`

	// Source is the record on which the conflict was found. It is not shown.
	Source record.Ref `json:"-"`
}

type conflictField struct {
	Field   string `json:"field"`
	CRM     any    `json:"crm"`
	Billing any    `json:"billing"`
}

// ReadConflicts reads the conflicts of a connection that wait for a decision.
func ReadConflicts(ctx context.Context, st *store.Store, connection string) (Conflicts, error) {
	open, err := openConflicts(ctx, st, connection)
	return Conflicts{Connection: connection, Conflicts: open}, err
}

// openConflicts returns the connection's open conflicts, the oldest first. Both directions of a sync may report the same
// conflict, so it returns one for each pair of records.
func openConflicts(ctx context.Context, st *store.Store, connection string) ([]Conflict, error) {
	ops, err := st.History.OpenConflicts(ctx, connection)
	if err != nil {
		return nil, err
	}
	out := []Conflict{}
	at := map[string]int{}
	for _, op := range ops {
		one := newConflict(op)
		key := one.CRMModule + "/" + one.CRMID
		if i, told := at[key]; told {
			one.Since = out[i].Since
			out[i] = one // the newer one has the values that count
			continue
		}
		at[key] = len(out)
		out = append(out, one)
	}
	return out, nil
}

func newConflict(op record.Operation) Conflict {
	out := Conflict{
		ID: op.ID, Entity: string(op.Entity), CRMModule: string(op.SourceModule), CRMID: op.SourceID,
		BillingModule: string(op.TargetModule), BillingID: op.TargetID, Name: op.SourceName,
		Since: op.DoneAt.UTC(), RunID: op.Run, Fields: []conflictField{},
		Source: record.Ref{Side: record.SideOf(op.SourceModule), Module: op.SourceModule, ID: op.SourceID},
	}
	if out.Source.Side == record.Billing {
		out.CRMModule, out.CRMID, out.BillingModule, out.BillingID = out.BillingModule, out.BillingID, out.CRMModule, out.CRMID
	}
	for _, field := range slices.Sorted(maps.Keys(op.After)) {
		out.Fields = append(out.Fields, conflictField{Field: field, CRM: op.After[field], Billing: op.Before[field]})
	}
	return out
}
