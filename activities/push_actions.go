package activities

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"causeway/internal/billing"
	"causeway/internal/record"
	"causeway/internal/store/pushes"
	"causeway/internal/transaction"
	"causeway/workflows/contract"
)

// The steps whose intents are stored. Those that cannot be repeated hold what was there before, so that it can be told
// whether the write took effect.
const (
	stepCreate  = "create"
	stepUpdate  = "update"
	stepStatus  = "status"
	stepConvert = "convert"
	stepEmail   = "email:"   // and billing's id
	stepPay     = "pay:"     // and the number of such payments before
	stepComment = "comment:" // and the number of such comments before
	stepAttach  = "attach:"  // and the number of such files before
)

func (c *carrying) act(ctx context.Context) error {
	switch action := c.in.Request.Doing(); action {
	case contract.ActionSave:
		return c.save(ctx)
	case contract.ActionSaveAndSend:
		if strings.HasPrefix(c.prior, stepEmail) {
			return c.email(ctx)
		}
		if err := c.save(ctx); err != nil {
			return err
		}
		return c.email(ctx)
	case contract.ActionEmail:
		return c.email(ctx)
	case contract.ActionMarkSent:
		return c.status(ctx, record.StatusSent)
	case contract.ActionAccept:
		return c.status(ctx, record.StatusAccepted)
	case contract.ActionDecline:
		return c.status(ctx, record.StatusDeclined)
	case contract.ActionVoid:
		return c.status(ctx, record.StatusVoid)
	case contract.ActionConvert:
		return c.convert(ctx)
	case contract.ActionPay:
		return c.pay(ctx)
	case contract.ActionComment:
		return c.comment(ctx)
	case contract.ActionAttach:
		return c.attach(ctx)
	default:
		return invalidPush(contract.CodeRequest, "action "+action+" is not known", "")
	}
}

// live reads the pushed transaction as billing has it now.
func (c *carrying) live(ctx context.Context) (record.Transaction, error) {
	if c.known == nil || c.known.BillingID == "" {
		return record.Transaction{}, &record.Error{Kind: record.NotFound, Op: c.in.Request.Doing(), Code: "NO_TRANSACTION",
			Message: fmt.Sprintf("no %s %s was pushed on this connection", c.in.Type, c.in.Transaction), Remedy: "save it first"}
	}
	return c.read(ctx, c.kind, c.known.BillingID)
}

func (c *carrying) read(ctx context.Context, kind record.TransactionType, id string) (record.Transaction, error) {
	call, cancel, err := c.look(ctx)
	if err != nil {
		return record.Transaction{}, err
	}
	defer cancel()
	tr, err := c.port.Transaction(call, kind, id)
	if record.IsKind(err, record.NotFound) {
		return tr, &record.Error{Kind: record.NotFound, Side: record.Billing, Op: c.in.Request.Doing(), Code: "TRANSACTION_DELETED", RecordID: id,
			Message: fmt.Sprintf("the %s was deleted in billing", kind), Remedy: "make a new one, with an id of its own"}
	}
	return tr, err
}

// allows reads the transaction and sees that its status allows the action.
func (c *carrying) allows(ctx context.Context, action string) (record.Transaction, error) {
	tr, err := c.live(ctx)
	if err != nil {
		return tr, err
	}
	if err := c.has(tr); err != nil {
		return tr, err
	}
	if refusal := transaction.Refuse(c.kind, action, tr.Status); refusal != nil {
		return tr, refusal
	}
	return tr, nil
}

func (c *carrying) save(ctx context.Context) error {
	if c.known == nil {
		return c.create(ctx)
	}
	tr, err := c.compose(ctx)
	if err != nil {
		return err
	}
	had, err := c.allows(ctx, contract.ActionSave)
	if err != nil {
		return err
	}
	tr.ID = had.ID
	call, cancel, err := c.intend(ctx, stepUpdate)
	if err != nil {
		return err
	}
	defer cancel()
	got, err := c.port.UpdateTransaction(call, tr)
	if err != nil {
		return err
	}
	return c.has(got)
}

