package activities

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"causeway/internal/billing"
	"causeway/internal/crm"
	"causeway/internal/record"
	"causeway/internal/store/mirror"
	"causeway/workflows/contract"
)

// sweepEvery is how often whole id lists are compared where the CRM's list of deletions does not reach back
// to the last look.
const sweepEvery = 24 * time.Hour

// sweepList names the listing of all ids of a module in a run.
func sweepList(module record.Module) string { return string(module) + "/sweep" }

// mirrorDeleted learns what was deleted in the CRM since the last look. It comes before the module's list is
// read, so that its first look begins where the first scan did, by the CRM's own clock. A module that was
// never read whole has nothing to miss.
func (p *part) mirrorDeleted(ctx context.Context, in contract.MirrorInput) (contract.MirrorResult, error) {
	var out contract.MirrorResult
	module := record.Module(in.Scan.Module)
	port, err := p.Sides.CRM(ctx, in.Connection)
	if err != nil {
		return out, err
	}
	list, err := p.Store.Mirror.State(ctx, in.Connection, record.CRM, module)
	if err != nil {
		return out, err
	}
	state, err := p.Store.Mirror.StateOf(ctx, in.Connection, record.CRM, module, mirror.OfDeletions)
	if err != nil {
		return out, err
	}
	since := state.Since
	if since.IsZero() {
		since = list.Since
	}
	if !list.Completed || since.IsZero() {
		return contract.MirrorResult{Done: true}, nil
	}
	// One day less than the horizon: clocks and zones differ.
	if horizon := port.Capabilities().DeletedHorizon; horizon > 0 && p.Now().Sub(since) > horizon-24*time.Hour {
		return p.sweepCRM(ctx, in, port)
	}
	d := &deletedRecords{part: p, in: in, port: port, module: module}
	mark := state.Mark
	if !state.Completed || list.Since.Sub(since) >= sweepEvery {
		mark = latest(mark, list.Since)
	}
	q := crm.DeletedQuery{Since: since.Add(-overlap), Page: max(state.Cursor.Page, 1)}
	for !out.Done && !p.over(ctx, out.Read) {
		page, err := deletedPage(ctx, p, port, module, q)
		if halted(ctx, err) {
			break
		}
		if err != nil {
			return out, fmt.Errorf("deleted records, page %d: %w", q.Page, err)
		}
		ids := make([]string, 0, len(page.Deletions))
		for _, gone := range page.Deletions {
			ids = append(ids, gone.ID)
			mark = latest(mark, gone.At)
		}
		n, err := d.note(ctx, ids)
		if err != nil {
			return out, err
		}
		q.Page++
		_, err = p.Store.Mirror.PutPage(ctx, mirror.Page{
			Connection: in.Connection, Side: record.CRM, Module: module, Reading: mirror.OfDeletions,
			Next: record.Cursor{Page: q.Page}, Done: !page.More, Mark: mark, From: &state,
		})
		if err != nil {
			return out, err
		}
		state.Cursor = record.Cursor{Page: q.Page}
		out.Read, out.Changed, out.Done = out.Read+len(ids), out.Changed+n, !page.More
	}
	return out, nil
}

// deletionsBegin has the first look for deletions begin where the first scan does. Later looks move on with what
// they find, and else once a day, well within the horizon: a sync of nothing has nothing to store.
func (p *part) deletionsBegin(ctx context.Context, in contract.MirrorInput, mark time.Time) error {
	module := record.Module(in.Scan.Module)
	state, err := p.Store.Mirror.StateOf(ctx, in.Connection, record.CRM, module, mirror.OfDeletions)
	if err != nil || state.Completed || mark.IsZero() {
		return err
	}
	_, err = p.Store.Mirror.PutPage(ctx, mirror.Page{
		Connection: in.Connection, Side: record.CRM, Module: module, Reading: mirror.OfDeletions, Done: true, Mark: mark, From: &state,
	})
	return err
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func deletedPage(ctx context.Context, p *part, port crm.Port, module record.Module, q crm.DeletedQuery) (crm.DeletedPage, error) {
	ctx, cancel := context.WithTimeout(ctx, 4*p.Timing.Call)
	defer cancel()
	return port.Deleted(ctx, module, q)
}

// deletedRecords notes what is gone from the CRM.
type deletedRecords struct {
	*part
	in     contract.MirrorInput
	port   crm.Port
	module record.Module
}

// note marks the links of records that are gone, and moves those of records that were merged into another.
// What has neither a link nor a place in the mirror concerns nobody. Each is looked up first: one that was
// restored must keep its place. Idempotent: a link is marked once.
func (d *deletedRecords) note(ctx context.Context, ids []string) (int, error) {
	if len(ids) == 0 {
		return 0, nil
	}
	links, err := d.Store.Links.OfModule(ctx, d.in.Connection, d.module, ids)
	if err != nil {
		return 0, err
	}
	known, err := d.Store.Mirror.Names(ctx, d.in.Connection, record.CRM, d.module, ids)
	if err != nil {
		return 0, err
	}
	gone, n, err := d.sort(ctx, ids, links, known)
	// What was found is kept, also where the looks end early: it need not be looked up again.
	ops, markErr := d.Store.Operations.MarkGone(ctx, d.in.RunID, record.CRM, d.module, gone)
	return n + len(ops), errors.Join(err, markErr)
}

// sort looks each record up, moves the links of those that were merged, and gives those that are gone.
func (d *deletedRecords) sort(ctx context.Context, ids []string, links map[string]record.Link, known map[string]string) (gone []string, n int, err error) {
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
			// It is there, again or still: the list has it, or will have.
		case survivor == "" || !linked:
			gone = append(gone, id)
		default:
			if err := d.Store.Operations.MoveLink(ctx, d.in.RunID, link.Entity, d.module, id, survivor); err != nil {
				return gone, n, err
			}
			n++
		}
	}
	return gone, n, nil
}

