package documents

import (
	"strings"

	"causeway/internal/sandbox/zohobilling/api"
	"causeway/internal/sandbox/zohobilling/document"
	"causeway/internal/sandbox/zohobilling/store"
)

// markEstimate changes an estimate's status.
func (m *Module) markEstimate(to string) api.Handler {
	return func(c *api.Call) (api.Reply, error) {
		err := m.store.Write(c.Request.Context(), func(t store.Txn) error {
			d, err := m.Change(t, c, document.Estimates, c.Params["id"], func(d *document.Document) error { return d.MarkEstimate(to, m.store.Today()) })
			if err != nil {
				return err
			}
			return Note(t, document.Estimates, d, "Estimate marked as "+to)
		})
		return api.Done("Estimate status has been changed to " + strings.ToUpper(to[:1]) + to[1:] + "."), err
	}
}

// openInvoice makes a draft an invoice that the customer owes. word is its new status in the reply.
func (m *Module) openInvoice(word string) api.Handler {
	return func(c *api.Call) (api.Reply, error) {
		err := m.store.Write(c.Request.Context(), func(t store.Txn) error {
			d, err := m.Change(t, c, document.Invoices, c.Params["id"], func(d *document.Document) error {
				if d.Status != document.Draft {
					return d.RefuseState(document.Invoices, "opened")
				}
				d.MarkSent()
				return nil
			})
			if err != nil {
				return err
			}
			return Note(t, document.Invoices, d, "Invoice marked as sent")
		})
		return api.Done("Status of the invoice has been changed to " + word + "."), err
	}
}

// voidInvoice voids an invoice that nobody has paid.
func (m *Module) voidInvoice(c *api.Call) (api.Reply, error) {
	err := m.store.Write(c.Request.Context(), func(t store.Txn) error {
		d, err := m.Change(t, c, document.Invoices, c.Params["id"], func(d *document.Document) error {
			if len(d.Payments) > 0 || d.Status == document.Paid || d.Status == document.Void {
				return d.RefuseState(document.Invoices, "voided")
			}
			d.Status = document.Void
			return nil
		})
		if err != nil {
			return err
		}
		return Note(t, document.Invoices, d, "Invoice marked as void")
	})
	return api.Done("Invoice status has been changed to Void."), err
}

// convertEstimate marks the estimate of a new invoice as invoiced. An estimate is invoiced once.
func (m *Module) convertEstimate(t store.Txn, c *api.Call, k document.Kind, d *document.Document, estimate string) error {
	if estimate == "" || !k.IsInvoice() {
		return nil
	}
	_, err := m.Change(t, c, document.Estimates, estimate, func(e *document.Document) error {
		switch {
		case e.CustomerID != d.CustomerID:
			return api.Invalid("invoiced_estimate_id")
		case e.Status == document.Invoiced || e.Status == document.Declined:
			return e.RefuseState(document.Estimates, "converted to an invoice")
		}
		e.Status, e.Invoice = document.Invoiced, d.ID
		return Note(t, document.Estimates, e, "Estimate converted to invoice "+d.Number)
	})
	d.Estimate = estimate
	return err
}

// releaseEstimate lets the estimate of a deleted invoice be converted again.
func (m *Module) releaseEstimate(t store.Txn, c *api.Call, d *document.Document) error {
	if d.Estimate == "" {
		return nil
	}
	e, err := Load(t, c.Org, document.Estimates, d.Estimate)
	if err != nil || e.Invoice != d.ID {
		return nil //nolint:nilerr // a deleted estimate needs no release
	}
	_, err = m.Change(t, c, document.Estimates, d.Estimate, func(e *document.Document) error {
		e.Status, e.Invoice = document.Accepted, ""
		return nil
	})
	return err
}