// create makes the document, by its marker: asked for again it finds the one that was made.
func (c *carrying) create(ctx context.Context) error {
	tr, err := c.compose(ctx)
	if err != nil {
		return err
	}
	got, err := c.createMarked(ctx, tr, stepCreate)
	if err != nil {
		return err
	}
	c.result.Imported = c.imported(ctx)
	return c.has(got)
}

func (c *carrying) createMarked(ctx context.Context, tr record.Transaction, step string) (record.Transaction, error) {
	caps, err := c.pushes.capabilities(ctx, c.in.Connection, c.port)
	if err != nil {
		return tr, err
	}
	if !caps.UpsertByMarker && c.prior == step {
		if found, err := c.find(ctx, tr); err != nil || found != nil {
			return deref(found), err
		}
	}
	call, cancel, err := c.intend(ctx, step)
	if err != nil {
		return tr, err
	}
	defer cancel()
	got, err := c.port.CreateTransaction(call, tr, caps.UpsertByMarker)
	if code(err) != billing.CodeMarkerTaken {
		return got, err
	}
	// Our own earlier write, which took effect late.
	found, findErr := c.find(ctx, tr)
	if findErr != nil || found != nil {
		return deref(found), findErr
	}
	return got, err
}

func (c *carrying) find(ctx context.Context, tr record.Transaction) (*record.Transaction, error) {
	call, cancel, err := c.look(ctx)
	if err != nil {
		return nil, err
	}
	defer cancel()
	return c.port.FindTransaction(call, tr.Type, tr.CustomerID, tr.Marker, c.row.At.Add(-clockSkew))
}

func deref(tr *record.Transaction) record.Transaction {
	if tr == nil {
		return record.Transaction{}
	}
	return *tr
}

// status brings the transaction to a status. One that has it already stays.
func (c *carrying) status(ctx context.Context, to record.TransactionStatus) error {
	tr, err := c.live(ctx)
	if err != nil {
		return err
	}
	if err := c.has(tr); err != nil || tr.Status == to {
		return err
	}
	if refusal := transaction.Refuse(c.kind, c.in.Request.Doing(), tr.Status); refusal != nil {
		return refusal
	}
	call, cancel, err := c.intend(ctx, stepStatus)
	if err != nil {
		return err
	}
	defer cancel()
	if err := c.port.SetTransactionStatus(call, c.kind, tr.ID, to); err != nil {
		return err
	}
	return c.again(ctx, tr)
}

// again reads the transaction once more, after a write that does not return it.
func (c *carrying) again(ctx context.Context, was record.Transaction) error {
	tr, err := c.read(ctx, was.Type, was.ID)
	if err != nil {
		return err
	}
	return c.has(tr)
}

// convert makes an invoice of a quote.
func (c *carrying) convert(ctx context.Context) error {
	id := c.in.Request.Invoice
	if id == "" {
		id = c.in.Transaction
	}
	quote, err := c.live(ctx)
	if err != nil {
		return err
	}
	if err := c.has(quote); err != nil {
		return err
	}
	// After an attempt of unknown outcome the quote may be converted by ourselves.
	if refusal := transaction.Refuse(c.kind, contract.ActionConvert, quote.Status); refusal != nil && c.prior != stepConvert {
		return refusal
	}
	made, err := c.createMarked(ctx, invoiceOf(quote, record.Marker(c.conn.Incarnation, record.Invoices, id)), stepConvert)
	if err != nil {
		return err
	}
	if c.result.Invoice, c.made, err = c.shows(made, id); err != nil {
		return err
	}
	if c.known != nil { // whom the quote is for
		c.made.CRMModule, c.made.CRMID = c.known.CRMModule, c.known.CRMID
	}
	return c.again(ctx, quote)
}

