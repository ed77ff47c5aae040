package mirror

import (
	"context"
	"fmt"

	"causeway/activities/attempt"
	"causeway/internal/crm"
	"causeway/internal/record"
	"causeway/internal/steps"
)

// readView learns who is in the module's view. Each run lists the ids, since a record can enter or leave a view
// without being modified. Each page is stored with the run under its number; only the complete listing changes who is
// a member.
func readView(ctx context.Context, try *attempt.Attempt, in steps.MirrorInput) (steps.MirrorResult, error) {
	var out steps.MirrorResult
	module := record.Module(in.Scan.Module)
	prefs, err := try.Preferences(ctx, in.Connection, in.RunID)
	if err != nil {
		return out, err
	}
	view := prefs.View(module)
	if view == nil {
		return steps.MirrorResult{Done: true}, nil
	}
	port, err := try.Sides.CRM(ctx, in.Connection)
	if err != nil {
		return out, err
	}
	var after record.Cursor
	if in.After != nil {
		after = *in.After
	}
	number, members := in.Page, list{record.CRM, module, listView}
	for !out.Done && !try.Over(ctx, out.Read) {
		page, err := viewPage(ctx, try, port, module, view.ID, after)
		if attempt.Halted(ctx, err) {
			break
		}
		if err != nil {
			return out, fmt.Errorf("view %q: %w", view.Name, err)
		}
		number++
		if err := try.Store.Runs.AddPage(ctx, in.RunID, members.key(), number, page.IDs); err != nil {
			return out, err
		}
		after = page.Next
		out.Read, out.Done = out.Read+len(page.IDs), !page.More
	}
	out.Next, out.Page = &after, number
	if !out.Done {
		return out, nil
	}
	entered, left, err := try.Store.Mirror.FinishView(ctx, in.Connection, module, in.RunID, members.key(), number)
	out.Changed = entered + left
	return out, err
}

func viewPage(ctx context.Context, try *attempt.Attempt, port crm.Port, module record.Module, view string, after record.Cursor) (crm.MemberPage, error) {
	ctx, cancel := try.Reading(ctx)
	defer cancel()
	return port.ViewMembers(ctx, module, view, after)
}
