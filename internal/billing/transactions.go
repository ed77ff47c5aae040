package billing

import (
	"context"
	"time"

	"causeway/internal/record"

	"github.com/govalues/decimal"
)

// Transactions is what a billing system offers for quotes and invoices, seen with one credential. All methods are
// safe for concurrent use, give *record.Error failures (with Ambiguous set where a write may have taken effect), and
// honour the context's deadline. No method repeats a write by itself. What the system does not offer is Invalid with
// CodeNotOffered.
type Transactions interface {
	// CheckTransactionScopes says, as Unauthorized naming the missing scopes, whether the credential may do what
	// transactions of the type need.
	CheckTransactionScopes(ctx context.Context, t record.TransactionType) error
	// ProbeTransactions says what this system can do with transactions. It writes nothing.
	ProbeTransactions(ctx context.Context) (TransactionCapabilities, error)

	// Transaction reads one whole. NotFound where there is none.
	Transaction(ctx context.Context, t record.TransactionType, id string) (record.Transaction, error)
	// ListTransactions gives one page, in short form, the newest change first where the system sorts by it
	// (TransactionCapabilities), else the newest first.
	ListTransactions(ctx context.Context, t record.TransactionType, q TransactionQuery) (TransactionPage, error)
	// CreateTransaction makes one, with its marker. Where upsert is set (a capability), the call is the system's
	// upsert by the marker: asked for twice, it gives one transaction. Conflict with CodeNumberTaken where the number
	// is another's, with CodeMarkerTaken where the marker is.
	CreateTransaction(ctx context.Context, tr record.Transaction, upsert bool) (record.Transaction, error)
	// UpdateTransaction replaces lines, dates, discounts and texts of the one with tr.ID. Asked for twice, it
	// changes nothing more.
	UpdateTransaction(ctx context.Context, tr record.Transaction) (record.Transaction, error)
	// FindTransaction looks for a customer's transaction with that marker, among those created since a time less a
	// margin that the caller has taken off. Nil where there is none.
	FindTransaction(ctx context.Context, t record.TransactionType, customerID, marker string, since time.Time) (*record.Transaction, error)

	// SetTransactionStatus marks as sent, accepted, declined or void, as far as the type has it. One that has the
	// status already stays, without an error.
	SetTransactionStatus(ctx context.Context, t record.TransactionType, id string, to record.TransactionStatus) error
	// EmailTransaction has the system send it. A second call sends a second e-mail.
	EmailTransaction(ctx context.Context, t record.TransactionType, id string, m Email) error
	// RecordPayment records a payment of an invoice. A second call records a second one: its Reference tells.
	RecordPayment(ctx context.Context, customerID, invoiceID string, p record.Payment) (record.Payment, error)
	// PDF is its printed form.
	PDF(ctx context.Context, t record.TransactionType, id string) ([]byte, error)

	// Comments lists the comments, and the system's own notes, the oldest first.
	Comments(ctx context.Context, t record.TransactionType, id string) ([]record.Comment, error)
	// AddComment adds one. A second call adds a second one.
	AddComment(ctx context.Context, t record.TransactionType, id, text string) (record.Comment, error)
	// Attachments lists the files without their data.
	Attachments(ctx context.Context, t record.TransactionType, id string) ([]record.File, error)
	// Attachment reads one file with its data.
	Attachment(ctx context.Context, t record.TransactionType, id, fileID string) (record.File, error)
	// Attach adds a file. A second call adds a second one, or replaces the first, as the system has it.
	Attach(ctx context.Context, t record.TransactionType, id string, f record.File) (record.File, error)

	// CustomerFigures are what a customer owes, has as credit, and paid last, as the system says.
	CustomerFigures(ctx context.Context, customerID string) (CustomerFigures, error)
}

// The codes of failures that callers tell apart. The provider's own code and words stand in the message.
const (
	CodeNotOffered  = "NOT_OFFERED"
	CodeNumberTaken = "NUMBER_TAKEN"
	CodeMarkerTaken = "MARKER_TAKEN"
)

// TransactionCapabilities are what a billing system declares about transactions.
type TransactionCapabilities struct {
	UpsertByMarker bool `json:"upsert_by_marker"`
	SortByModified bool `json:"sort_by_modified"`
	// FreeTextLines: an invoice's line needs no item.
	FreeTextLines bool `json:"free_text_lines"`
	// InvoiceExtras: invoices have comments, files that can be read, a PDF, and a mark as sent of their own.
	InvoiceExtras bool `json:"invoice_extras"`
	// MaxFile is the largest file, in bytes.
	MaxFile int64 `json:"max_file"`
}

// TransactionQuery asks for one page.
type TransactionQuery struct {
	CustomerID string // empty is all
	Page       int    // from 1
	Limit      int    // 0 is the largest page
	ByModified bool   // needs SortByModified
}

// TransactionPage is one page.
type TransactionPage struct {
	Transactions []record.Transaction
	More         bool
}

// Email is what is sent to whom.
type Email struct {
	To      []string
	CC      []string
	Subject string
	Body    string
}

// CustomerFigures are the money side of one customer, in its currency.
type CustomerFigures struct {
	Currency      string
	Outstanding   decimal.Decimal
	UnusedCredits decimal.Decimal
}
