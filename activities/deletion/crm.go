package deletion

import (
	"context"
	"time"

	"causeway/internal/budget"
	"causeway/internal/crm"
	"causeway/internal/deletion"
	"causeway/internal/record"
	"causeway/internal/store/deletions"
)

// convertInCRM clears the markers of records of one CRM module, many in a call.
func (c *converting) convertInCRM(ctx context.Context, rows []deletions.Record, deadline time.Time) []converted {
	out := make([]converted, 0, len(rows))
	for most := max(c.crm.Capabilities().MaxWrites, 1); len(rows) > 0; {
		batch := rows[:min(most, len(rows))]
		rows = rows[len(batch):]
		if budget.Halted(ctx) != nil || c.firstFailure() != nil || !c.try.Now().Before(deadline) {
			for _, row := range batch {
				out = append(out, converted{row: row, release: true})
			}
			continue
		}
		call, cancel := context.WithDeadline(context.WithoutCancel(ctx), deadline)
		written, err := c.clearInCRM(call, batch)
		cancel()
		for i, row := range batch {
			rowErr := err
			if err == nil {
				rowErr = written[i].Err
			}
			switch {
			case rowErr == nil:
				row.State, row.Outcome = deletion.RowDone, deletion.Converted
				out = append(out, converted{row: row})
			case record.IsKind(rowErr, record.NotFound):
				row.State, row.Outcome = deletion.RowDone, deletion.Gone
				out = append(out, converted{row: row})
			default:
				out = append(out, c.sortFailure(row, deadline, rowErr))
			}
		}
	}
	return out
}

func (c *converting) clearInCRM(ctx context.Context, rows []deletions.Record) ([]crm.Written, error) {
	writes := make([]crm.Write, len(rows))
	for i, row := range rows {
		writes[i] = crm.Write{ID: row.ID, ClearMarker: true}
	}
	done, err := c.crm.Update(ctx, rows[0].Module, writes)
	if err == nil && len(done) != len(rows) {
		err = &record.Error{Kind: record.Unavailable, Side: record.CRM, Op: "clear markers", Code: "RESULTS_MISSING",
			Message: "the CRM did not answer for all records", Ambiguous: true}
	}
	return done, err
}
