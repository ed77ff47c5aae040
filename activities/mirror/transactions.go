package mirror

import (
	"context"
	"fmt"
	"time"

	"causeway/activities/attempt"
	"causeway/internal/billing"
	"causeway/internal/record"
	"causeway/internal/steps"
	"causeway/internal/store/mirror"
	"causeway/internal/store/pushes"
)

// readTransactions brings what was made or changed in billing into the workspace. Where billing can sort by the last
// change it reads the newest changes, back to the last pass, else the whole list. Lists are short: the lines of a
// transaction are read when a user opens it.
func readTransactions(ctx context.Context, try *attempt.Attempt, in steps.MirrorInput) (steps.MirrorResult, error) {
	var out steps.MirrorResult
	l, err := newTransactionList(ctx, try, in)
	if err != nil {
		return out, err
	}
	for !out.Done && !try.Over(ctx, out.Read) {
		page, err := l.read(ctx)
		if attempt.Halted(ctx, err) {
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
	try   *attempt.Attempt
	in    steps.MirrorInput
	kind  record.TransactionType
	port  billing.Transactions
	state mirror.State
	q     billing.TransactionQuery
	mark  time.Time
}

func newTransactionList(ctx context.Context, try *attempt.Attempt, in steps.MirrorInput) (*transactionList, error) {
	kind := record.Invoice
	if record.Module(in.Scan.Module) == record.Quotes {
		kind = record.Quote
	}
	port, err := try.Sides.Transactions(ctx, in.Connection)
	if err != nil {
		return nil, err
	}
	state, err := list{record.Billing, kind.Module(), listRecords}.place(ctx, try, in.Connection)
	if err != nil {
		return nil, err
	}
	if state.Cursor.Page <= 1 {
		if err := try.Sides.RefreshMembers(ctx, in.Connection); err != nil {
			// The sync continues: it is about the records. A push that needs the profiles reads them again, and
			// reports what is wrong.
			try.Log.Warn("the CRM's profiles were not read", "connection", in.Connection, "error", err)
		}
	}
	return &transactionList{
		try: try, in: in, kind: kind, port: port, state: state, mark: state.Mark,
		q: billing.TransactionQuery{Page: max(state.Cursor.Page, 1), ByModified: in.SortByModified},
	}, nil
}

func (l *transactionList) read(ctx context.Context) (billing.TransactionPage, error) {
	ctx, cancel := l.try.Reading(ctx)
	defer cancel()
	return l.port.ListTransactions(ctx, l.kind, l.q)
}

// known returns the page's transactions as the store has them, by billing's id.
func (l *transactionList) known(ctx context.Context, page billing.TransactionPage) (map[string]pushes.Transaction, error) {
	ids := make([]string, len(page.Transactions))
	for i, tr := range page.Transactions {
		ids[i] = tr.ID
	}
	return l.try.Store.Transactions.OfBilling(ctx, l.in.Connection, string(l.kind), ids)
}

// row returns what the store keeps of a listed transaction. A list shows neither lines nor payments. They stay as they
// were if the transaction has not changed, and an invoice that has payments is read whole.
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
	call, cancel := l.try.Reading(ctx)
	defer cancel()
	whole, err := l.port.Transaction(call, l.kind, tr.ID)
	if record.IsKind(err, record.NotFound) {
		return row, nil // deleted meanwhile: the next sync finds that
	}
	if err != nil {
		return row, err
	}
	return TransactionRow(l.in.Connection, whole)
}

// keep stores a page and the cursor behind it. A page may come twice.
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
	links, err := l.try.Store.Links.OfTargets(ctx, l.in.Connection, record.Customers, customers)
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
		row.Seen = l.try.Now()
		rows = append(rows, row)
	}
	if err := l.try.Store.Transactions.Put(ctx, rows); err != nil {
		return false, err
	}
	next := record.Cursor{Page: l.q.Page + 1}
	_, err = list{record.Billing, l.kind.Module(), listRecords}.keep(ctx, l.try, l.in.Connection, mirror.Page{
		Next: next, Done: done, Mark: l.mark, From: &l.state,
	})
	l.q.Page++
	l.state.Cursor = next
	return done, err
}

// TransactionRow returns what the store keeps of a transaction of billing.
func TransactionRow(connection string, tr record.Transaction) (pushes.Transaction, error) {
	body, err := tr.Encode()
	return pushes.Transaction{
		Connection: connection, Type: string(tr.Type), BillingID: tr.ID, Marker: tr.Marker, Number: tr.Number, Status: string(tr.Status),
		CustomerID: tr.CustomerID, Currency: tr.Currency, Date: tr.Date, Due: tr.Due, SubTotal: tr.Totals.SubTotal.String(),
		Tax: tr.Totals.Tax.String(), Total: tr.Totals.Total.String(), Balance: tr.Totals.Balance.String(), Modified: tr.Modified, Body: body,
	}, err
}
