package activities

import (
	"context"
	"errors"
	"fmt"
	"time"

	"causeway/internal/billing"
	"causeway/internal/crm"
	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/workflows/contract"
)

// overlap is how far an incremental read reaches back before the newest change that the last one saw: a
// side may show a change a moment later than the time that it gives it. By the side's own clock.
const overlap = time.Minute

// MirrorPages brings the next pages of one list into the mirror. Each page and the cursor behind it are
// stored in one transaction, so another attempt goes on where this one stopped; a page that is stored
// twice changes nothing.
func (s *Sync) MirrorPages(ctx context.Context, in contract.MirrorInput) (contract.MirrorResult, error) {
	ctx, p := s.begin(ctx, in.RunID)
	defer p.close()
	var out contract.MirrorResult
	var err error
	if record.Side(in.Scan.Side) == record.CRM {
		out, err = p.mirrorCRM(ctx, in)
	} else {
		out, err = p.mirrorBilling(ctx, in)
	}
	if movedOn(err) {
		err = nil // no failure of the run's: the next activity goes on where that attempt stands
	}
	return out, fail("mirror "+in.Scan.Module, err)
}

// movedOn says that another attempt, one that was frozen for a while, has stored a page in between.
func movedOn(err error) bool {
	var e *record.Error
	return errors.As(err, &e) && e.Code == store.CodeMovedOn
}

func (p *part) mirrorCRM(ctx context.Context, in contract.MirrorInput) (contract.MirrorResult, error) {
	var out contract.MirrorResult
	module := record.Module(in.Scan.Module)
	port, err := p.Sides.CRM(ctx, in.Connection)
	if err != nil {
		return out, err
	}
	prefs, err := p.preferences(ctx, in.Connection, in.RunID)
	if err != nil {
		return out, err
	}
	state, err := p.Store.MirrorState(ctx, in.Connection, record.CRM, module)
	if err != nil {
		return out, err
	}
	mark := state.Mark
	q := crm.ReadQuery{Fields: crmFields(prefs, module)}
	if state.Completed && !state.Since.IsZero() {
		q.Since = state.Since.Add(-overlap)
	} else if state.Cursor.IsZero() {
		// What changes while the scan runs is read again by the first increment, which begins here.
		if mark, err = newest(ctx, p, port, module); err != nil {
			return out, err
		}
	}
	pages := &reader{read: func(after record.Cursor) (crm.Page, error) {
		at := q
		at.After = after
		return readPage(ctx, p, port, module, at)
	}}
	defer pages.close()
	for !out.Done && !p.over(ctx, out.Read) {
		page, err := pages.page(state.Cursor)
		if err != nil {
			return out, fmt.Errorf("after %d records: %w", out.Read, err)
		}
		if page.More && !p.over(ctx, out.Read+len(page.Records)) {
			pages.ahead(page.Next)
		}
		if !q.Since.IsZero() && page.Next.Time.After(mark) {
			mark = page.Next.Time
		}
		changed, err := p.Store.PutMirrorPage(ctx, store.MirrorPage{
			Connection: in.Connection, Side: record.CRM, Module: module, Records: page.Records,
			Next: page.Next, Done: !page.More, Mark: mark, From: &state,
		})
		if err != nil {
			return out, err
		}
		// Not read back: another attempt may have moved it on, and then this one must notice.
		state.Cursor = page.Next
		out.Read += len(page.Records)
		out.Changed += changed
		out.Done = !page.More
	}
	return out, ctx.Err()
}

func newest(ctx context.Context, p *part, port crm.Port, module record.Module) (time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, 4*p.Timing.Call)
	defer cancel()
	return port.Newest(ctx, module)
}

// readPage gives a read a few calls' time: the client repeats reads by itself.
func readPage(ctx context.Context, p *part, port crm.Port, module record.Module, q crm.ReadQuery) (crm.Page, error) {
	ctx, cancel := context.WithTimeout(ctx, 4*p.Timing.Call)
	defer cancel()
	return port.Read(ctx, module, q)
}

// mirrorBilling reads billing's list: all of it by creation, so that pages do not shift while records are
// added, or, where the side can sort by the last change, the newest change first until the last pass's.
func (p *part) mirrorBilling(ctx context.Context, in contract.MirrorInput) (contract.MirrorResult, error) {
	var out contract.MirrorResult
	module := record.Module(in.Scan.Module)
	port, err := p.Sides.Billing(ctx, in.Connection)
	if err != nil {
		return out, err
	}
	state, err := p.Store.MirrorState(ctx, in.Connection, record.Billing, module)
	if err != nil {
		return out, err
	}
	incremental := in.SortByModified && module == record.Customers && state.Completed
	q := billing.ListQuery{Order: billing.OldestFirst, Page: max(state.Cursor.Page, 1)}
	if incremental {
		q.Order = billing.NewestModified
	}
	mark := state.Mark
	if in.SortByModified && module == record.Customers && q.Page == 1 {
		if mark, err = newestBilling(ctx, p, port, module); err != nil {
			return out, err
		}
	}
	for !out.Done && !p.over(ctx, out.Read) {
		page, err := listPage(ctx, p, port, module, q)
		if err != nil {
			return out, fmt.Errorf("page %d: %w", q.Page, err)
		}
		done := !page.More
		if n := len(page.Records); incremental && n > 0 {
			done = done || page.Records[n-1].Modified.Before(state.Since.Add(-overlap))
		}
		changed, err := p.Store.PutMirrorPage(ctx, store.MirrorPage{
			Connection: in.Connection, Side: record.Billing, Module: module, Records: page.Records,
			Next: record.Cursor{Page: q.Page + 1}, Done: done, Mark: mark, From: &state,
		})
		if err != nil {
			return out, err
		}
		q.Page++
		// Not read back: another attempt may have moved it on, and then this one must notice.
		state.Cursor = record.Cursor{Page: q.Page}
		out.Read += len(page.Records)
		out.Changed += changed
		out.Done = done
	}
	return out, ctx.Err()
}

func newestBilling(ctx context.Context, p *part, port billing.Port, module record.Module) (time.Time, error) {
	page, err := listPage(ctx, p, port, module, billing.ListQuery{Order: billing.NewestModified, Page: 1, Limit: 1})
	if err != nil || len(page.Records) == 0 {
		return time.Time{}, err
	}
	return page.Records[0].Modified, nil
}

func listPage(ctx context.Context, p *part, port billing.Port, module record.Module, q billing.ListQuery) (billing.Page, error) {
	ctx, cancel := context.WithTimeout(ctx, 4*p.Timing.Call)
	defer cancel()
	return port.List(ctx, module, q)
}
