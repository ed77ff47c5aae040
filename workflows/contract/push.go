package contract

import "time"

// TransactionPushWorkflow pushes one transaction. Update-with-start of PushUpdate starts it, with the id PushID. It ends by
// itself when nothing is left to do.
const TransactionPushWorkflow = "TransactionPush"

// PushUpdate takes a PushRequest and returns a PushResult.
const PushUpdate = "push"

// The types of transactions.
const (
	TypeQuote   = "quote"
	TypeInvoice = "invoice"
)

// The actions on a transaction.
const (
	ActionSave        = "save"          // create, or edit what exists
	ActionSaveAndSend = "save_and_send" // and e-mail it
	ActionEmail       = "email"
	ActionMarkSent    = "mark_sent"
	ActionAccept      = "accept"  // quotes
	ActionDecline     = "decline" // quotes
	ActionConvert     = "convert" // a quote, to an invoice
	ActionVoid        = "void"    // invoices
	ActionPay         = "record_payment"
	ActionComment     = "comment"
	ActionAttach      = "attach"
)

// PushID is the workflow id of a transaction's pushes. Transaction is the caller's own id of it.
func PushID(connection, kind, transaction string) string {
	return "push/" + connection + "/" + kind + "/" + transaction
}

// PushInput starts a TransactionPush.
type PushInput struct {
	Connection  string `json:"connection"`
	Type        string `json:"type"`
	Transaction string `json:"transaction"`
	// Tuning scales its waits.
	Tuning Tuning `json:"tuning,omitzero"`
}

// PushRequest is one action on one transaction. Payloads are encrypted, so it may hold personal data.
type PushRequest struct {
	// Key is the idempotency key. A request that is repeated with it gets the first answer, as long as the connection
	// exists. Two different requests with one key are a Conflict.
	Key string `json:"key"`
	// Action is one of the Action constants; empty is ActionSave.
	Action string `json:"action,omitempty"`
	// User is the id of the CRM user on whose behalf the action is done. The caller is trusted to name the right one.
	User string `json:"user"`

	Document *Document `json:"document,omitempty"` // save, save_and_send
	Email    *Email    `json:"email,omitempty"`    // save_and_send, email
	Payment  *Payment  `json:"payment,omitempty"`  // record_payment
	Comment  string    `json:"comment,omitempty"`  // comment
	File     *FileRef  `json:"file,omitempty"`     // attach
	// Invoice is the caller's own id for the invoice that convert makes. If it is empty, the quote's id is used.
	Invoice string `json:"invoice,omitempty"`
}

// Document is a quote or an invoice as its author wrote it. Amounts are decimals as texts ("12.50"), in the customer's
// currency. Dates are YYYY-MM-DD.
type Document struct {
	// Account or Contact is the id of the CRM record that the document is for. If that record is not in billing yet, it is
	// imported first.
	Account string `json:"account,omitempty"`
	Contact string `json:"contact,omitempty"`
	// Currency is the currency of the amounts, as an ISO 4217 code. It must be the customer's. Empty stands for the
	// customer's.
	Currency string `json:"currency,omitempty"`
	// Number is the document's number, where billing lets the author choose it. If it is empty, billing assigns one.
	Number    string `json:"number,omitempty"`
	Reference string `json:"reference,omitempty"`
	Date      string `json:"date,omitempty"` // empty is today, as billing has it
	Due       string `json:"due,omitempty"`  // an invoice's due date, a quote's expiry date
	Lines     []Line `json:"lines"`
	// Discount is taken off the sum of the lines: "10%", or an amount such as "12.50".
	Discount string `json:"discount,omitempty"`
	// DiscountAfterTax applies the document's discount after taxes.
	DiscountAfterTax bool   `json:"discount_after_tax,omitempty"`
	TaxInclusive     bool   `json:"tax_inclusive,omitempty"`
	Notes            string `json:"notes,omitempty"`
	Terms            string `json:"terms,omitempty"`
	// ExpectedTotal is the total that the author expects. The result shows a difference to billing's total.
	ExpectedTotal string `json:"expected_total,omitempty"`
}

