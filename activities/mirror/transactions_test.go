package mirror_test

import (
	"net/http"
	"testing"

	"causeway/activities/activitytest"
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
			w := activitytest.Selling(t, activitytest.Settings("sortByModified", sorted), activitytest.Account(1, "Alpha Ltd"), activitytest.Product(7, "Widget", "W-1", "12.50"))
			pushed := w.Did(activitytest.Invoice("i-1"), activitytest.Save("1", activitytest.LineOf("7", "4")))
			w.Invoice("Alpha Ltd", "Widget")
			w.Sync()
			all := func() map[string]pushes.Transaction {
				rows, err := w.Store.Transactions.List(t.Context(), activitytest.Demo, pushes.TransactionQuery{Type: contract.TypeInvoice, Limit: 10})
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

			w.Billing.Call(http.MethodPost, "/invoices/"+pushed.Transaction.ID+"/converttoopen", nil)
			w.Sync()
			require.Equal(t, "sent", all()["i-1"].Status)
			require.Equal(t, "draft", all()[""].Status)
		})
	}
}
