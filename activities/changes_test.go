package activities_test

import (
	"net/http"
	"strings"
	"testing"

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
			w := newWorld(t, settings("sortByModified", sorted), twoCompanies()...)
			w.sync()
			var run report.Run
			require.Zero(t, w.writes(func() { run = w.sync() }))
			require.Equal(t, map[string]report.Counts{
				"customers": {Unchanged: 3}, "contact_persons": {Unchanged: 2}, "items": {Unchanged: 2},
			}, run.Entities)
			require.Zero(t, run.APICalls["billing"].Write)
			require.Empty(t, w.operations(run))
		})
	}
}

func TestAChangeInTheCRMIsOneWriteOfTheChangedFields(t *testing.T) {
	t.Parallel()
	for _, upsert := range []string{"on", "off"} {
		t.Run("uniqueUpsert="+upsert, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, settings("uniqueUpsert", upsert), twoCompanies()...)
			require.Empty(t, w.sync().Failures)
			alpha := w.customer("Alpha Works")
			// What somebody wrote in billing, into a field that is not mapped to what changes now.
			w.billing.call(http.MethodPut, "/customers/"+alpha.text("customer_id"), object{"website": "https://by.hand.example"})
			w.change("Accounts", "101", object{"Phone": "+1 555 0199"})
			w.change("Contacts", "202", object{"Email": "bo@alpha.example"})
			var run report.Run
			require.Equal(t, 2, w.writes(func() { run = w.sync() }))
			require.Equal(t, map[string]report.Counts{
				"customers": {Updated: 1, Unchanged: 2}, "contact_persons": {Updated: 1, Unchanged: 1}, "items": {Unchanged: 2},
			}, run.Entities)
			require.Equal(t, record.Values{"phone": "+1 555 0199"}, w.operations(run)["101"].After)
			require.Equal(t, "+1 555 0101", w.operations(run)["101"].Before.Text("phone"))
			got := w.customer("Alpha Works")
			require.Equal(t, "+1 555 0199 | https://by.hand.example", fields(got, "phone", "website"))
			require.Equal(t, "bo@alpha.example", only(t, w.persons(got), "first_name", "Bo").text("email"))
			require.Zero(t, w.writes(func() { w.sync() }), "our own write coming back is no change")
		})
	}
}

func TestAFieldThatIsClearedInTheCRMIsClearedInBilling(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, twoCompanies()...)
	w.sync()
	w.change("Accounts", "101", object{"Phone": nil, "Billing_City": nil})
	w.sync()
	got := w.customer("Alpha Works")
	require.Empty(t, got.text("phone"))
	require.Empty(t, got.object("billing_address").text("city"))
}

func TestARenamedRecordTakesASuffixWhereAnotherOfOursHasTheName(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, twoCompanies()...)
	w.sync()
	w.change("Accounts", "102", object{"Account_Name": "Alpha Works"})
	run := w.sync()
	require.Empty(t, run.Failures)
	require.Contains(t, texts(w.customers(), "display_name"), "Alpha Works (102)")
	require.Zero(t, w.writes(func() { w.sync() }))
}

func TestRequiredEMailsFailTheRecordsWithoutOneAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, settings("requireEmail", "on"), append(twoCompanies(), contact(204, "Di", "Post", 0))...)
	run := w.sync()
	// Accounts have no e-mail, so they fail, and their contacts with them.
	require.Equal(t, report.Counts{Added: 1, Failed: 3}, run.Entities["customers"])
	require.Equal(t, report.Counts{Failed: 2}, run.Entities["contact_persons"])
	require.Equal(t, report.Counts{Added: 2}, run.Entities["items"])
	require.Equal(t, []string{"Cy Solo"}, texts(w.customers(), "display_name"))
	for _, id := range []string{"101", "102", "204"} {
		require.Contains(t, failures(run)[id].Reason, "e-mail address is required")
	}
	w.change("Contacts", "204", object{"Email": "di@post.example"})
	require.Equal(t, report.Counts{Added: 1, Unchanged: 1, Failed: 2}, w.sync().Entities["customers"])
	w.set("requireEmail", "off")
	run = w.sync()
	require.Empty(t, run.Failures)
	require.Equal(t, report.Counts{Added: 2}, run.Entities["contact_persons"])
}

func TestAParentThatFailsParksItsContactsAndBothComeThroughAfterTheMend(t *testing.T) {
	t.Parallel()
	rows := append(twoCompanies(), account(103, strings.Repeat("L", 5000)), contact(205, "Eve", "Long", 103), contact(206, "Fay", "Long", 103))
	w := newWorld(t, options{}, rows...)
	run := w.sync()
	require.Equal(t, report.Counts{Added: 3, Failed: 1}, run.Entities["customers"])
	require.Equal(t, report.Counts{Added: 2, Failed: 2}, run.Entities["contact_persons"])
	for _, id := range []string{"205", "206"} {
		f := failures(run)[id]
		require.Equal(t, "PARENT_FAILED", f.Code)
		require.Contains(t, f.Reason, "103")
		require.Contains(t, f.Reason, "5000 characters")
	}
	w.change("Accounts", "103", object{"Account_Name": "Long & Long"})
	run = w.sync()
	require.Empty(t, run.Failures)
	require.Equal(t, report.Counts{Added: 2, Unchanged: 2}, run.Entities["contact_persons"])
	require.Len(t, w.persons(w.customer("Long & Long")), 2)
}

func TestARetryTriesTheFailedRecordsOfThatRunAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, append(twoCompanies(), account(103, strings.Repeat("L", 5000)), contact(205, "Eve", "Long", 103))...)
	first := w.sync()
	require.Len(t, first.Failures, 2)

	w.load(account(104, "Newcomer"))
	w.change("Accounts", "101", object{"Phone": "+1 555 0199"})
	run := w.retry(first)
	require.Equal(t, contract.RunCompleted, run.Status)
	require.Equal(t, contract.TriggerRetry, run.Trigger)
	require.Len(t, w.operations(run), 2)
	require.Len(t, failures(run), 2, "nothing was mended, so they fail again")

	w.change("Accounts", "103", object{"Account_Name": "Long & Long"})
	run = w.retry(first)
	require.Empty(t, run.Failures)
	require.Equal(t, 1, run.Entities["customers"].Added)
	require.Equal(t, 1, run.Entities["contact_persons"].Added)
	require.Equal(t, "+1 555 0101", w.customer("Alpha Works").text("phone"), "it waits for the next sync")
	require.NotContains(t, texts(w.customers(), "display_name"), "Newcomer")

	run = w.sync()
	require.Equal(t, report.Counts{Added: 1, Updated: 1, Unchanged: 3}, run.Entities["customers"])
}