// Line is one line of a document: of a product of the CRM, of an item of billing, or of free text.
type Line struct {
	Product     string `json:"product,omitempty"` // of the CRM, by id
	Item        string `json:"item,omitempty"`    // of billing, by id
	Name        string `json:"name,omitempty"`    // of free text; else the item's own
	Description string `json:"description,omitempty"`
	Rate        string `json:"rate,omitempty"` // empty is the item's
	Quantity    string `json:"quantity"`
	Discount    string `json:"discount,omitempty"` // "5%", to four places of the share, or an amount
	Tax         string `json:"tax,omitempty"`      // of billing, by id; empty is the item's
}

// Email is the e-mail with which billing sends a document.
type Email struct {
	To      []string `json:"to"`
	CC      []string `json:"cc,omitempty"`
	Subject string   `json:"subject,omitempty"` // empty is billing's own
	Body    string   `json:"body,omitempty"`
}

// Payment is a payment of an invoice.
type Payment struct {
	Amount    string `json:"amount"`
	Date      string `json:"date,omitempty"` // empty is today
	Mode      string `json:"mode,omitempty"` // cash, check, creditcard, banktransfer, others; empty is others
	Reference string `json:"reference,omitempty"`
}

// FileRef is a file to attach. A small file carries its data. A larger one is uploaded to Causeway's store first, by the
// gateway or `starter`, and named by the id of the upload.
type FileRef struct {
	Name   string `json:"name"`
	Type   string `json:"type,omitempty"` // its media type; empty is what its data show
	Data   []byte `json:"data,omitempty"` // MaxInlineFile at most
	Upload string `json:"upload,omitempty"`
}

// MaxInlineFile bounds the data of a FileRef, in bytes: payloads must stay small.
const MaxInlineFile = 256 << 10

// The statuses of a push.
const (
	PushDone    = "done"
	PushQueued  = "queued"  // while the connection is paused: carried out, in order, when it is resumed
	PushRefused = "refused" // nothing was done, and nothing will be
	PushFailed  = "failed"  // billing refused it, or nobody knows what became of it
)

// PushResult is the answer to a PushRequest.
type PushResult struct {
	Status string `json:"status"`
	// Sequence is the number of the push within its connection.
	Sequence int64 `json:"sequence,omitempty"`
	// Position is its place in the queue, from 1. Set with PushQueued.
	Position int `json:"position,omitempty"`
	// State is the connection's state. Set with PushQueued and PushRefused.
	State string `json:"state,omitempty"`
	// Failure is the reason and what to do. Set with PushRefused and PushFailed.
	Failure *Failure `json:"failure,omitempty"`
	// Transaction is the transaction in billing after the action.
	Transaction *TransactionState `json:"transaction,omitempty"`
	// Invoice is the invoice that convert created.
	Invoice *TransactionState `json:"invoice,omitempty"`
	// Difference is billing's total minus the expected one, if they differ.
	Difference string `json:"difference,omitempty"`
	// Imported reports that the customer was created in billing for this push.
	Imported bool `json:"imported,omitempty"`
	// Repeated reports that this is the answer to an earlier request with the same key.
	Repeated bool `json:"repeated,omitempty"`
}

// TransactionState is a transaction in billing.
type TransactionState struct {
	Type        string    `json:"type"`
	Transaction string    `json:"transaction"` // the caller's id
	ID          string    `json:"id"`          // billing's
	Number      string    `json:"number"`
	Status      string    `json:"status"`
	Customer    string    `json:"customer"` // billing's id
	Currency    string    `json:"currency"`
	SubTotal    string    `json:"sub_total"`
	Tax         string    `json:"tax"`
	Total       string    `json:"total"`
	Balance     string    `json:"balance,omitempty"` // invoices
	Modified    time.Time `json:"modified,omitzero"`
	// Allowed lists the actions that the status allows now.
	Allowed []string `json:"allowed,omitempty"`
}