// survivor follows merges from a record that is gone: the one that stands for it now, the record itself
// where it is back, none where it was deleted. Merges that go round in a circle lead nowhere: none.
func (d *deletedRecords) survivor(ctx context.Context, id string) (string, error) {
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

func (d *deletedRecords) standsFor(ctx context.Context, id string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, 4*d.Timing.Call)
	defer cancel()
	return d.port.Survivor(ctx, d.module, id)
}

// sweepCRM reads the ids of a whole module, and looks up each record that the mirror has and the list has
// not. It takes the place of the list of deletions where that does not reach back far enough; once a day is
// enough, for the look itself cannot move the CRM's clock on.
func (p *part) sweepCRM(ctx context.Context, in contract.MirrorInput, port crm.Port) (contract.MirrorResult, error) {
	out := contract.MirrorResult{Page: in.Page}
	module := record.Module(in.Scan.Module)
	state, err := p.Store.Mirror.StateOf(ctx, in.Connection, record.CRM, module, mirror.OfSweep)
	if err != nil {
		return out, err
	}
	if since := p.Now().Sub(state.Since); in.After == nil && since >= 0 && since < sweepEvery {
		return contract.MirrorResult{Done: true}, nil
	}
	var after record.Cursor
	if in.After != nil {
		after = *in.After
	}
	for !out.Done && !p.over(ctx, out.Read) {
		page, err := readPage(ctx, p, port, module, crm.ReadQuery{After: after})
		if halted(ctx, err) {
			break
		}
		if err != nil {
			return out, fmt.Errorf("compare all ids, after %s: %w", after.ID, err)
		}
		out.Page++
		if err := p.Store.Runs.AddPage(ctx, in.RunID, sweepList(module), out.Page, idsOf(page.Records)); err != nil {
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
	missing, err := p.Store.Mirror.NotListed(ctx, in.Connection, record.CRM, module, in.RunID, sweepList(module), out.Page)
	if err != nil {
		return out, err
	}
	d := &deletedRecords{part: p, in: in, port: port, module: module}
	if out.Changed, err = d.noteMissing(ctx, missing); err != nil {
		out.Done = false // the next part asks for the rest: behind the last page there is none but that
		return out, err
	}
	_, err = p.Store.Mirror.PutPage(ctx, mirror.Page{
		Connection: in.Connection, Side: record.CRM, Module: module, Reading: mirror.OfSweep, Done: true, Mark: p.Now(), From: &state,
	})
	return out, err
}

// noteMissing looks each record up before it counts as gone: a list can miss what was moved while it was read.
func (d *deletedRecords) noteMissing(ctx context.Context, ids []string) (int, error) {
	n := 0
	for part := range slices.Chunk(ids, planCalls) {
		if d.over(ctx, 0) {
			return n, errOver
		}
		m, err := d.note(ctx, part)
		if err != nil {
			return n, err
		}
		n += m
	}
	return n, nil
}

// goneFromBilling notes which records a page of billing's list should have had and had not, by one look at
// each. Billing has no list of deletions, and its pages are by number: what is deleted while a list is read
// moves the records behind it, and one of them is missed.
func (p *part) goneFromBilling(ctx context.Context, in contract.MirrorInput, port billing.Port, ids []string) error {
	module := record.Module(in.Scan.Module)
	for part := range slices.Chunk(ids, planCalls) {
		if p.over(ctx, 0) {
			return errOver
		}
		gone, err := p.notThere(ctx, port, module, part)
		_, markErr := p.Store.Operations.MarkGone(ctx, in.RunID, record.Billing, module, gone)
		if err := errors.Join(err, markErr); err != nil {
			return err
		}
	}
	return nil
}

// notThere gives those of the records that billing does not have, as far as it was looked.
func (p *part) notThere(ctx context.Context, port billing.Port, module record.Module, ids []string) (gone []string, err error) {
	for _, id := range ids {
		_, err := getDetail(ctx, p, port, record.Record{Side: record.Billing, Module: module, ID: id})
		if record.IsKind(err, record.NotFound) {
			gone = append(gone, id)
			continue
		}
		if err != nil {
			return gone, err
		}
	}
	return gone, nil
}
