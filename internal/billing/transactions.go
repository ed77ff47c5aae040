package billing

import (
	"context"
	"time"

	"causeway/internal/record"

	"github.com/govalues/decimal"
)

// Transactions is what a billing system offers for quotes and invoices, seen with one credential. All methods are safe for
// concurrent use and respect the context's deadline. Their failures are *record.Error, with Ambiguous set where a write may
// have taken effect. No method repeats a write by itself. What the system does not offer is Invalid with CodeNotOffered.
type Transactions interface {
	// CheckTransactionScopes returns Unauthorized, with the missing scopes, if the credential may not do what
	// transactions of the type need.
	CheckTransactionScopes(ctx context.Context, t record.TransactionType) error
	// ProbeTransactions finds out what this system can do with transactions. It writes nothing.
	ProbeTransactions(ctx context.Context) (TransactionCapabilities, error)

	// Transaction reads one transaction whole. NotFound if there is none.
	Transaction(ctx context.Context, t record.TransactionType, id string) (record.Transaction, error)
	// ListTransactions returns one page, in short form: the newest change first if the query asks for it (needs
	// SortByModified), else the newest transaction first.
	ListTransactions(ctx context.Context, t record.TransactionType, q TransactionQuery) (TransactionPage, error)
	// CreateTransaction creates a transaction, with its marker. With upsert (a capability), the call is the system's
	// upsert by the marker: two calls create one transaction. Conflict with CodeNumberTaken if another transaction
	// has the number, with CodeMarkerTaken if another has the marker.
	CreateTransaction(ctx context.Context, tr record.Transaction, upsert bool) (record.Transaction, error)
	// UpdateTransaction replaces lines, dates, discounts and texts of the transaction tr.ID. A second call changes
	// nothing more.
	UpdateTransaction(ctx context.Context, tr record.Transaction) (record.Transaction, error)
	// FindTransaction finds a customer's transaction by its marker, among those created since a time. The caller
	// subtracts a margin from that time. It returns nil if there is none.
	FindTransaction(ctx context.Context, t record.TransactionType, customerID, marker string, since time.Time) (*record.Transaction, error)

	// SetTransactionStatus marks a transaction as sent, accepted, declined or void, if the type has that status. If
	// it has the status already, nothing changes and there is no error.
	SetTransactionStatus(ctx context.Context, t record.TransactionType, id string, to record.TransactionStatus) error
	// EmailTransaction makes the system send the transaction by e-mail. A second call sends a second e-mail.
	EmailTransaction(ctx context.Context, t record.TransactionType, id string, m Email) error
	// RecordPayment records a payment of an invoice. A second call records a second payment. Its Reference identifies it.
	RecordPayment(ctx context.Context, customerID, invoiceID string, p record.Payment) (record.Payment, error)
	// PDF returns the printed form.
	PDF(ctx context.Context, t record.TransactionType, id string) ([]byte, error)

	// Comments lists the comments and the system's own notes, the oldest first.
	Comments(ctx context.Context, t record.TransactionType, id string) ([]record.Comment, error)
	// AddComment adds a comment. A second call adds a second one.
	AddComment(ctx context.Context, t record.TransactionType, id, text string) (record.Comment, error)
	// Attachments lists the files without their data.
	Attachments(ctx context.Context, t record.TransactionType, id string) ([]record.File, error)
	// Attachment reads one file with its data.
	Attachment(ctx context.Context, t record.TransactionType, id, fileID string) (record.File, error)
	// Attach adds a file. Whether a second call adds a second file or replaces the first depends on the system.
	Attach(ctx context.Context, t record.TransactionType, id string, f record.File) (record.File, error)

	// CustomerFigures returns what a customer owes, and has as credit, as the system says.
	CustomerFigures(ctx context.Context, customerID string) (CustomerFigures, error)
}

// The codes of failures that callers distinguish. The message holds the provider's own code and words.
const (
	CodeNotOffered  = "NOT_OFFERED"
	CodeNumberTaken = "NUMBER_TAKEN"
	CodeMarkerTaken = "MARKER_TAKEN"
)

// TransactionCapabilities are what a billing system can do with transactions.
type TransactionCapabilities struct {
	UpsertByMarker bool `json:"upsert_by_marker"`
	SortByModified bool `json:"sort_by_modified"`
	// FreeTextLines: a line of an invoice needs no item.
	FreeTextLines bool `json:"free_text_lines"`
	// InvoiceExtras: invoices have comments, readable files, a PDF, and a call of their own that marks them as sent.
	InvoiceExtras bool `json:"invoice_extras"`
	// MaxFile is the largest file, in bytes.
	MaxFile int64 `json:"max_file"`
}

// TransactionQuery asks for one page.
type TransactionQuery struct {
	CustomerID string // empty: of all customers
	Page       int    // from 1
	Limit      int    // 0 is the largest page
	ByModified bool   // needs SortByModified
}

// TransactionPage is one page.
type TransactionPage struct {
	Transactions []record.Transaction
	More         bool
}

// Email is an e-mail to send.
type Email struct {
	To      []string
	CC      []string
	Subject string
	Body    string
}

// CustomerFigures are the amounts of one customer, in its currency.
type CustomerFigures struct {
	Currency      string
	Outstanding   decimal.Decimal
	UnusedCredits decimal.Decimal
}
