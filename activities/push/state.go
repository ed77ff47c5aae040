package push

import (
	"causeway/activities/mirror"
	"causeway/internal/record"
	"causeway/internal/store/pushes"
	"causeway/internal/transaction"
	"causeway/workflows/contract"
)

// stateOf returns what billing has, for the answer and for the store.
func (c *carrying) stateOf(tr record.Transaction, id string) (*contract.TransactionState, *pushes.Transaction, error) {
	state := &contract.TransactionState{
		Type: string(tr.Type), Transaction: id, ID: tr.ID, Number: tr.Number, Status: string(tr.Status), Customer: tr.CustomerID,
		Currency: tr.Currency, SubTotal: tr.Totals.SubTotal.String(), Tax: tr.Totals.Tax.String(), Total: tr.Totals.Total.String(),
		Modified: tr.Modified, Allowed: transaction.Allowed(tr.Type, tr.Status),
	}
	if tr.Type == record.Invoice {
		state.Balance = tr.Totals.Balance.String()
	}
	row, err := mirror.TransactionRow(c.in.Connection, tr)
	row.Transaction, row.Marker, row.By, row.Seen = id, record.Marker(c.conn.Incarnation, tr.Type.Module(), id), c.in.Request.User, c.try.Now()
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

// note keeps what billing has of the pushed transaction, for the answer and for the store.
func (c *carrying) note(tr record.Transaction) error {
	state, row, err := c.stateOf(tr, c.in.Transaction)
	if err != nil {
		return err
	}
	c.result.Transaction, c.known = state, row
	if doc := c.in.Request.Document; doc != nil {
		c.result.Difference, err = c.difference(doc, tr)
	}
	return err
}

// difference is billing's total less the total that the author expected. If the author named none it is compared with
// the total that Causeway computes. The difference is shown, never hidden.
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
