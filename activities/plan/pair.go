package plan

import (
	"context"
	"maps"

	"causeway/internal/record"
	"causeway/internal/store/worklist"
)

// prepare reads what the decisions on a page need besides its rows: the other half of pairs that go both ways, whole,
// and what users decided on their conflicts.
func (pl *planning) prepare(ctx context.Context, due []worklist.Due) error {
	if !pl.both {
		return nil
	}
	ids := map[record.Module][]string{}
	var short []record.Record
	for _, d := range due {
		if d.Link == nil {
			continue
		}
		ids[d.Link.CRMModule] = append(ids[d.Link.CRMModule], d.Link.CRMID)
		if d.Target != nil && !d.Target.Whole && d.Target.Side == record.Billing {
			short = append(short, *d.Target)
		}
	}
	pl.decided = map[string][]record.Decision{}
	for module, list := range ids {
		decided, err := pl.try.Store.Operations.Decisions(ctx, pl.in.Connection, pl.entity, module, list)
		if err != nil {
			return err
		}
		maps.Copy(pl.decided, decided)
	}
	whole, err := pl.readWhole(ctx, short)
	if err != nil {
		return err
	}
	byID := make(map[string]record.Record, len(whole))
	for _, r := range whole {
		byID[r.ID] = r
	}
	var gone []string
	for i, d := range due {
		if d.Target == nil || d.Target.Whole || d.Target.Side != record.Billing {
			continue
		}
		if r, ok := byID[d.Target.ID]; ok {
			due[i].Target = &r
			continue
		}
		link := *d.Link
		link.Gone = record.Billing
		due[i].Target, due[i].Link = nil, &link
		gone = append(gone, d.Target.ID)
	}
	return pl.noteGone(ctx, gone)
}

// noteGone marks records of billing that were deleted since they were listed, as a look at each has shown.
func (pl *planning) noteGone(ctx context.Context, ids []string) error {
	_, err := pl.try.Store.Operations.MarkGone(ctx, pl.in.RunID, record.Billing, pl.entity.Module(), ids)
	return err
}

// newer returns the side whose record was modified last, by the clocks of the two sides; billing if both show the same
// time.
func newer(crm, billing record.Record) record.Side {
	if crm.Modified.After(billing.Modified) {
		return record.CRM
	}
	return record.Billing
}
