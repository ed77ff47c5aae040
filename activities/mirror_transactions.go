package activities

import (
	"context"
	"fmt"
	"time"

	"causeway/internal/billing"
	"causeway/internal/record"
	"causeway/internal/store/mirror"
	"causeway/internal/store/pushes"
	"causeway/workflows/contract"
)

// mirrorTransactions brings what was made or changed in billing into the workspace: the newest change first until the
// last pass's, where billing can sort by it, else the whole list. Lists are a short form: lines are read when somebody
// looks at one.
func (p *part) mirrorTransactions(ctx context.Context, in contract.MirrorInput) (contract.MirrorResult, error) {
	var out contract.MirrorResult
	l, err := p.transactionList(ctx, in)
	if err != nil {
		return out, err
	}
	for !out.Done && !p.over(ctx, out.Read) {
		page, err := l.read(ctx)
		if halted(ctx, err) {
			break
		}
		if err != nil {
			return out, fmt.Errorf("page %d: %w", l.q.Page, err)
		}
		if out.Done, err = l.keep(ctx, page); err != nil {
			return out, err
		}
		out.Read += len(page.Transactions)
	}
	return out, nil
}

// transactionList is one pass over a list of transactions.
type transactionList struct {
	*part
	in    contract.MirrorInput
	kind  record.TransactionType
	port  billing.Transactions
	state mirror.State
	q     billing.TransactionQuery
	mark  time.Time
}

func (p *part) transactionList(ctx context.Context, in contract.MirrorInput) (*transactionList, error) {
	kind := record.Invoice
	if record.Module(in.Scan.Module) == record.Quotes {
		kind = record.Quote
	}
	sides, ok := p.Sides.(PushSides)
	if !ok {
		return nil, &record.Error{Kind: record.Invalid, Op: "mirror " + in.Scan.Module, Code: billing.CodeNotOffered, Message: "this worker was built without transactions"}
	}
	port, err := sides.Transactions(ctx, in.Connection)
	if err != nil {
		return nil, err
	}
	state, err := p.Store.Mirror.State(ctx, in.Connection, record.Billing, kind.Module())
	if err != nil {
		return nil, err
	}
	if state.Cursor.Page <= 1 {
		if err := sides.RefreshMembers(ctx, in.Connection); err != nil {
			// A sync is for the records all the same; a push that needs them reads them again, and says what is wrong.
			p.Log.Warn("the CRM's profiles were not read", "connection", in.Connection, "error", err)
		}
	}
	return &transactionList{
		part: p, in: in, kind: kind, port: port, state: state, mark: state.Mark,
		q: billing.TransactionQuery{Page: max(state.Cursor.Page, 1), ByModified: in.SortByModified},
	}, nil
}

func (l *transactionList) read(ctx context.Context) (billing.TransactionPage, error) {
	ctx, cancel := context.WithTimeout(ctx, 4*l.Timing.Call)
	defer cancel()
	return l.port.ListTransactions(ctx, l.kind, l.q)
}

// known are the page's transactions as the store has them, by billing's id.
func (l *transactionList) known(ctx context.Context, page billing.TransactionPage) (map[string]pushes.Transaction, error) {
	ids := make([]string, len(page.Transactions))
	for i, tr := range page.Transactions {
		ids[i] = tr.ID
	}
	return l.Store.Transactions.OfBilling(ctx, l.in.Connection, string(l.kind), ids)
}

// row is what the store keeps of a listed transaction. A list tells neither lines nor payments: of one that has not
// changed they stay as they were, and an invoice of which something was paid since is read whole.
func (l *transactionList) row(ctx context.Context, tr record.Transaction, known map[string]pushes.Transaction) (pushes.Transaction, error) {
	row, err := TransactionRow(l.in.Connection, tr)
	if err != nil {
		return row, err
	}
	had, ok := known[tr.ID]
	if ok && had.Modified.Equal(row.Modified) && had.Status == row.Status && had.Total == row.Total && had.Balance == row.Balance && had.Number == row.Number {
		row.SubTotal, row.Tax, row.Body = had.SubTotal, had.Tax, had.Body
		return row, nil
	}
	if l.kind != record.Invoice || tr.Totals.Balance.Cmp(tr.Totals.Total) >= 0 {
		return row, nil
	}
	call, cancel := context.WithTimeout(ctx, 4*l.Timing.Call)
	defer cancel()
	whole, err := l.port.Transaction(call, l.kind, tr.ID)
	if record.IsKind(err, record.NotFound) {
		return row, nil // it was deleted since: the next sync sees that
	}
	if err != nil {
		return row, err
	}
	return TransactionRow(l.in.Connection, whole)
}

// keep stores a page and the cursor behind it. Both may come twice.
func (l *transactionList) keep(ctx context.Context, page billing.TransactionPage) (done bool, err error) {
	done = !page.More
	customers := make([]string, 0, len(page.Transactions))
	for _, tr := range page.Transactions {
		customers = append(customers, tr.CustomerID)
		if tr.Modified.After(l.mark) {
			l.mark = tr.Modified
		}
		done = done || l.q.ByModified && l.state.Completed && tr.Modified.Before(l.state.Since.Add(-overlap))
	}
	links, err := l.Store.Links.OfTargets(ctx, l.in.Connection, record.Customers, customers)
	if err != nil {
		return false, err
	}
	known, err := l.known(ctx, page)
	if err != nil {
		return false, err
	}
	rows := make([]pushes.Transaction, 0, len(page.Transactions))
	for _, tr := range page.Transactions {
		row, err := l.row(ctx, tr, known)
		if err != nil {
			return false, err
		}
		if link, ok := links[tr.CustomerID]; ok {
			row.CRMModule, row.CRMID = string(link.CRMModule), link.CRMID
		}
		row.Seen = l.Now()
		rows = append(rows, row)
	}
	if err := l.Store.Transactions.Put(ctx, rows); err != nil {
		return false, err
	}
	next := record.Cursor{Page: l.q.Page + 1}
	_, err = l.Store.Mirror.PutPage(ctx, mirror.Page{
		Connection: l.in.Connection, Side: record.Billing, Module: l.kind.Module(), Next: next, Done: done, Mark: l.mark, From: &l.state,
	})
	l.q.Page++
	l.state.Cursor = next
	return done, err
}
