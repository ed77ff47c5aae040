package push

import (
	"context"
	"errors"
	"fmt"

	"causeway/activities/setup"
	"causeway/internal/record"
	"causeway/internal/store/operations"
	"causeway/internal/transaction"
	"causeway/workflows/contract"

	"github.com/govalues/decimal"
)

// The codes of documents that cannot be pushed as they are.
const (
	CodeNoCustomer   = "NO_CUSTOMER"
	CodeCustomerGone = "CUSTOMER_DELETED"
	CodeItemGone     = "ITEM_DELETED"

	CodeFreeText = "FREE_TEXT"
	CodeCurrency = "CURRENCY"
)

func invalidPush(code, message, remedy string) error {
	return &record.Error{Kind: record.Invalid, Op: "push", Code: code, Message: message, Remedy: remedy}
}

// composing makes billing's document from the author's.
type composing struct {
	*carrying
	// missing are the records that have to be brought to billing first.
	missing []contract.Ref
}

func (c *carrying) compose(ctx context.Context) (record.Transaction, error) {
	return (&composing{carrying: c}).document(ctx)
}

// document returns what billing is to have: with billing's own ids, and exact amounts.
func (c *composing) document(ctx context.Context) (record.Transaction, error) {
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
	if !errors.As(err, &e) {
		return err
	}
	out := *e
	out.Message = fmt.Sprintf("line %d: %s", n, e.Message)
	return &out
}

// customer returns billing's customer of the document, with its currency. If the customer is not in billing yet, it
// asks for an import.
func (c *composing) customer(ctx context.Context, doc *contract.Document) (id, currency string, err error) {
	ref := contract.Ref{Side: string(record.CRM), Module: string(record.Accounts), ID: doc.Account}
	if doc.Account == "" {
		ref.Module, ref.ID = string(record.Contacts), doc.Contact
	}
	link, err := c.try.Store.Links.BySource(ctx, c.in.Connection, record.EntityCustomers, record.Module(ref.Module), ref.ID)
	if err != nil {
		return "", "", err
	}
	if link == nil && doc.Contact != "" {
		if link, err = c.try.Store.Links.BySource(ctx, c.in.Connection, record.EntityContactPersons, record.Contacts, doc.Contact); err != nil {
			return "", "", err
		}
	}
	switch {
	case link == nil:
		return "", "", c.askForImport(ctx, ref, CodeNoCustomer)
	case link.Gone != "":
		return "", "", invalidPush(CodeCustomerGone, fmt.Sprintf("the customer of %s %s was deleted in %s", ref.Module, ref.ID, link.Gone.Name()),
			"restore it there, or import it again, then push with another key")
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
		return "", "", invalidPush(CodeCurrency, fmt.Sprintf("the document is in %s, and its customer %s is in %s", doc.Currency, id, currency),
			"write it in the customer's currency")
	}
	if currency == "" {
		currency = doc.Currency
	}
	return id, currency, nil
}

// currencyOf returns the customer's currency as the mirror has it; empty if the mirror does not have the customer yet.
func (c *composing) currencyOf(ctx context.Context, customer string) (string, error) {
	rec, err := c.try.Store.Mirror.Record(ctx, c.in.Connection, record.Billing, record.Customers, customer)
	if err != nil && !record.IsKind(err, record.NotFound) {
		return "", err
	}
	return rec.Values.Text("currency_code"), nil
}

// askForImport notes a record that has to be brought to billing. If that was tried for this push already it returns
// why the record is not there.
func (c *composing) askForImport(ctx context.Context, ref contract.Ref, code string) error {
	run, err := c.try.Store.Runs.Get(ctx, ImportRun(c.in.Connection, c.in.Sequence))
	if record.IsKind(err, record.NotFound) || (err == nil && run.Status == record.RunRunning) {
		c.missing = append(c.missing, ref)
		return nil
	}
	if err != nil {
		return err
	}
	why, err := c.whyNotImported(ctx, run.ID, ref)
	if err != nil {
		return err
	}
	return invalidPush(code, fmt.Sprintf("%s %s has no counterpart in billing: %s", ref.Module, ref.ID, why),
		"correct that in the CRM or in billing, then push with another key")
}

