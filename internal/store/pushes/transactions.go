package pushes

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"causeway/internal/record"
	"causeway/internal/store/db"
)

// Transactions keeps transactions as billing has them. Its methods are safe for concurrent use.
type Transactions struct{ db *db.DB }

// NewTransactions is for the store's front.
func NewTransactions(d *db.DB) *Transactions { return &Transactions{db: d} }

// Transaction is what the store keeps of a transaction of billing.
type Transaction struct {
	Connection, Type string
	BillingID        string
	Transaction      string // the caller's id; empty where it was made in billing
	Marker           string
	Number           string
	Status           string
	CustomerID       string // billing's
	CRMModule, CRMID string // whom it is for, where that is known
	Currency         string
	Date, Due        string // YYYY-MM-DD
	// The amounts are exact decimals.
	SubTotal, Tax, Total, Balance string
	By                            string // the CRM user who made it
	Deleted                       bool
	Modified                      time.Time // by billing's clock
	Seen                          time.Time
	Body                          []byte // record.Transaction as JSON
}

type transactionRow struct {
	Connection  string `db:"connection"`
	Type        string `db:"type"`
	BillingID   string `db:"billing_id"`
	Transaction string `db:"transaction_id"`
	Marker      string `db:"marker"`
	Number      string `db:"number"`
	Status      string `db:"status"`
	CustomerID  string `db:"customer_id"`
	CRMModule   string `db:"crm_module"`
	CRMID       string `db:"crm_id"`
	Currency    string `db:"currency"`
	Date        string `db:"date"`
	Due         string `db:"due"`
	SubTotal    string `db:"sub_total"`
	Tax         string `db:"tax"`
	Total       string `db:"total"`
	Balance     string `db:"balance"`
	By          string `db:"made_by"`
	Deleted     bool   `db:"deleted"`
	Modified    int64  `db:"modified"`
	Seen        int64  `db:"seen"`
	Body        string `db:"body"`
}

func (r transactionRow) row() Transaction {
	return Transaction{
		Connection: r.Connection, Type: r.Type, BillingID: r.BillingID, Transaction: r.Transaction, Marker: r.Marker, Number: r.Number,
		Status: r.Status, CustomerID: r.CustomerID, CRMModule: r.CRMModule, CRMID: r.CRMID, Currency: r.Currency, Date: r.Date, Due: r.Due,
		SubTotal: r.SubTotal, Tax: r.Tax, Total: r.Total, Balance: r.Balance, By: r.By, Deleted: r.Deleted,
		Modified: db.FromMicros(r.Modified), Seen: db.FromMicros(r.Seen), Body: []byte(r.Body),
	}
}

// What a push knows and a list does not stays: whose it is, and by whom it was made. An older state never overwrites a
// newer one.
const putTransaction = `
INSERT INTO transactions AS t (connection, type, billing_id, transaction_id, marker, number, status, customer_id, crm_module, crm_id, currency,
    date, due, sub_total, tax, total, balance, made_by, deleted, modified, seen, body)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (connection, type, billing_id) DO UPDATE SET
    transaction_id = CASE WHEN excluded.transaction_id <> '' THEN excluded.transaction_id ELSE t.transaction_id END,
    marker = CASE WHEN excluded.marker <> '' THEN excluded.marker ELSE t.marker END,
    crm_module = CASE WHEN excluded.crm_id <> '' THEN excluded.crm_module ELSE t.crm_module END,
    crm_id = CASE WHEN excluded.crm_id <> '' THEN excluded.crm_id ELSE t.crm_id END,
    made_by = CASE WHEN excluded.made_by <> '' THEN excluded.made_by ELSE t.made_by END,
    number = excluded.number, status = excluded.status, customer_id = excluded.customer_id, currency = excluded.currency,
    date = excluded.date, due = excluded.due, sub_total = excluded.sub_total, tax = excluded.tax, total = excluded.total,
    balance = excluded.balance, deleted = excluded.deleted, modified = excluded.modified, seen = excluded.seen, body = excluded.body
WHERE t.modified < excluded.modified OR (t.modified = excluded.modified AND (t.status <> excluded.status OR t.total <> excluded.total
    OR t.balance <> excluded.balance OR t.deleted <> excluded.deleted OR t.number <> excluded.number OR t.body <> excluded.body
    OR (t.transaction_id = '' AND excluded.transaction_id <> '')))`

func putTransactionsIn(ctx context.Context, tx db.Session, rows []Transaction) error {
	for _, r := range rows {
		if r.BillingID == "" {
			return errors.New("a transaction needs billing's id")
		}
		_, err := tx.Exec(ctx, putTransaction, r.Connection, r.Type, r.BillingID, r.Transaction, r.Marker, db.Clean(r.Number), r.Status, r.CustomerID,
			r.CRMModule, r.CRMID, r.Currency, r.Date, r.Due, r.SubTotal, r.Tax, r.Total, r.Balance, db.Clean(r.By), r.Deleted,
			db.Micros(r.Modified), db.Micros(r.Seen), db.Clean(string(r.Body)))
		if err != nil {
			return fmt.Errorf("keep %s %s: %w", r.Type, r.BillingID, err)
		}
	}
	return nil
}

