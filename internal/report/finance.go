package report

import (
	"context"
	"time"

	"causeway/internal/store"
	"causeway/workflows/contract"
)

// Pushed is the answer, with the key for who asks again.
type Pushed struct {
	Connection string `json:"connection"`
	Key        string `json:"key"`
	contract.PushResult
}

// Transaction is one transaction as it is printed.
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

func ReadTransactions(ctx context.Context, st *store.Store, connection string, q store.TransactionQuery, limit int) ([]Transaction, error) {
	out := []Transaction{}
	for {
		q.Limit = pageOfTransactions
		if limit > 0 {
			q.Limit = min(q.Limit, limit-len(out))
		}
		rows, err := st.Transactions(ctx, connection, q)
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
