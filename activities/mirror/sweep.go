package mirror

import (
	"context"
	"fmt"
	"slices"

	"causeway/activities/attempt"
	"causeway/internal/crm"
	"causeway/internal/record"
	"causeway/internal/steps"
	"causeway/internal/store/mirror"
)

// sweepCRM reads the ids of a whole module, and looks up each record that is in the mirror and not in the list. It
// replaces the list of deletions where that does not reach back far enough. Once a day is enough: a sweep cannot move
// the CRM's clock on.
func sweepCRM(ctx context.Context, try *attempt.Attempt, in steps.MirrorInput, port crm.Port) (steps.MirrorResult, error) {
	out := steps.MirrorResult{Page: in.Page}
	module := record.Module(in.Scan.Module)
	ids := list{record.CRM, module, listAllIDs}
	state, err := ids.place(ctx, try, in.Connection)
	if err != nil {
		return out, err
	}
	if since := try.Now().Sub(state.Since); in.After == nil && since >= 0 && since < sweepEvery {
		return steps.MirrorResult{Done: true}, nil
	}
	var after record.Cursor
	if in.After != nil {
		after = *in.After
	}
	for !out.Done && !try.Over(ctx, out.Read) {
		page, err := try.ReadPage(ctx, port, module, crm.ReadQuery{After: after})
		if attempt.Halted(ctx, err) {
			break
		}
		if err != nil {
			return out, fmt.Errorf("compare all ids, after %s: %w", after.ID, err)
		}
		out.Page++
		if err := try.Store.Runs.AddPage(ctx, in.RunID, ids.key(), out.Page, attempt.IDs(page.Records)); err != nil {
			return out, err
		}
		if len(page.Records) > 0 {
			after = page.Next // an empty last page has no place of its own
		}
		out.Read, out.Done = out.Read+len(page.Records), !page.More
	}
	out.Next = &after
	if !out.Done {
		return out, nil
	}
	missing, err := try.Store.Mirror.NotListed(ctx, in.Connection, record.CRM, module, in.RunID, ids.key(), out.Page)
	if err != nil {
		return out, err
	}
	d := &deletions{try: try, in: in, port: port, module: module}
	if out.Changed, err = d.noteMissing(ctx, missing); err != nil {
		out.Done = false // the next attempt looks up the rest: after the last page nothing else is left to do
		return out, err
	}
	_, err = ids.keep(ctx, try, in.Connection, mirror.Page{Done: true, Mark: try.Now(), From: &state})
	return out, err
}

// noteMissing looks each record up before it counts as gone: a list can miss a record that was moved while it was
// read.
func (d *deletions) noteMissing(ctx context.Context, ids []string) (int, error) {
	n := 0
	for part := range slices.Chunk(ids, attempt.CallBatch) {
		if d.try.Over(ctx, 0) {
			return n, attempt.ErrOver
		}
		m, err := d.note(ctx, part)
		if err != nil {
			return n, err
		}
		n += m
	}
	return n, nil
}
