package mirror

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"causeway/activities/attempt"
	"causeway/internal/crm"
	"causeway/internal/record"
	"causeway/internal/steps"
	"causeway/internal/store/mirror"
)

// readDeleted learns what was deleted in the CRM since the last look. It comes before the module's list is read, so
// that the first look begins where the first scan did, by the CRM's own clock. A module that was never read to its end
// has missed no deletion.
func readDeleted(ctx context.Context, try *attempt.Attempt, in steps.MirrorInput) (steps.MirrorResult, error) {
	var out steps.MirrorResult
	module := record.Module(in.Scan.Module)
	port, err := try.Sides.CRM(ctx, in.Connection)
	if err != nil {
		return out, err
	}
	deleted := list{record.CRM, module, listDeletions}
	state, err := deleted.place(ctx, try, in.Connection)
	if err != nil {
		return out, err
	}
	records, err := list{record.CRM, module, listRecords}.place(ctx, try, in.Connection)
	if err != nil {
		return out, err
	}
	since := state.Since
	if since.IsZero() {
		since = records.Since
	}
	if !records.Completed || since.IsZero() {
		return steps.MirrorResult{Done: true}, nil
	}
	// One day less than the horizon, since clocks and time zones differ.
	if horizon := port.Capabilities().DeletedHorizon; horizon > 0 && try.Now().Sub(since) > horizon-24*time.Hour {
		return sweepCRM(ctx, try, in, port)
	}
	d := &deletions{try: try, in: in, port: port, module: module}
	mark := state.Mark
	if !state.Completed || records.Since.Sub(since) >= sweepEvery {
		mark = later(mark, records.Since)
	}
	q := crm.DeletedQuery{Since: since.Add(-overlap), Page: max(state.Cursor.Page, 1)}
	for !out.Done && !try.Over(ctx, out.Read) {
		page, err := deletedPage(ctx, try, port, module, q)
		if attempt.Halted(ctx, err) {
			break
		}
		if err != nil {
			return out, fmt.Errorf("deleted records, page %d: %w", q.Page, err)
		}
		n, last, err := d.notePage(ctx, page)
		if err != nil {
			return out, err
		}
		mark = later(mark, last)
		q.Page++
		_, err = deleted.keep(ctx, try, in.Connection, mirror.Page{
			Next: record.Cursor{Page: q.Page}, Done: !page.More, Mark: mark, From: &state,
		})
		if err != nil {
			return out, err
		}
		state.Cursor = record.Cursor{Page: q.Page}
		out.Read, out.Changed, out.Done = out.Read+len(page.Deletions), out.Changed+n, !page.More
	}
	return out, nil
}

// notePage marks the deletions of a page. It returns how many links that changed, and when the newest deletion was.
func (d *deletions) notePage(ctx context.Context, page crm.DeletedPage) (n int, last time.Time, err error) {
	ids := make([]string, 0, len(page.Deletions))
	for _, gone := range page.Deletions {
		ids = append(ids, gone.ID)
		last = later(last, gone.At)
	}
	n, err = d.note(ctx, ids)
	return n, last, err
}

// deletionsBegin makes the first look for deletions begin where the first scan does. Later looks move on with what
// they find, otherwise once a day, which is well within the horizon. So a sync of nothing stores nothing.
func deletionsBegin(ctx context.Context, try *attempt.Attempt, in steps.MirrorInput, mark time.Time) error {
	deleted := list{record.CRM, record.Module(in.Scan.Module), listDeletions}
	state, err := deleted.place(ctx, try, in.Connection)
	if err != nil || state.Completed || mark.IsZero() {
		return err
	}
	_, err = deleted.keep(ctx, try, in.Connection, mirror.Page{Done: true, Mark: mark, From: &state})
	return err
}

func deletedPage(ctx context.Context, try *attempt.Attempt, port crm.Port, module record.Module, q crm.DeletedQuery) (crm.DeletedPage, error) {
	ctx, cancel := try.Reading(ctx)
	defer cancel()
	return port.Deleted(ctx, module, q)
}

// deletions marks what is gone from the CRM.
type deletions struct {
	try    *attempt.Attempt
	in     steps.MirrorInput
	port   crm.Port
	module record.Module
}

// note marks the links of records that are gone, and moves the links of records that were merged into another. A
// record with neither a link nor a row in the mirror does not matter. Each record is looked up first: one that was
// restored must keep its link. It is idempotent: a link is marked once.
func (d *deletions) note(ctx context.Context, ids []string) (int, error) {
	if len(ids) == 0 {
		return 0, nil
	}
	links, err := d.try.Store.Links.OfModule(ctx, d.in.Connection, d.module, ids)
	if err != nil {
		return 0, err
	}
	known, err := d.try.Store.Mirror.Names(ctx, d.in.Connection, record.CRM, d.module, ids)
	if err != nil {
		return 0, err
	}
	gone, n, err := d.sort(ctx, ids, links, known)
	// What was found is stored, even if the looks end early: it need not be looked up again.
	ops, markErr := d.try.Store.Operations.MarkGone(ctx, d.in.RunID, record.CRM, d.module, gone)
	return n + len(ops), errors.Join(err, markErr)
}

// sort looks each record up, moves the links of those that were merged, and returns those that are gone.
func (d *deletions) sort(ctx context.Context, ids []string, links map[string]record.Link, known map[string]string) (gone []string, n int, err error) {
	for _, id := range ids {
		link, linked := links[id]
		if _, mirrored := known[id]; !linked && !mirrored {
			continue
		}
		survivor, err := d.survivor(ctx, id)
		switch {
		case err != nil:
			return gone, n, err
		case survivor == id:
			// The record exists: the list shows it, or will.
		case survivor == "" || !linked:
			gone = append(gone, id)
		default:
			if err := d.try.Store.Operations.MoveLink(ctx, d.in.RunID, link.Entity, d.module, id, survivor); err != nil {
				return gone, n, err
			}
			n++
		}
	}
	return gone, n, nil
}

// survivor follows merges from a record that is gone. It returns the record that stands for it now: the record itself
// if it was restored, none if it was deleted or if the merges form a circle.
func (d *deletions) survivor(ctx context.Context, id string) (string, error) {
	seen := []string{id}
	for at := id; ; {
		next, err := d.standsFor(ctx, at)
		switch {
		case record.IsKind(err, record.NotFound):
			return "", nil
		case err != nil:
			return "", err
		case next == at:
			return at, nil
		case slices.Contains(seen, next):
			return "", nil
		}
		seen, at = append(seen, next), next
	}
}

func (d *deletions) standsFor(ctx context.Context, id string) (string, error) {
	ctx, cancel := d.try.Reading(ctx)
	defer cancel()
	return d.port.Survivor(ctx, d.module, id)
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
