package activities_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
)

// Billing has no list of deletions, and one that shows what changed last does not show them: the length of the list
// does, in the next sync rather than with the day's look at all of it.
func TestACustomerThatIsDeletedInBillingIsMissedByTheNextSync(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, account(1001, "Acme"), account(1002, "Beta"), account(1003, "Gamma"))
	w.sync()
	w.billing.call(http.MethodDelete, "/customers/"+w.customer("Beta").text("customer_id"), nil)
	require.Equal(t, 1, w.sync().Entities["customers"].Deleted)
	require.Zero(t, w.sync().Entities["customers"].Deleted, "it is counted once")
}
