package activities_test

import (
	"net/http"
	"testing"

	"causeway/internal/store/pushes"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

// What finance makes or changes in billing is in the workspace after the next sync, by an incremental read.
func TestTransactionsThatWereMadeInBillingComeWithASync(t *testing.T) {
	t.Parallel()
	for _, sorted := range []string{"on", "off"} {
		t.Run("sortByModified="+sorted, func(t *testing.T) {
			t.Parallel()
			w := selling(t, settings("sortByModified", sorted), account(1, "Alpha Ltd"), product(7, "Widget", "W-1", "12.50"))
			pushed := w.did(invoice("i-1"), save("1", lineOf("7", "4")))
			w.invoice("Alpha Ltd", "Widget")
			w.sync()
			all := func() map[string]pushes.Transaction {
				rows, err := w.store.Transactions.List(t.Context(), demo, pushes.TransactionQuery{Type: contract.TypeInvoice, Limit: 10})
				require.NoError(t, err)
				out := map[string]pushes.Transaction{}
				for _, r := range rows {
					out[r.Transaction] = r
				}
				return out
			}
			require.Len(t, all(), 2)
			require.Equal(t, "12.50", all()[""].Total)
			require.Equal(t, []string{"Accounts", "1"}, []string{all()[""].CRMModule, all()[""].CRMID}, "its customer is linked")
			require.Equal(t, pushed.Transaction.Number, all()["i-1"].Number, "ours stays ours")

			w.billing.call(http.MethodPost, "/invoices/"+pushed.Transaction.ID+"/converttoopen", nil)
			w.sync()
			require.Equal(t, "sent", all()["i-1"].Status)
			require.Equal(t, "draft", all()[""].Status)
		})
	}
}
