package activities

import (
	"context"
	"fmt"

	"causeway/internal/record"
	"causeway/internal/store/operations"
	"causeway/internal/store/pushes"
	"causeway/internal/transaction"
	"causeway/workflows/contract"

	"github.com/govalues/decimal"
)

// The codes of documents that cannot be pushed as they are.
const (
	CodeNoCustomer   = "NO_CUSTOMER"
	CodeCustomerGone = "CUSTOMER_DELETED"
	CodeItemGone     = "ITEM_DELETED"
	CodeNoItem       = "NO_ITEM"
	CodeFreeText     = "FREE_TEXT"
	CodeCurrency     = "CURRENCY"
)

func invalidPush(code, message, remedy string) error {
	return &record.Error{Kind: record.Invalid, Op: "push", Code: code, Message: message, Remedy: remedy}
}

// compose makes of the author's document what billing is to have: with billing's own ids, and exact amounts.
func (c *carrying) compose(ctx context.Context) (record.Transaction, error) {
	doc := c.in.Request.Document
	tr := record.Transaction{
		Type: c.kind, Number: doc.Number, Reference: doc.Reference, Date: doc.Date, Due: doc.Due,
		DiscountAfterTax: doc.DiscountAfterTax, TaxInclusive: doc.TaxInclusive, Notes: doc.Notes, Terms: doc.Terms,
		Marker: record.Marker(c.conn.Incarnation, c.kind.Module(), c.in.Transaction),
	}
	var err error
	if tr.CustomerID, tr.Currency, err = c.customer(ctx, doc); err != nil {
		return tr, err
	}
	if tr.Discount, err = transaction.ParseDiscount(doc.Discount); err != nil {
		return tr, err
	}
	for i, l := range doc.Lines {
		line, err := c.line(ctx, l)
		if err != nil {
			return tr, onLine(i+1, err)
		}
		tr.Lines = append(tr.Lines, line)
	}
	if len(c.missing) > 0 {
		return tr, needsImport{c.missing}
	}
	return transaction.Normalize(tr, transaction.Precision(tr.Currency))
}

// onLine names the line that a failure is about.
func onLine(n int, err error) error {
	var e *record.Error
	if !asRecordError(err, &e) {
		return err
	}
	out := *e
	out.Message = fmt.Sprintf("line %d: %s", n, e.Message)
	return &out
}

// customer is billing's customer of the document, with its currency. One that is not in billing yet is asked for.
func (c *carrying) customer(ctx context.Context, doc *contract.Document) (id, currency string, err error) {
	ref := contract.Ref{Side: string(record.CRM), Module: string(record.Accounts), ID: doc.Account}
	if doc.Account == "" {
		ref.Module, ref.ID = string(record.Contacts), doc.Contact
	}
	link, err := c.Store.Links.BySource(ctx, c.in.Connection, record.EntityCustomers, record.Module(ref.Module), ref.ID)
	if err != nil {
		return "", "", err
	}
	if link == nil && doc.Contact != "" {
		if link, err = c.Store.Links.BySource(ctx, c.in.Connection, record.EntityContactPersons, record.Contacts, doc.Contact); err != nil {
			return "", "", err
		}
	}
	switch {
	case link == nil:
		return "", "", c.absent(ctx, ref, CodeNoCustomer)
	case link.Gone != "":
		return "", "", invalidPush(CodeCustomerGone, fmt.Sprintf("the customer of %s %s was deleted in %s", ref.Module, ref.ID, link.Gone.Name()),
			"restore it there, or import it anew, and push again with another key")
	}
	id = link.BillingID
	if link.Entity == record.EntityContactPersons {
		id = link.BillingParentID
	}
	currency, err = c.currencyOf(ctx, id)
	if err != nil {
		return "", "", err
	}
	if doc.Currency != "" && currency != "" && doc.Currency != currency {
		return "", "", invalidPush(CodeCurrency, fmt.Sprintf("the document is in %s, its customer %s in %s", doc.Currency, id, currency),
			"write it in the customer's currency")
	}
	if currency == "" {
		currency = doc.Currency
	}
	return id, currency, nil
}

// currencyOf is the customer's currency as the mirror has it; what was just made there is asked of billing.
func (c *carrying) currencyOf(ctx context.Context, customer string) (string, error) {
	rec, err := c.Store.Mirror.Record(ctx, c.in.Connection, record.Billing, record.Customers, customer)
	if err != nil && !record.IsKind(err, record.NotFound) {
		return "", err
	}
	return rec.Values.Text("currency_code"), nil
}

// absent notes a record that has to be brought to billing; where that was tried for this push already, it says why it
// is not there.
func (c *carrying) absent(ctx context.Context, ref contract.Ref, code string) error {
	run, err := c.Store.Runs.Get(ctx, importRun(c.in.Connection, c.in.Sequence))
	if record.IsKind(err, record.NotFound) || (err == nil && run.Status == record.RunRunning) {
		c.missing = append(c.missing, ref)
		return nil
	}
	if err != nil {
		return err
	}
	why, err := c.notImported(ctx, run.ID, ref)
	if err != nil {
		return err
	}
	return invalidPush(code, fmt.Sprintf("%s %s has no counterpart in billing: %s", ref.Module, ref.ID, why),
		"mend that in the CRM or in billing, and push again with another key")
}

// notImported says why the run that was to bring the record to billing has not.
func (c *carrying) notImported(ctx context.Context, run string, ref contract.Ref) (why string, err error) {
	ops, err := c.Store.Operations.List(ctx, run, operations.Filter{})
	if err != nil {
		return "", err
	}
	for _, op := range ops {
		if op.SourceID == ref.ID && op.Reason != "" {
			return op.Reason, nil
		}
	}
	_, err = c.Store.Mirror.Record(ctx, c.in.Connection, record.CRM, record.Module(ref.Module), ref.ID)
	if record.IsKind(err, record.NotFound) {
		return "the CRM does not have it", nil
	}
	return "the preferences bring none like it to billing", err
}

