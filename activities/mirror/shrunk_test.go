package mirror_test

import (
	"net/http"
	"testing"

	"causeway/activities/activitytest"

	"github.com/stretchr/testify/require"
)

// Billing has no list of deletions, and one that shows what changed last does not show them: the length of the list
// does, in the next sync rather than with the day's look at all of it.
func TestACustomerThatIsDeletedInBillingIsMissedByTheNextSync(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.Account(1001, "Acme"), activitytest.Account(1002, "Beta"), activitytest.Account(1003, "Gamma"))
	w.Sync()
	w.Billing.Call(http.MethodDelete, "/customers/"+w.Customer("Beta").Text("customer_id"), nil)
	require.Equal(t, 1, w.Sync().Entities["customers"].Deleted)
	require.Zero(t, w.Sync().Entities["customers"].Deleted, "it is counted once")
}
