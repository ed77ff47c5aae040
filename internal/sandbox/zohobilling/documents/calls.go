package documents

import (
	"context"
	"fmt"
	"strings"

	"causeway/internal/sandbox/zohobilling/api"
	"causeway/internal/sandbox/zohobilling/document"
	"causeway/internal/sandbox/zohobilling/fields"
	"causeway/internal/sandbox/zohobilling/store"
)

// Routes registers the calls.
func (m *Module) Routes(rt *api.Router) {
	rt.Add("GET", "/estimates/pdf", "quotes.READ", m.printEstimates)
	for _, k := range []document.Kind{document.Estimates, document.Invoices} {
		one := "/" + k.Table + "/{id}"
		rt.Add("PUT", "/"+k.Table, k.Scope+".UPDATE", m.upsert(k))
		rt.Add("POST", "/"+k.Table, k.Scope+".CREATE", m.create(k))
		rt.Add("GET", "/"+k.Table, k.Scope+".READ", m.list(k))
		rt.Add("GET", one, k.Scope+".READ", m.get(k))
		rt.Add("PUT", one, k.Scope+".UPDATE", m.update(k))
		rt.Add("DELETE", one, k.Scope+".DELETE", m.delete(k))
		rt.Add("POST", one+"/email", k.Scope+".CREATE", m.email(k))
		m.commentRoutes(rt, k, one)
		m.fileRoutes(rt, k, one)
	}
	for _, status := range []string{document.Sent, document.Accepted, document.Declined} {
		rt.Add("POST", "/estimates/{id}/status/"+status, "quotes.CREATE", m.markEstimate(status))
	}
	rt.Add("POST", "/invoices/{id}/status/sent", "invoices.CREATE", extra(document.Invoices, m.openInvoice("sent")))
	rt.Add("POST", "/invoices/{id}/converttoopen", "invoices.CREATE", m.openInvoice("open"))
	rt.Add("POST", "/invoices/{id}/void", "invoices.CREATE", m.voidInvoice)
}

// extra serves what Zoho Billing documents for estimates only. For invoices it is served where the setting invoiceExtras
// is on, as Zoho Books does.
func extra(k document.Kind, h api.Handler) api.Handler {
	return func(c *api.Call) (api.Reply, error) {
		if k.IsInvoice() && !c.Settings.InvoiceExtras {
			return api.Reply{}, api.ErrURL
		}
		return h(c)
	}
}

func (m *Module) create(k document.Kind) api.Handler {
	return func(c *api.Call) (api.Reply, error) {
		var b document.Body
		if err := c.Decode(&b); err != nil {
			return api.Reply{}, err
		}
		var d *document.Document
		err := m.store.Write(c.Request.Context(), func(t store.Txn) (err error) {
			if d, err = m.insert(t, c, k, &b, fields.Unique{}); err == nil {
				err = m.sendNew(t, c, k, d)
			}
			return err
		})
		return m.replyWith(k, d, api.Created, "The "+k.One+" has been created."), err
	}
}

// replyWith answers with the document that was written.
func (m *Module) replyWith(k document.Kind, d *document.Document, as func(string, ...api.Part) api.Reply, message string) api.Reply {
	if d == nil {
		return api.Reply{}
	}
	return as(message, api.PartOf(k.One, d.Written(k, m.store.Today())))
}

// upsert changes the document that has the unique value. With X-Upsert it creates the document where there is none, in the
// same transaction: however many clients send one value, one document is made.
func (m *Module) upsert(k document.Kind) api.Handler {
	return func(c *api.Call) (out api.Reply, err error) {
		u, err := m.fields.ReadUnique(c, k.Table)
		if err != nil {
			return api.Reply{}, err
		}
		var b document.Body
		if err := c.Decode(&b); err != nil {
			return api.Reply{}, err
		}
		err = m.store.Write(c.Request.Context(), func(t store.Txn) error {
			id, found, err := u.Find(t, c.Org, k.Table)
			switch {
			case err != nil:
				return err
			case found:
				d, err := m.Change(t, c, k, id, func(d *document.Document) error { return m.edit(t, c, k, d, &b) })
				out = m.replyWith(k, d, api.Done, "The "+k.One+" has been updated.")
				return err
			case u.Upsert:
				d, err := m.insert(t, c, k, &b, u)
				out = m.replyWith(k, d, api.Created, "The "+k.One+" has been created.")
				return err
			default:
				return u.NotFound()
			}
		})
		return out, err
	}
}

func (m *Module) update(k document.Kind) api.Handler {
	return func(c *api.Call) (api.Reply, error) {
		var b document.Body
		if err := c.Decode(&b); err != nil {
			return api.Reply{}, err
		}
		var d *document.Document
		err := m.store.Write(c.Request.Context(), func(t store.Txn) (err error) {
			d, err = m.Change(t, c, k, c.Params["id"], func(d *document.Document) error { return m.edit(t, c, k, d, &b) })
			return err
		})
		return m.replyWith(k, d, api.Done, "The "+k.One+" has been updated."), err
	}
}

func (m *Module) get(k document.Kind) api.Handler {
	return func(c *api.Call) (api.Reply, error) {
		d, err := m.read(c, k, c.Params["id"])
		if err != nil {
			return api.Reply{}, err
		}
		if c.Query("accept") == "pdf" && (k.IsEstimate() || c.Settings.InvoiceExtras) {
			return api.File(pdf, document.Print(k, d)), nil
		}
		return m.show(c.Request.Context(), k, d)
	}
}

// show answers with the whole document, its attachments, and an invoice's comments.
func (m *Module) show(ctx context.Context, k document.Kind, d *document.Document) (api.Reply, error) {
	whole := d.Whole(k, m.store.Today())
	files, err := m.filesOf(ctx, k, d.ID)
	if err != nil {
		return api.Reply{}, err
	}
	whole["documents"] = files
	if k.IsInvoice() {
		if whole["comments"], err = m.commentsOf(ctx, k, d.ID); err != nil {
			return api.Reply{}, err
		}
	}
	return api.OK(api.PartOf(k.One, whole)), nil
}

func (m *Module) delete(k document.Kind) api.Handler {
	return func(c *api.Call) (api.Reply, error) {
		err := m.store.Write(c.Request.Context(), func(t store.Txn) error {
			d, err := Load(t, c.Org, k, c.Params["id"])
			if err != nil {
				return err
			}
			if len(d.Payments) > 0 {
				return d.RefuseState(k, "deleted: delete its payments first")
			}
			if err := deleteRows(t, k, d.ID); err != nil {
				return fmt.Errorf("delete %s: %w", k.One, err)
			}
			t.Moved(k.Table)
			if k.IsEstimate() {
				return nil
			}
			if err := m.releaseEstimate(t, c, d); err != nil {
				return err
			}
			return addOwed(t, d.CustomerID, d.Owed().Neg())
		})
		return api.Done("The " + k.One + " has been deleted."), err
	}
}

// pdf is the media type of a print.
const pdf = "application/pdf"

// printEstimates prints the estimates that the request names.
func (m *Module) printEstimates(c *api.Call) (api.Reply, error) {
	var all []*document.Document
	for id := range strings.SplitSeq(c.Query("estimate_ids"), ",") {
		d, err := m.read(c, document.Estimates, id)
		if err != nil {
			return api.Reply{}, err
		}
		all = append(all, d)
	}
	return api.File(pdf, document.Print(document.Estimates, all...)), nil
}