// line makes a line of billing of the author's.
func (c *carrying) line(ctx context.Context, l contract.Line) (record.Line, error) {
	out := record.Line{ItemID: l.Item, Name: l.Name, Description: l.Description, TaxID: l.Tax}
	var err error
	if out.Quantity, err = transaction.ParseAmount(l.Quantity); err != nil {
		return out, err
	}
	if out.Discount, err = transaction.ParseDiscount(l.Discount); err != nil {
		return out, err
	}
	if l.Product != "" {
		if out.ItemID, err = c.itemOf(ctx, l.Product); err != nil {
			return out, err
		}
	}
	if l.Product == "" && out.ItemID == "" {
		if out.ItemID, err = c.freeText(ctx); err != nil {
			return out, err
		}
	}
	out.Rate, err = c.rate(ctx, l, out.ItemID)
	return out, err
}

func (c *carrying) itemOf(ctx context.Context, product string) (string, error) {
	link, err := c.Store.Links.BySource(ctx, c.in.Connection, record.EntityItems, record.Products, product)
	if err != nil {
		return "", err
	}
	if link == nil {
		return "", c.absent(ctx, contract.Ref{Side: string(record.CRM), Module: string(record.Products), ID: product}, CodeNoItem)
	}
	if link.Gone == record.Billing {
		return "", invalidPush(CodeItemGone, fmt.Sprintf("the item of product %s was deleted in billing", product), "restore it there, or use another product")
	}
	return link.BillingID, nil
}

// freeText is the item that stands for a line of free text where billing takes none.
func (c *carrying) freeText(ctx context.Context) (string, error) {
	caps, err := c.pushes.capabilities(ctx, c.in.Connection, c.port)
	if err != nil || caps.FreeTextLines {
		return "", err
	}
	prefs, err := c.Store.Connections.Preferences(ctx, c.in.Connection, 0)
	if err != nil {
		return "", err
	}
	if prefs.CatchAllItem == "" {
		return "", invalidPush(CodeFreeText, "this billing system takes no lines of free text",
			fmt.Sprintf("name a product or an item, or the item that stands for all others: `starter configure %s --catch-all-item ITEM`", c.in.Connection))
	}
	return prefs.CatchAllItem, nil
}

// rate is the author's, or the item's.
func (c *carrying) rate(ctx context.Context, l contract.Line, item string) (decimal.Decimal, error) {
	if l.Rate != "" {
		return transaction.ParseAmount(l.Rate)
	}
	if item == "" && l.Product != "" {
		return decimal.Zero, nil // it is imported first
	}
	if item == "" {
		return decimal.Zero, invalidPush("RATE", "a line of free text has no rate", "give it one")
	}
	rec, err := c.Store.Mirror.Record(ctx, c.in.Connection, record.Billing, record.Items, item)
	if err != nil {
		return decimal.Zero, invalidPush(CodeNoItem, fmt.Sprintf("item %s is not known", item), "sync the items, or give the line a rate")
	}
	return transaction.ParseAmount(fmt.Sprint(rec.Values["rate"]))
}

// shows notes what billing has, for the answer and for the store.
func (c *carrying) shows(tr record.Transaction, id string) (*contract.TransactionState, *pushes.Transaction, error) {
	state := &contract.TransactionState{
		Type: string(tr.Type), Transaction: id, ID: tr.ID, Number: tr.Number, Status: string(tr.Status), Customer: tr.CustomerID,
		Currency: tr.Currency, SubTotal: tr.Totals.SubTotal.String(), Tax: tr.Totals.Tax.String(), Total: tr.Totals.Total.String(),
		Modified: tr.Modified, Allowed: transaction.Allowed(tr.Type, tr.Status),
	}
	if tr.Type == record.Invoice {
		state.Balance = tr.Totals.Balance.String()
	}
	row, err := TransactionRow(c.in.Connection, tr)
	row.Transaction, row.Marker, row.By, row.Seen = id, record.Marker(c.conn.Incarnation, tr.Type.Module(), id), c.in.Request.User, c.Now()
	if c.known != nil && c.known.Type == row.Type && c.known.Transaction == id {
		row.By, row.CRMModule, row.CRMID = c.known.By, c.known.CRMModule, c.known.CRMID
	}
	if doc := c.in.Request.Document; doc != nil {
		row.CRMModule, row.CRMID = string(record.Accounts), doc.Account
		if doc.Account == "" {
			row.CRMModule, row.CRMID = string(record.Contacts), doc.Contact
		}
	}
	return state, &row, err
}

// has notes what billing has of the pushed transaction.
func (c *carrying) has(tr record.Transaction) error {
	state, row, err := c.shows(tr, c.in.Transaction)
	if err != nil {
		return err
	}
	c.result.Transaction, c.known = state, row
	if doc := c.in.Request.Document; doc != nil {
		c.result.Difference, err = c.difference(doc, tr)
	}
	return err
}

// difference is billing's total less the one that the author expected, or, where the author named none, the one that
// Causeway computes itself: shown, never hidden.
func (c *carrying) difference(doc *contract.Document, tr record.Transaction) (string, error) {
	expected := tr.Totals.Total
	if doc.ExpectedTotal != "" {
		var err error
		if expected, err = transaction.ParseAmount(doc.ExpectedTotal); err != nil {
			return "", err
		}
	}
	diff, err := tr.Totals.Total.Sub(expected)
	if err != nil || diff.IsZero() {
		return "", err
	}
	return diff.String(), nil
}
