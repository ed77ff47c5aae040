package activities

import (
	"context"
	"errors"
	"fmt"
	"time"

	"causeway/internal/billing"
	"causeway/internal/crm"
	"causeway/internal/record"
	"causeway/internal/store/mirror"
	"causeway/workflows/contract"
)

// overlap is how far an incremental read reaches back before the newest change that the last one saw: a
// side may show a change a moment later than the time that it gives it. By the side's own clock.
const overlap = time.Minute

// mostReadAgain is how many customers of the last run are read once more. Billing tells changes in whole
// seconds, so an edit in the second of our own write looks like that write.
const mostReadAgain = 200

// MirrorPages brings the next pages of one list into the mirror. Each page and the cursor behind it are
// stored in one transaction, so another attempt goes on where this one stopped; a page that is stored
// twice changes nothing.
func (s *Sync) MirrorPages(ctx context.Context, in contract.MirrorInput) (contract.MirrorResult, error) {
	ctx, p := s.beginTo(ctx, in.RunID, true)
	defer p.close()
	out, err := p.mirror(ctx, in)
	if movedOn(err) || errors.Is(err, errOver) {
		err = nil // no failure of the run's: the next activity goes on where that attempt stands
	}
	return out, ended(ctx, "mirror "+in.Scan.Module, err)
}

func (p *part) mirror(ctx context.Context, in contract.MirrorInput) (contract.MirrorResult, error) {
	switch in.Scan.Kind {
	case contract.ScanDeleted:
		return p.mirrorDeleted(ctx, in)
	case contract.ScanView:
		return p.mirrorView(ctx, in)
	case contract.ScanPersons:
		return p.mirrorPersons(ctx, in)
	case contract.ScanScope:
		return p.mirrorScope(ctx, in)
	case contract.ScanTransactions:
		return p.mirrorTransactions(ctx, in)
	}
	if record.Side(in.Scan.Side) == record.CRM {
		return p.mirrorCRM(ctx, in)
	}
	return p.mirrorBilling(ctx, in)
}

