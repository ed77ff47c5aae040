package history

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"causeway/internal/record"
	"causeway/internal/store/links"
	"causeway/internal/store/mirror"
	"causeway/internal/store/operations"
	"causeway/internal/store/runs"
)

// Explained is one operation, and the run that made it.
type Explained struct {
	Operation record.Operation
	Run       record.Run
}

// Explanation is all that is known of one record.
type Explanation struct {
	Ref     record.Ref
	Links   []record.Link
	CRM     *record.Record // as the mirror has it
	Billing *record.Record
	// Operations are all that ever touched the record, the oldest first.
	Operations []Explained
}

const (
	opsOfSource = `SELECT ` + operations.RowColumns + ` FROM operations o WHERE o.connection = ? AND o.source_module = ? AND o.source_id = ?`
	// What the CRM merged into the record of a link had the same billing record before.
	mergedInto = `
SELECT source_module AS module, source_id AS id FROM operations
WHERE target_id = ? AND target_module = ? AND connection = ? AND action = 'merge' ORDER BY id`
	// The index on open targets does not help here, so the other halves of the links are asked for as sources.
	linksOfRecord = `
SELECT * FROM links WHERE connection = ? AND entity IN ('customers', 'contact_persons', 'items') AND crm_module = ? AND crm_id = ?
UNION ALL
SELECT * FROM links WHERE connection = ? AND billing_module = ? AND billing_id = ?`
)

// Explain returns every operation that touched a record, from either side, with its run, and what is known of the
// record now. NotFound where no sync has seen it.
func (s *History) Explain(ctx context.Context, connection string, ref record.Ref) (Explanation, error) {
	out, err := s.explain(ctx, connection, ref)
	if err != nil {
		return out, fmt.Errorf("explain %s %s: %w", ref.Module, ref.ID, err)
	}
	return out, nil
}

func (s *History) explain(ctx context.Context, connection string, ref record.Ref) (Explanation, error) {
	out := Explanation{Ref: ref}
	var err error
	out.Links, err = links.Select(ctx, s.db.Reader(), linksOfRecord, connection, ref.Module, ref.ID, connection, ref.Module, ref.ID)
	if err != nil {
		return out, err
	}
	refs := []record.Ref{ref}
	for _, l := range out.Links {
		refs = append(refs, record.Ref{Side: record.CRM, Module: l.CRMModule, ID: l.CRMID}, record.Ref{Side: record.Billing, Module: l.BillingModule, ID: l.BillingID})
		if l.BillingModule == record.Customers { // the figures of its invoices, which the CRM's record holds
			refs = append(refs, record.Ref{Side: record.Billing, Module: record.Invoices, ID: l.BillingID})
		}
	}
	for _, r := range refs {
		if err := s.halves(ctx, connection, r, &out); err != nil {
			return out, err
		}
	}
	for _, l := range out.Links {
		merged, err := s.merged(ctx, connection, l)
		if err != nil {
			return out, err
		}
		refs = append(refs, merged...)
	}
	ops := map[string]record.Operation{}
	for _, r := range refs {
		var rows []operations.Row
		if err := s.db.Reader().All(ctx, &rows, opsOfSource, connection, r.Module, r.ID); err != nil {
			return out, err
		}
		for _, row := range rows {
			if ops[row.ID], err = row.Operation(); err != nil {
				return out, err
			}
		}
	}
	if len(ops) == 0 && len(out.Links) == 0 && out.CRM == nil && out.Billing == nil {
		return out, &record.Error{Kind: record.NotFound, Op: "explain", Code: "UNKNOWN_RECORD", RecordID: ref.ID,
			Message: fmt.Sprintf("no sync has ever seen a record %s of %s", ref.ID, ref.Module), Remedy: "check the id and the module"}
	}
	out.Operations, err = s.withRuns(ctx, ops)
	return out, err
}

// merged lists the CRM's records that had the link's billing record before they were merged.
func (s *History) merged(ctx context.Context, connection string, l record.Link) ([]record.Ref, error) {
	var rows []struct {
		Module string `db:"module"`
		ID     string `db:"id"`
	}
	if err := s.db.Reader().All(ctx, &rows, mergedInto, l.BillingID, l.BillingModule, connection); err != nil {
		return nil, err
	}
	out := make([]record.Ref, len(rows))
	for i, r := range rows {
		out[i] = record.Ref{Side: record.CRM, Module: record.Module(r.Module), ID: r.ID}
	}
	return out, nil
}

// halves reads the mirror's rows of the record and its counterpart.
func (s *History) halves(ctx context.Context, connection string, ref record.Ref, out *Explanation) error {
	found, err := mirror.Records(ctx, s.db.Reader(), connection, ref.Side, ref.Module, []string{ref.ID})
	if err != nil {
		return err
	}
	if r, ok := found[ref.ID]; ok && ref.Side == record.CRM {
		out.CRM = &r
	} else if ok {
		out.Billing = &r
	}
	return nil
}

func (s *History) withRuns(ctx context.Context, ops map[string]record.Operation) ([]Explained, error) {
	of := map[string]record.Run{}
	out := make([]Explained, 0, len(ops))
	for _, op := range ops {
		run, ok := of[op.Run]
		if !ok {
			var err error
			if run, err = runs.Get(ctx, s.db.Reader(), op.Run); err != nil && !record.IsKind(err, record.NotFound) {
				return nil, err
			}
			of[op.Run] = run
		}
		out = append(out, Explained{Operation: op, Run: run})
	}
	sortExplained(out)
	return out, nil
}

// sortExplained orders by the time of the plan, and by the run's order within it.
func sortExplained(list []Explained) {
	slices.SortFunc(list, func(a, b Explained) int {
		return cmp.Or(a.Operation.PlannedAt.Compare(b.Operation.PlannedAt), cmp.Compare(a.Operation.Seq, b.Operation.Seq), cmp.Compare(a.Operation.ID, b.Operation.ID))
	})
}
