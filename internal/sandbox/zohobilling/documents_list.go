package zohobilling

import (
	"context"
	"encoding/json"
	"strings"
)

// statusNow is a kept status as it is called today, in SQL.
func statusNow(k kind) string {
	late := map[string]string{"estimate": "expired", "invoice": "overdue"}[k.one]
	return `(CASE WHEN status = 'sent' AND due <> '' AND due < ? THEN '` + late + `' ELSE status END)`
}

// listDocuments is a page of one kind, of one customer or of all.
func (o *Org) listDocuments(k kind) handler {
	return func(c *call) (reply, error) {
		l, err := o.documents(c, k)
		if err != nil {
			return reply{}, err
		}
		q := c.r.URL.Query()
		if err := l.byStatus(k, strings.TrimPrefix(q.Get("filter_by"), "Status."), o.today()); err != nil {
			return reply{}, err
		}
		rows, context, err := o.read(c.r.Context(), l)
		return ok(part{k.table, rows}, context), err
	}
}

// byStatus adds a filter by status, which the wire writes without underscores.
func (l *list) byStatus(k kind, status, today string) error {
	l.filter = "Status." + status
	switch status = strings.ToLower(status); status {
	case "", "all":
		l.filter = "Status.All"
	case "unpaid":
		l.add(statusNow(k)+` IN ('sent', 'overdue', 'partially_paid')`, today)
	case draft, sent, accepted, declined, invoiced, paid, void, "overdue", "expired", "partiallypaid":
		if status == "partiallypaid" {
			status = partiallyPaid
		}
		l.add(statusNow(k)+` = ?`, today, status)
	default:
		return invalid("filter_by")
	}
	return nil
}

// documents is a page of one kind, newest or oldest first.
func (o *Org) documents(c *call, k kind) (list, error) {
	q := c.r.URL.Query()
	l := list{table: k.table, column: "doc", report: k.table}
	l.show = func(raw []byte) ([]byte, error) {
		var d document
		if err := json.Unmarshal(raw, &d); err != nil {
			return nil, err
		}
		return json.Marshal(d.short(k, o.today()))
	}
	l.add("org = ?", c.org)
	if err := l.paging(q); err != nil {
		return l, err
	}
	if v := q.Get("customer_id"); v != "" {
		l.add("customer_id = CAST(? AS INTEGER)", v)
	}
	columns := map[string]string{"created_time": "created_us"}
	if c.v.SortByModified {
		columns["last_modified_time"] = "updated_us"
	}
	return l, l.sort(q, columns, "created_time", "created_us")
}

// listTransactions lists invoices and payments, as the filter says: of all, the invoices come first. The sandbox knows
// no credits and refunds.
func (o *Org) listTransactions(c *call) (reply, error) {
	l, err := o.documents(c, invoices)
	if err != nil {
		return reply{}, err
	}
	switch l.filter = c.r.URL.Query().Get("filter_by"); l.filter {
	case "", "TransactionType.All":
		return o.allTransactions(c.r.Context(), l)
	case "TransactionType.INVOICE":
		l.show = o.shownTransaction
	case "TransactionType.PAYMENT":
		l.table, l.show = "payments", shownPayment
	case "TransactionType.CREDIT", "TransactionType.REFUND":
		l.add("1 = 0")
	default:
		return reply{}, invalid("filter_by")
	}
	rows, context, err := o.read(c.r.Context(), l)
	return ok(part{"transactions", rows}, context), err
}

// allTransactions shows the pages of both modules as one list, by when they were made.
func (o *Org) allTransactions(ctx context.Context, l list) (reply, error) {
	l.table = "transactions"
	l.show = func(raw []byte) ([]byte, error) {
		var is struct{ Mode string }
		if err := json.Unmarshal(raw, &is); err != nil {
			return nil, err
		}
		if is.Mode != "" {
			return shownPayment(raw)
		}
		return o.shownTransaction(raw)
	}
	rows, context, err := o.read(ctx, l)
	return ok(part{"transactions", rows}, context), err
}

func (o *Org) shownTransaction(raw []byte) ([]byte, error) {
	var d document
	if err := json.Unmarshal(raw, &d); err != nil {
		return nil, err
	}
	return json.Marshal(map[string]any{"transaction_id": d.ID, "reference_id": d.ID, "type": "invoice", "status": d.status(invoices, o.today()),
		"date": d.Date, "amount": d.Total.String(), "customer_id": d.CustomerID})
}

func shownPayment(raw []byte) ([]byte, error) {
	var p payment
	if err := json.Unmarshal(raw, &p); err != nil {
		return nil, err
	}
	return json.Marshal(map[string]any{"transaction_id": p.ID, "reference_id": p.ID, "type": "payment", "status": "success", "date": p.Date,
		"amount": p.Amount.String(), "customer_id": p.CustomerID})
}
