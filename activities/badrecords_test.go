package activities_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"causeway/activities/activitytest"
	"causeway/internal/report"
	"causeway/internal/sandbox/sample"

	"github.com/stretchr/testify/require"
)

// badRecord is a CRM record that cannot be carried over as it is.
type badRecord struct {
	name  string
	row   sample.Row
	code  string              // of its failure
	words []string            // that the reason holds: the thing, and the remedy
	mend  activitytest.Object // what a user corrects in the CRM
	// arrives is the name under which it is in billing then.
	entity, arrives string
}

var badRecords = []badRecord{
	{"an account without a name", activitytest.Account(901, ""), "NAME_MISSING", []string{"fill Account_Name"},
		activitytest.Object{"Account_Name": "Named 901"}, "customers", "Named 901"},
	{"an account whose name is blank", activitytest.Account(902, " \t "), "NAME_MISSING", []string{"fill Account_Name"},
		activitytest.Object{"Account_Name": "Named 902"}, "customers", "Named 902"},
	{"a contact of no account without a name", activitytest.Contact(903, "", "", 0, "Email", "who@named.example"), "NAME_MISSING", []string{"fill Last_Name"},
		activitytest.Object{"Last_Name": "Named 903"}, "customers", "Named 903"},
	{"a contact of an account without a name", activitytest.Contact(904, "", "", 101, "Email", "who@named.example"), "NAME_MISSING", []string{"fill Last_Name"},
		activitytest.Object{"Last_Name": "Named 904"}, "contact_persons", "Named 904"},
	{"a product without a name", activitytest.Product(905, "", "X-905", "1"), "NAME_MISSING", []string{"fill Product_Name"},
		activitytest.Object{"Product_Name": "Named 905"}, "items", "Named 905"},
	{"an account with a name of 5,000 characters", activitytest.Account(906, strings.Repeat("名", 5000)), "FIELD_INVALID",
		[]string{"Account_Name has 5000 characters", "takes 200", "shorten it in the CRM"},
		activitytest.Object{"Account_Name": "Named 906"}, "customers", "Named 906"},
	{"a person with a name of 5,000 characters", activitytest.Contact(907, "", strings.Repeat("n", 5000), 101), "2",
		[]string{"last_name", "Last_Name", "correct it in the CRM"}, activitytest.Object{"Last_Name": "Named 907"}, "contact_persons", "Named 907"},
	{"a product with a name of 5,000 characters", activitytest.Product(908, strings.Repeat("n", 5000), "X-908", "1"), "FIELD_INVALID",
		[]string{"Product_Name has 5000 characters", "takes 100"}, activitytest.Object{"Product_Name": "Named 908"}, "items", "Named 908"},
	{"an account with a control character", activitytest.Account(909, "Na\x07med"), "FIELD_INVALID",
		[]string{"Account_Name has a control character", "retype it in the CRM"}, activitytest.Object{"Account_Name": "Named 909"}, "customers", "Named 909"},
	{"an account with a line break in its phone number", activitytest.Account(910, "Named 910", "Phone", "1\n2"), "2",
		[]string{"phone", "Phone", "correct it in the CRM"}, activitytest.Object{"Phone": "12"}, "customers", "Named 910"},
	{"a street of 5,000 characters", activitytest.Account(911, "Named 911", "Billing_Street", strings.Repeat("s", 5000)), "2",
		[]string{"billing_address.street", "Billing_Street", "correct it in the CRM"}, activitytest.Object{"Billing_Street": "Quay 1"}, "customers", "Named 911"},
	{"an e-mail that is none", activitytest.Contact(912, "", "Named 912", 101, "Email", "not an address"), "FIELD_INVALID",
		[]string{"Email is not an e-mail address", "correct or empty it in the CRM"}, activitytest.Object{"Email": nil}, "contact_persons", "Named 912"},
	{"an e-mail that billing takes for none", activitytest.Contact(913, "", "Named 913", 0, "Email", "a@b"), "2",
		[]string{"email", "Email", "correct it in the CRM"}, activitytest.Object{"Email": "a@b.example"}, "customers", "Named 913"},
	{"a negative price", activitytest.Product(914, "Named 914", "X-914", "-0.01"), "FIELD_INVALID",
		[]string{"Unit_Price is below zero", "correct it in the CRM"}, activitytest.Object{"Unit_Price": 1}, "items", "Named 914"},
	{"a currency that billing has not enabled", activitytest.Account(915, "Named 915", "Currency", "THB"), "2",
		[]string{"currency_code", "Currency", "correct it in the CRM"}, activitytest.Object{"Currency": "EUR"}, "customers", "Named 915"},
	{"an account that is not there", activitytest.Contact(916, "", "Named 916", 999), "PARENT_FAILED",
		[]string{"999", "give the contact another account, or none"}, activitytest.Object{"Account_Name": activitytest.Object{"id": "101"}}, "contact_persons", "Named 916"},
}

