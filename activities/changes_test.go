package activities_test

import (
	"net/http"
	"strings"
	"testing"

	"causeway/activities/activitytest"
	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

func TestASecondSyncOfNothingChangedMakesNoWrite(t *testing.T) {
	t.Parallel()
	for _, sorted := range []string{"on", "off"} {
		t.Run("sortByModified="+sorted, func(t *testing.T) {
			t.Parallel()
			w := activitytest.NewWorld(t, activitytest.Settings("sortByModified", sorted), activitytest.TwoCompanies()...)
			w.Sync()
			var run report.Run
			require.Zero(t, w.Writes(func() { run = w.Sync() }))
			require.Equal(t, map[string]report.Counts{
				"customers": {Unchanged: 3}, "contact_persons": {Unchanged: 2}, "items": {Unchanged: 2},
			}, run.Entities)
			require.Zero(t, run.APICalls["billing"].Write)
			require.Empty(t, w.Operations(run))
		})
	}
}

func TestAChangeInTheCRMIsOneWriteOfTheChangedFields(t *testing.T) {
	t.Parallel()
	for _, upsert := range []string{"on", "off"} {
		t.Run("uniqueUpsert="+upsert, func(t *testing.T) {
			t.Parallel()
			w := activitytest.NewWorld(t, activitytest.Settings("uniqueUpsert", upsert), activitytest.TwoCompanies()...)
			require.Empty(t, w.Sync().Failures)
			alpha := w.Customer("Alpha Works")
			// What somebody wrote in billing, into a field that is not mapped to what changes now.
			w.Billing.Call(http.MethodPut, "/customers/"+alpha.Text("customer_id"), activitytest.Object{"website": "https://by.hand.example"})
			w.Change("Accounts", "101", activitytest.Object{"Phone": "+1 555 0199"})
			w.Change("Contacts", "202", activitytest.Object{"Email": "bo@alpha.example"})
			var run report.Run
			require.Equal(t, 2, w.Writes(func() { run = w.Sync() }))
			require.Equal(t, map[string]report.Counts{
				"customers": {Updated: 1, Unchanged: 2}, "contact_persons": {Updated: 1, Unchanged: 1}, "items": {Unchanged: 2},
			}, run.Entities)
			require.Equal(t, record.Values{"phone": "+1 555 0199"}, w.Operations(run)["101"].After)
			require.Equal(t, "+1 555 0101", w.Operations(run)["101"].Before.Text("phone"))
			got := w.Customer("Alpha Works")
			require.Equal(t, "+1 555 0199 | https://by.hand.example", activitytest.Fields(got, "phone", "website"))
			require.Equal(t, "bo@alpha.example", activitytest.Only(t, w.Persons(got), "first_name", "Bo").Text("email"))
			require.Zero(t, w.Writes(func() { w.Sync() }), "our own write coming back is no change")
		})
	}
}

func TestAFieldThatIsClearedInTheCRMIsClearedInBilling(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.TwoCompanies()...)
	w.Sync()
	w.Change("Accounts", "101", activitytest.Object{"Phone": nil, "Billing_City": nil})
	w.Sync()
	got := w.Customer("Alpha Works")
	require.Empty(t, got.Text("phone"))
	require.Empty(t, got.Object("billing_address").Text("city"))
}

func TestARenamedRecordTakesASuffixWhereAnotherOfOursHasTheName(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.TwoCompanies()...)
	w.Sync()
	w.Change("Accounts", "102", activitytest.Object{"Account_Name": "Alpha Works"})
	run := w.Sync()
	require.Empty(t, run.Failures)
	require.Contains(t, activitytest.Texts(w.Customers(), "display_name"), "Alpha Works (102)")
	require.Zero(t, w.Writes(func() { w.Sync() }))
}