// whyNotImported returns why the run that was to bring the record to billing has not done so.
func (c *composing) whyNotImported(ctx context.Context, run string, ref contract.Ref) (why string, err error) {
	ops, err := c.try.Store.Operations.List(ctx, run, operations.Filter{})
	if err != nil {
		return "", err
	}
	for _, op := range ops {
		if op.SourceID == ref.ID && op.Reason != "" {
			return op.Reason, nil
		}
	}
	_, err = c.try.Store.Mirror.Record(ctx, c.in.Connection, record.CRM, record.Module(ref.Module), ref.ID)
	if record.IsKind(err, record.NotFound) {
		return "the CRM does not have it", nil
	}
	return "the preferences do not bring such records to billing", err
}

// line makes a line of billing from the author's.
func (c *composing) line(ctx context.Context, l contract.Line) (record.Line, error) {
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
		if out.ItemID, err = c.catchAllItem(ctx); err != nil {
			return out, err
		}
	}
	out.Rate, err = c.rate(ctx, l, out.ItemID)
	return out, err
}

func (c *composing) itemOf(ctx context.Context, product string) (string, error) {
	link, err := c.try.Store.Links.BySource(ctx, c.in.Connection, record.EntityItems, record.Products, product)
	if err != nil {
		return "", err
	}
	if link == nil {
		return "", c.askForImport(ctx, contract.Ref{Side: string(record.CRM), Module: string(record.Products), ID: product}, setup.CodeNoItem)
	}
	if link.Gone == record.Billing {
		return "", invalidPush(CodeItemGone, fmt.Sprintf("the item of product %s was deleted in billing", product), "restore it there, or use another product")
	}
	return link.BillingID, nil
}

// catchAllItem returns the item that stands for a line of free text, if billing takes no free text.
func (c *composing) catchAllItem(ctx context.Context) (string, error) {
	caps, err := c.capabilities.Of(ctx, c.try, c.in.Connection, c.port)
	if err != nil || caps.FreeTextLines {
		return "", err
	}
	prefs, err := c.try.Store.Connections.Preferences(ctx, c.in.Connection, 0)
	if err != nil {
		return "", err
	}
	if prefs.CatchAllItem == "" {
		return "", invalidPush(CodeFreeText, "this billing system does not take lines of free text",
			fmt.Sprintf("name a product or an item, or set an item that stands for all free text: `starter configure %s --catch-all-item ITEM`", c.in.Connection))
	}
	return prefs.CatchAllItem, nil
}

// rate returns the author's rate, else the item's.
func (c *composing) rate(ctx context.Context, l contract.Line, item string) (decimal.Decimal, error) {
	if l.Rate != "" {
		return transaction.ParseAmount(l.Rate)
	}
	if item == "" && l.Product != "" {
		return decimal.Zero, nil // it is imported first
	}
	if item == "" {
		return decimal.Zero, invalidPush("RATE", "a line of free text has no rate", "give it one")
	}
	rec, err := c.try.Store.Mirror.Record(ctx, c.in.Connection, record.Billing, record.Items, item)
	if err != nil {
		return decimal.Zero, invalidPush(setup.CodeNoItem, fmt.Sprintf("Causeway does not know item %s", item), "sync the items, or give the line a rate")
	}
	return transaction.ParseAmount(fmt.Sprint(rec.Values["rate"]))
}

// needsImport says which records the workflow has to bring to billing before an action can continue.
type needsImport struct{ refs []contract.Ref }

func (n needsImport) Error() string {
	return fmt.Sprintf("%d records are not in billing yet", len(n.refs))
}