func TestBadRecordsAreParkedWithTheirRemedyAndArriveOnceMended(t *testing.T) {
	t.Parallel()
	for _, by := range []string{"the next sync", "a retry"} {
		t.Run("by "+by, func(t *testing.T) {
			t.Parallel()
			rows := activitytest.TwoCompanies()
			for _, c := range badRecords {
				rows = append(rows, c.row)
			}
			w := activitytest.NewWorld(t, activitytest.Settings("crmMultiCurrency", "on"), rows...)
			run := w.Sync()
			require.Len(t, run.Failures, len(badRecords))
			require.Equal(t, []int{3, 2, 2}, added(run), "the rest goes on")
			for _, c := range badRecords {
				f := activitytest.Failures(run)[c.id()]
				require.Equal(t, "crm "+c.entity+" "+c.code, strings.Join([]string{f.Side, f.Entity, f.Code}, " "), c.name)
				for _, word := range c.words {
					require.Contains(t, f.Reason, word, c.name)
				}
			}
			require.Len(t, w.Sync().Failures, len(badRecords), "they stay parked, and are told again")

			want := []int{0, 0, 0}
			for _, c := range badRecords {
				w.Change(c.row.Module, c.id(), c.mend)
				want[slices.Index([]string{"customers", "contact_persons", "items"}, c.entity)]++
			}
			if by == "a retry" {
				run = w.Retry(run)
			} else {
				run = w.Sync()
			}
			require.Empty(t, run.Failures)
			require.Equal(t, want, added(run))
			for _, c := range badRecords {
				arrived(w, c)
			}
		})
	}
}

// added are the records that a run added: customers, contact persons, items.
func added(run report.Run) []int {
	return []int{run.Entities["customers"].Added, run.Entities["contact_persons"].Added, run.Entities["items"].Added}
}

func (c badRecord) id() string { return strconv.FormatInt(c.row.ID, 10) }

// arrived requires that the mended record is in billing, once.
func arrived(w *activitytest.World, c badRecord) {
	w.T.Helper()
	switch c.entity {
	case "customers":
		w.Customer(c.arrives)
	case "items":
		w.Item(c.arrives)
	default:
		activitytest.Only(w.T, w.Persons(w.Customer("Alpha Works")), "last_name", c.arrives)
	}
}

// exactly requires that billing holds many(n), nothing lost and nothing doubled.
func exactly(w *activitytest.World, run report.Run, n int) {
	w.T.Helper()
	require.Empty(w.T, run.Failures)
	require.Equal(w.T, []int{n, n, (n + 9) / 10}, added(run))
	counts, err := w.Box.Billing().Counts(w.T.Context())
	require.NoError(w.T, err)
	require.Equal(w.T, []int{n, n, (n + 9) / 10}, []int{counts.Customers, counts.ContactPersons, counts.Items})
}
