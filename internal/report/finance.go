package report

import (
	"context"
	"time"

	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/internal/store/pushes"
	"causeway/internal/transaction"
	"causeway/workflows/contract"
)

// Pushed is the answer to a push, with the key that repeats the request safely.
type Pushed struct {
	Connection string `json:"connection"`
	Key        string `json:"key"`
	contract.PushResult
}

// Transaction is a quote or an invoice as the store has it.
type Transaction struct {
	Transaction string    `json:"transaction"` // empty: made in billing
	ID          string    `json:"id"`
	Number      string    `json:"number"`
	Status      string    `json:"status"`
	CRMModule   string    `json:"crm_module,omitempty"`
	CRMID       string    `json:"crm_id,omitempty"`
	Customer    string    `json:"customer"`
	Date        string    `json:"date"`
	Due         string    `json:"due,omitempty"`
	Currency    string    `json:"currency"`
	Total       string    `json:"total"`
	Balance     string    `json:"balance,omitempty"`
	By          string    `json:"by,omitempty"`
	Modified    time.Time `json:"modified"`
}

// pageOfTransactions is how many are read at once.
const pageOfTransactions = 500

// Quotes lists the quotes of a connection.
type Quotes struct {
	Connection string        `json:"connection"`
	Quotes     []Transaction `json:"quotes"`
}

// Invoices lists the invoices of a connection.
type Invoices struct {
	Connection string        `json:"connection"`
	Invoices   []Transaction `json:"invoices"`
}

// ReadTransactions reads a connection's quotes or invoices from the store. A limit of 0 reads all.
func ReadTransactions(ctx context.Context, st *store.Store, connection string, q pushes.TransactionQuery, limit int) ([]Transaction, error) {
	out := []Transaction{}
	for {
		q.Limit = pageOfTransactions
		if limit > 0 {
			q.Limit = min(q.Limit, limit-len(out))
		}
		rows, err := st.Transactions.List(ctx, connection, q)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			if !r.Deleted {
				out = append(out, Transaction{Transaction: r.Transaction, ID: r.BillingID, Number: r.Number, Status: r.Status, CRMModule: r.CRMModule, CRMID: r.CRMID,
					Customer: r.CustomerID, Date: r.Date, Due: r.Due, Currency: r.Currency, Total: r.Total, Balance: r.Balance, By: r.By, Modified: r.Modified.UTC()})
			}
			q.After = r.BillingID
		}
		if len(rows) < q.Limit || limit > 0 && len(out) >= limit {
			return out, nil
		}
	}
}

// Printed is a PDF that was written to a file.
type Printed struct {
	Bytes int    `json:"bytes"`
	File  string `json:"file"`
}

// Figures are the sales and receivables of an account or contact, by currency.
type Figures struct {
	Connection string                `json:"connection"`
	Figures    []transaction.Figures `json:"figures"`
	ID         string                `json:"id"`
	Module     record.Module         `json:"module"`
}

// Timeline lists the events around a transaction or a customer, the oldest first.
type Timeline struct {
	Connection string          `json:"connection"`
	Timeline   []TimelineEntry `json:"timeline"`
}

// NewTimeline builds a Timeline.
func NewTimeline(connection string, all []TimelineEntry) Timeline {
	return Timeline{Connection: connection, Timeline: append([]TimelineEntry{}, all...)}
}

// The origins of the entries of a timeline.
const (
	FromBilling  = "billing"
	FromCRM      = "crm"
	FromCauseway = "causeway"
)

// TimelineEntry is one event around a transaction or its customer.
type TimelineEntry struct {
	At     time.Time `json:"at"`
	From   string    `json:"from"` // billing, crm, causeway
	Kind   string    `json:"kind"` // comment, status, note, event, call, push
	Author string    `json:"author,omitempty"`
	Title  string    `json:"title,omitempty"`
	Text   string    `json:"text,omitempty"`
}