// invoiceOf is the invoice that a quote becomes: billing dates and numbers it.
func invoiceOf(quote record.Transaction, marker string) record.Transaction {
	return record.Transaction{
		Type: record.Invoice, FromQuote: quote.ID, Marker: marker, CustomerID: quote.CustomerID, Currency: quote.Currency,
		Reference: quote.Reference, Lines: quote.Lines, Discount: quote.Discount, DiscountAfterTax: quote.DiscountAfterTax,
		TaxInclusive: quote.TaxInclusive, Notes: quote.Notes, Terms: quote.Terms,
	}
}

// email has billing send the document. Whether an e-mail went out cannot be looked up: one of unknown outcome is told,
// and never sent twice.
func (c *carrying) email(ctx context.Context) error {
	if id, ok := strings.CutPrefix(c.prior, stepEmail); ok {
		tr, err := c.read(ctx, c.kind, id)
		if err == nil {
			err = c.has(tr)
		}
		if err != nil {
			return err
		}
		return &record.Error{Kind: record.Conflict, Side: record.Billing, Op: c.in.Request.Doing(), Code: "EMAIL_UNKNOWN", RecordID: id,
			Message: "billing did not say whether it sent the e-mail", Remedy: "look there, and send it with `email` and another key if it did not"}
	}
	m := billing.Email{To: c.in.Request.Email.To, CC: c.in.Request.Email.CC, Subject: c.in.Request.Email.Subject, Body: c.in.Request.Email.Body}
	for _, address := range append(append([]string(nil), m.To...), m.CC...) {
		if err := transaction.CheckEmail(address); err != nil {
			return err
		}
	}
	tr, err := c.allows(ctx, contract.ActionEmail)
	if err != nil {
		return err
	}
	call, cancel, err := c.intend(ctx, stepEmail+tr.ID)
	if err != nil {
		return err
	}
	defer cancel()
	if err := c.port.EmailTransaction(call, c.kind, tr.ID, m); err != nil {
		return err
	}
	return c.again(ctx, tr)
}

// before reads how many there were before a write that cannot be repeated.
func before(prior, step string) (n int, tried bool) {
	text, ok := strings.CutPrefix(prior, step)
	if !ok {
		return 0, false
	}
	n, err := strconv.Atoi(text)
	return n, err == nil
}

// once makes a write that cannot be repeated, unless an earlier attempt has made it: then there is one more of its
// kind than before.
func (c *carrying) once(ctx context.Context, step string, have int, write func(context.Context) error) error {
	had, tried := before(c.prior, step)
	if tried && have > had {
		return nil
	}
	call, cancel, err := c.intend(ctx, step+strconv.Itoa(have))
	if err != nil {
		return err
	}
	defer cancel()
	return write(call)
}

func code(err error) string {
	var e *record.Error
	if asRecordError(err, &e) {
		return e.Code
	}
	return ""
}

// imported says whether records were brought to billing for this push.
func (c *carrying) imported(ctx context.Context) bool {
	_, err := c.Store.Runs.Get(ctx, importRun(c.in.Connection, c.in.Sequence))
	return err == nil
}

// TransactionRow is what the store keeps of a transaction of billing.
func TransactionRow(connection string, tr record.Transaction) (pushes.Transaction, error) {
	body, err := tr.Encode()
	return pushes.Transaction{
		Connection: connection, Type: string(tr.Type), BillingID: tr.ID, Marker: tr.Marker, Number: tr.Number, Status: string(tr.Status),
		CustomerID: tr.CustomerID, Currency: tr.Currency, Date: tr.Date, Due: tr.Due, SubTotal: tr.Totals.SubTotal.String(),
		Tax: tr.Totals.Tax.String(), Total: tr.Totals.Total.String(), Balance: tr.Totals.Balance.String(), Modified: tr.Modified, Body: body,
	}, err
}