func TestRequiredEMailsFailTheRecordsWithoutOneAlone(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Settings("requireEmail", "on"), append(activitytest.TwoCompanies(), activitytest.Contact(204, "Di", "Post", 0))...)
	run := w.Sync()
	// Accounts have no e-mail, so they fail, and their contacts with them.
	require.Equal(t, report.Counts{Added: 1, Failed: 3}, run.Entities["customers"])
	require.Equal(t, report.Counts{Failed: 2}, run.Entities["contact_persons"])
	require.Equal(t, report.Counts{Added: 2}, run.Entities["items"])
	require.Equal(t, []string{"Cy Solo"}, activitytest.Texts(w.Customers(), "display_name"))
	for _, id := range []string{"101", "102", "204"} {
		require.Contains(t, activitytest.Failures(run)[id].Reason, "e-mail address is required")
	}
	w.Change("Contacts", "204", activitytest.Object{"Email": "di@post.example"})
	require.Equal(t, report.Counts{Added: 1, Unchanged: 1, Failed: 2}, w.Sync().Entities["customers"])
	w.Set("requireEmail", "off")
	run = w.Sync()
	require.Empty(t, run.Failures)
	require.Equal(t, report.Counts{Added: 2}, run.Entities["contact_persons"])
}

func TestAParentThatFailsParksItsContactsAndBothComeThroughAfterTheMend(t *testing.T) {
	t.Parallel()
	rows := append(activitytest.TwoCompanies(), activitytest.Account(103, strings.Repeat("L", 5000)), activitytest.Contact(205, "Eve", "Long", 103), activitytest.Contact(206, "Fay", "Long", 103))
	w := activitytest.NewWorld(t, activitytest.Options{}, rows...)
	run := w.Sync()
	require.Equal(t, report.Counts{Added: 3, Failed: 1}, run.Entities["customers"])
	require.Equal(t, report.Counts{Added: 2, Failed: 2}, run.Entities["contact_persons"])
	for _, id := range []string{"205", "206"} {
		f := activitytest.Failures(run)[id]
		require.Equal(t, "PARENT_FAILED", f.Code)
		require.Contains(t, f.Reason, "103")
		require.Contains(t, f.Reason, "5000 characters")
	}
	w.Change("Accounts", "103", activitytest.Object{"Account_Name": "Long & Long"})
	run = w.Sync()
	require.Empty(t, run.Failures)
	require.Equal(t, report.Counts{Added: 2, Unchanged: 2}, run.Entities["contact_persons"])
	require.Len(t, w.Persons(w.Customer("Long & Long")), 2)
}

func TestARetryTriesTheFailedRecordsOfThatRunAlone(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, append(activitytest.TwoCompanies(), activitytest.Account(103, strings.Repeat("L", 5000)), activitytest.Contact(205, "Eve", "Long", 103))...)
	first := w.Sync()
	require.Len(t, first.Failures, 2)

	w.Load(activitytest.Account(104, "Newcomer"))
	w.Change("Accounts", "101", activitytest.Object{"Phone": "+1 555 0199"})
	run := w.Retry(first)
	require.Equal(t, contract.RunCompleted, run.Status)
	require.Equal(t, contract.TriggerRetry, run.Trigger)
	require.Len(t, w.Operations(run), 2)
	require.Len(t, activitytest.Failures(run), 2, "nothing was mended, so they fail again")

	w.Change("Accounts", "103", activitytest.Object{"Account_Name": "Long & Long"})
	run = w.Retry(first)
	require.Empty(t, run.Failures)
	require.Equal(t, 1, run.Entities["customers"].Added)
	require.Equal(t, 1, run.Entities["contact_persons"].Added)
	require.Equal(t, "+1 555 0101", w.Customer("Alpha Works").Text("phone"), "it waits for the next sync")
	require.NotContains(t, activitytest.Texts(w.Customers(), "display_name"), "Newcomer")

	run = w.Sync()
	require.Equal(t, report.Counts{Added: 1, Updated: 1, Unchanged: 3}, run.Entities["customers"])
}