// movedOn says that another attempt, one that was frozen for a while, has stored a page in between.
func movedOn(err error) bool {
	var e *record.Error
	return errors.As(err, &e) && e.Code == mirror.CodeMovedOn
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
	state, err := p.Store.Mirror.State(ctx, in.Connection, record.CRM, module)
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
		if err := p.deletionsBegin(ctx, in, mark); err != nil {
			return out, err
		}
	}
	pages := &reader{read: func(after record.Cursor) (crm.Page, error) {
		at := q
		at.After = after
		return readPage(ctx, p, port, module, at)
	}}
	defer pages.close()
	// A page that is being read is stored, also when the attempt is cancelled meanwhile.
	for !out.Done && (pages.reading() || !p.over(ctx, out.Read)) {
		page, err := pages.page(state.Cursor)
		if halted(ctx, err) {
			break
		}
		if err != nil {
			return out, fmt.Errorf("after %d records: %w", out.Read, err)
		}
		if page.More && !p.over(ctx, out.Read+len(page.Records)) {
			pages.ahead(page.Next)
		}
		if !q.Since.IsZero() && page.Next.Time.After(mark) {
			mark = page.Next.Time
		}
		changed, err := p.Store.Mirror.PutPage(ctx, mirror.Page{
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
	return out, nil
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
// added, or, where the side can sort by the last change, the newest change first until the last pass's. A
// list of all of it shows besides what was deleted: billing tells so in no other way.
func (p *part) mirrorBilling(ctx context.Context, in contract.MirrorInput) (contract.MirrorResult, error) {
	var out contract.MirrorResult
	l, err := p.listing(ctx, in)
	if err != nil {
		return out, err
	}
	out.Done = l.done
	for !out.Done && !p.over(ctx, out.Read) {
		page, err := listPage(ctx, p, l.port, l.module, l.q)
		if halted(ctx, err) {
			break
		}
		if err != nil {
			return out, fmt.Errorf("page %d: %w", l.q.Page, err)
		}
		changed, err := l.keep(ctx, page)
		if err != nil {
			return out, err
		}
		out.Read += len(page.Records)
		out.Changed += changed
		out.Done = l.done
	}
	return out, nil
}

// listing is one pass over a list of billing's, as far as an activity takes it.
type listing struct {
	*part
	in          contract.MirrorInput
	module      record.Module
	port        billing.Port
	state       mirror.State
	q           billing.ListQuery
	both        bool // what changes is due
	incremental bool
	sorted      bool // it can be
	mark        time.Time
	done        bool
	end         *listEnd // once it was asked for
}

func (p *part) listing(ctx context.Context, in contract.MirrorInput) (*listing, error) {
	module := record.Module(in.Scan.Module)
	port, err := p.Sides.Billing(ctx, in.Connection)
	if err != nil {
		return nil, err
	}
	prefs, err := p.preferences(ctx, in.Connection, in.RunID)
	if err != nil {
		return nil, err
	}
	state, err := p.Store.Mirror.State(ctx, in.Connection, record.Billing, module)
	if err != nil {
		return nil, err
	}
	sorted := in.SortByModified && module == record.Customers
	l := &listing{
		part: p, in: in, module: module, port: port, state: state,
		q:    billing.ListQuery{Order: billing.OldestFirst, Page: max(state.Cursor.Page, 1)},
		both: prefs.Extent(record.Entity(module)) == record.Both, sorted: sorted, mark: state.Mark,
	}
	if sorted && state.Completed {
		whole, err := l.wholeIsDue(ctx)
		if err == nil && !whole {
			whole, err = l.shrunk(ctx)
		}
		if err != nil {
			return nil, err
		}
		l.incremental = !whole
	}
	if l.incremental {
		l.q.Order = billing.NewestModified
	}
	if l.done, err = l.nothingToLearn(ctx, prefs); l.done || err != nil {
		return l, err
	}
	if sorted && l.q.Page == 1 {
		l.mark, err = newestBilling(ctx, p, port, module)
	}
	return l, err
}

// wholeIsDue says whether it is time to read the whole list again: once a day, to see what was deleted. A pass
// that was begun goes on as it was.
func (l *listing) wholeIsDue(ctx context.Context) (bool, error) {
	if l.state.Cursor.Page > 1 {
		return l.state.Whole, nil
	}
	last, err := l.Store.Mirror.StateOf(ctx, l.in.Connection, record.Billing, l.module, mirror.OfSweep)
	since := l.Now().Sub(last.Since)
	return since < 0 || since >= sweepEvery, err
}

// wholeWasRead notes when the whole list was read.
func (l *listing) wholeWasRead(ctx context.Context) error {
	if !l.done || l.incremental || !l.sorted {
		return nil
	}
	_, err := l.Store.Mirror.PutPage(ctx, mirror.Page{
		Connection: l.in.Connection, Side: record.Billing, Module: l.module, Reading: mirror.OfSweep, Done: true, Mark: l.Now(),
	})
	return err
}

// keep stores a page.
func (l *listing) keep(ctx context.Context, page billing.Page) (changed int, err error) {
	l.done = !page.More
	if n := len(page.Records); n > 0 {
		l.done = l.done || l.incremental && page.Records[n-1].Modified.Before(l.state.Since.Add(-overlap))
	}
	if !l.incremental && l.state.Completed {
		if err := l.missing(ctx, page); err != nil {
			return 0, err
		}
	}
	next, whole := record.Cursor{Page: l.q.Page + 1}, l.sorted && !l.incremental
	changed, err = l.Store.Mirror.PutPage(ctx, mirror.Page{
		Connection: l.in.Connection, Side: record.Billing, Module: l.module, Records: page.Records, Due: l.both,
		Next: next, Whole: whole, Done: l.done, Mark: l.mark, From: &l.state,
	})
	if err != nil {
		return 0, err
	}
	l.q.Page++
	// Not read back: another attempt may have moved it on, and then this one must notice.
	l.state.Cursor, l.state.Whole = next, whole
	if err := l.wholeWasRead(ctx); err != nil {
		return 0, err
	}
	if l.done && l.both && l.module == record.Customers {
		_, err = l.Store.Mirror.Reread(ctx, l.in.Connection, l.module, l.Now(), mostReadAgain)
	}
	return changed, err
}

// missing keeps who is in the list, and behind its last page looks up who is not: only a listing that this
// run has made from its first page to its last can show that something is gone.
func (l *listing) missing(ctx context.Context, page billing.Page) error {
	if err := l.Store.Runs.AddPage(ctx, l.in.RunID, string(l.module), l.q.Page, idsOf(page.Records)); err != nil {
		return err
	}
	if !l.done {
		return nil
	}
	ids, err := l.Store.Mirror.NotListed(ctx, l.in.Connection, record.Billing, l.module, l.in.RunID, string(l.module), l.q.Page)
	if err != nil {
		return err
	}
	return l.goneFromBilling(ctx, l.in, l.port, ids)
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
