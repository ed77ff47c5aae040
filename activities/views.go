package activities

import (
	"context"
	"fmt"

	"causeway/internal/crm"
	"causeway/internal/record"
	"causeway/workflows/contract"
)

// mirrorView learns who is in the module's view: an id listing of each run, since a record can enter or leave
// a view without being modified. Each page is kept with the run under its number; only the complete listing
// changes who counts as a member.
func (p *part) mirrorView(ctx context.Context, in contract.MirrorInput) (contract.MirrorResult, error) {
	var out contract.MirrorResult
	module := record.Module(in.Scan.Module)
	prefs, err := p.preferences(ctx, in.Connection, in.RunID)
	if err != nil {
		return out, err
	}
	view := prefs.View(module)
	if view == nil {
		return contract.MirrorResult{Done: true}, nil
	}
	port, err := p.Sides.CRM(ctx, in.Connection)
	if err != nil {
		return out, err
	}
	var after record.Cursor
	if in.After != nil {
		after = *in.After
	}
	number := in.Page
	for !out.Done && !p.over(ctx, out.Read) {
		page, err := viewPage(ctx, p, port, module, view.ID, after)
		if halted(ctx, err) {
			break
		}
		if err != nil {
			return out, fmt.Errorf("view %q: %w", view.Name, err)
		}
		number++
		if err := p.Store.Runs.AddPage(ctx, in.RunID, viewOf(module), number, page.IDs); err != nil {
			return out, err
		}
		after = page.Next
		out.Read, out.Done = out.Read+len(page.IDs), !page.More
	}
	out.Next, out.Page = &after, number
	if !out.Done {
		return out, nil
	}
	entered, left, err := p.Store.Mirror.FinishView(ctx, in.Connection, module, in.RunID, viewOf(module), number)
	out.Changed = entered + left
	return out, err
}

func viewOf(module record.Module) string { return string(module) + "/view" }

func viewPage(ctx context.Context, p *part, port crm.Port, module record.Module, view string, after record.Cursor) (crm.MemberPage, error) {
	ctx, cancel := context.WithTimeout(ctx, 4*p.Timing.Call)
	defer cancel()
	return port.ViewMembers(ctx, module, view, after)
}