// Put keeps transactions as billing has them. Idempotent: what is there already is not written again, and
// an older state never overwrites a newer one.
func (s *Transactions) Put(ctx context.Context, rows []Transaction) error {
	if len(rows) == 0 {
		return nil
	}
	if err := s.db.Write(ctx, func(tx db.Session) error { return putTransactionsIn(ctx, tx, rows) }); err != nil {
		return fmt.Errorf("keep %d transactions: %w", len(rows), err)
	}
	return nil
}

const (
	transactionOurs    = `SELECT * FROM transactions WHERE connection = ? AND type = ? AND transaction_id = ? AND transaction_id <> ''`
	transactionBilling = `SELECT * FROM transactions WHERE connection = ? AND type = ? AND billing_id = ?`

	transactionsBilling = `SELECT * FROM transactions WHERE connection = ? AND type = ? AND billing_id {in}`
)

// Get is the one that was pushed under the caller's id, nil where none was.
func (s *Transactions) Get(ctx context.Context, connection, kind, id string) (*Transaction, error) {
	return s.transaction(ctx, transactionOurs, connection, kind, id)
}

// ByBilling is the one that billing has under that id, nil where none is known.
func (s *Transactions) ByBilling(ctx context.Context, connection, kind, id string) (*Transaction, error) {
	return s.transaction(ctx, transactionBilling, connection, kind, id)
}

func (s *Transactions) transaction(ctx context.Context, query, connection, kind, id string) (*Transaction, error) {
	var row transactionRow
	found, err := s.db.Reader().Get(ctx, &row, query, connection, kind, id)
	if err != nil {
		return nil, fmt.Errorf("read %s %s: %w", kind, id, err)
	}
	if !found {
		return nil, nil
	}
	out := row.row()
	return &out, nil
}

// Named finds a transaction by the caller's id, or else by billing's: one that was made in billing has no other id.
// NotFound where there is none.
func (s *Transactions) Named(ctx context.Context, connection, kind, id string) (Transaction, error) {
	row, err := s.Get(ctx, connection, kind, id)
	if err == nil && row == nil {
		row, err = s.ByBilling(ctx, connection, kind, id)
	}
	switch {
	case err != nil:
		return Transaction{}, err
	case row == nil || row.Deleted:
		return Transaction{}, &record.Error{Kind: record.NotFound, Op: "look for " + kind, Code: "NO_TRANSACTION", RecordID: id,
			Message: "no " + kind + " with that id was pushed on " + connection + " or seen in billing", Remedy: "`starter " + kind + "s list` lists them"}
	}
	return *row, nil
}

// OfBilling are those that billing has under these ids, by id, as far as they are known.
func (s *Transactions) OfBilling(ctx context.Context, connection, kind string, ids []string) (map[string]Transaction, error) {
	var rows []transactionRow
	if err := s.db.Reader().All(ctx, &rows, transactionsBilling, connection, kind, s.db.List(ids)); err != nil {
		return nil, fmt.Errorf("read %d of %s: %w", len(ids), kind, err)
	}
	out := make(map[string]Transaction, len(rows))
	for _, r := range rows {
		out[r.BillingID] = r.row()
	}
	return out, nil
}

// TransactionQuery asks for one page of transactions; what is empty does not restrict.
type TransactionQuery struct {
	Type, CRMModule, CRMID, CustomerID, Status string
	// After is the BillingID of the page before's last one.
	After string
	Limit int
}

// List lists transactions of a connection, by billing's id.
func (s *Transactions) List(ctx context.Context, connection string, q TransactionQuery) ([]Transaction, error) {
	var b strings.Builder
	b.WriteString(`SELECT * FROM transactions WHERE connection = ? AND billing_id > ?`)
	args := []any{connection, q.After}
	for _, c := range []struct{ column, value string }{
		{"type", q.Type}, {"crm_module", q.CRMModule}, {"crm_id", q.CRMID}, {"customer_id", q.CustomerID}, {"status", q.Status},
	} {
		if c.value != "" {
			b.WriteString(" AND " + c.column + " = ?")
			args = append(args, c.value)
		}
	}
	b.WriteString(` ORDER BY billing_id, type LIMIT ?`)
	var rows []transactionRow
	if err := s.db.Reader().All(ctx, &rows, b.String(), append(args, q.Limit)...); err != nil {
		return nil, fmt.Errorf("list transactions of %s: %w", connection, err)
	}
	out := make([]Transaction, len(rows))
	for i, r := range rows {
		out[i] = r.row()
	}
	return out, nil
}
