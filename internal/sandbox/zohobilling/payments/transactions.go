package payments

import (
	"encoding/json"

	"causeway/internal/sandbox/zohobilling/api"
	"causeway/internal/sandbox/zohobilling/document"
)

// listTransactions lists invoices, payments, or both, as the filter says. The sandbox has no credits and refunds.
func (m *Module) listTransactions(c *api.Call) (api.Reply, error) {
	l, err := m.documents.Page(c, document.Invoices)
	if err != nil {
		return api.Reply{}, err
	}
	switch l.Filter = l.Param("filter_by"); l.Filter {
	case "", "TransactionType.All":
		l.Table, l.Show = "transactions", m.renderEither
	case "TransactionType.INVOICE":
		l.Show = m.renderInvoice
	case "TransactionType.PAYMENT":
		l.Table, l.Show = "payments", renderPayment
	case "TransactionType.CREDIT", "TransactionType.REFUND":
		l.Where("1 = 0")
	default:
		return api.Reply{}, api.Invalid("filter_by")
	}
	return m.lists.Reply(c.Request.Context(), l, "transactions")
}

// renderEither renders an invoice or a payment: only a payment has a mode.
func (m *Module) renderEither(raw []byte) ([]byte, error) {
	var is struct{ Mode string }
	if err := json.Unmarshal(raw, &is); err != nil {
		return nil, err
	}
	if is.Mode != "" {
		return renderPayment(raw)
	}
	return m.renderInvoice(raw)
}

func (m *Module) renderInvoice(raw []byte) ([]byte, error) {
	var d document.Document
	if err := json.Unmarshal(raw, &d); err != nil {
		return nil, err
	}
	return json.Marshal(map[string]any{"transaction_id": d.ID, "reference_id": d.ID, "type": "invoice", "status": d.StatusOn(document.Invoices, m.store.Today()),
		"date": d.Date, "amount": d.Total.String(), "customer_id": d.CustomerID})
}

func renderPayment(raw []byte) ([]byte, error) {
	var p payment
	if err := json.Unmarshal(raw, &p); err != nil {
		return nil, err
	}
	return json.Marshal(map[string]any{"transaction_id": p.ID, "reference_id": p.ID, "type": "payment", "status": "success", "date": p.Date,
		"amount": p.Amount.String(), "customer_id": p.CustomerID})
}
