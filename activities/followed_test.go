package activities_test

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"causeway/activities/activitytest"
	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/internal/sandbox/zohocrm"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

// remove deletes a CRM record, as a user would.
func remove(w *activitytest.World, module string, id int64) {
	w.T.Helper()
	w.CRM.Call(http.MethodDelete, "/"+module+"/"+strconv.FormatInt(id, 10), nil)
}

func TestARecordThatIsDeletedInTheCRMStaysInBilling(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.Account(1001, "Acme"), activitytest.Account(1002, "Borg"), activitytest.Product(3001, "Nut", "N-1", "1.00"))
	w.Sync()
	remove(w, "Accounts", 1001)
	remove(w, "Products", 3001)
	var run report.Run
	require.Zero(t, w.Writes(func() { run = w.Sync() }))
	require.Equal(t, 1, run.Entities["customers"].Deleted)
	require.Equal(t, 1, run.Entities["items"].Deleted)
	require.Len(t, w.Customers(), 2)
	require.Equal(t, record.CRM, w.LinkOf(record.EntityCustomers, record.Accounts, "1001").Gone)
	again := w.Sync()
	require.Zero(t, again.Entities["customers"].Deleted, "it is told once")
	w.AtRest()
}

func TestARecordThatIsBackIsFollowedAgain(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.Account(1001, "Acme", "Phone", "1"))
	w.Sync()
	remove(w, "Accounts", 1001)
	w.Sync()
	require.NoError(t, w.Box.CRM().Restore(t.Context(), "Accounts", 1001))
	w.Change("Accounts", "1001", activitytest.Object{"Phone": "2"})
	w.Sync()
	require.Equal(t, "2", w.Customer("Acme").Text("phone"))
	require.Empty(t, w.LinkOf(record.EntityCustomers, record.Accounts, "1001").Gone)
	require.Equal(t, record.CRM, w.LinkOf(record.EntityCustomers, record.Accounts, "1001").Born, "where it came from does not change")
	require.Len(t, w.Customers(), 1)
}

func TestARecordThatIsDeletedInBillingStaysInTheCRMAndIsNotMadeAgain(t *testing.T) {
	t.Parallel()
	for _, sorted := range []string{"on", "off"} {
		t.Run("sortByModified="+sorted, func(t *testing.T) {
			t.Parallel()
			w := activitytest.NewWorld(t, activitytest.Settings("sortByModified", sorted), activitytest.Account(1001, "Acme"), activitytest.Product(3001, "Nut", "N-1", "1.00"))
			w.Sync()
			w.Billing.Call(http.MethodDelete, "/items/"+w.Item("Nut").Text("item_id"), nil)
			w.Billing.Call(http.MethodDelete, "/customers/"+w.Customer("Acme").Text("customer_id"), nil)
			w.Change("Accounts", "1001", activitytest.Object{"Phone": "2"})
			w.Change("Products", "3001", activitytest.Object{"Description": "new"})
			run := w.Sync()
			require.Equal(t, 1, run.Entities["items"].Deleted)
			require.Empty(t, run.Failures)
			require.Equal(t, 1, run.Entities["customers"].Deleted)
			require.Empty(t, w.Customers())
			require.Equal(t, "2", w.Get("Accounts", "1001").Text("Phone"))
			require.Equal(t, record.Billing, w.LinkOf(record.EntityCustomers, record.Accounts, "1001").Gone)
			w.AtRest()
		})
	}
}

func TestAMergedRecordsLinkMovesToTheSurvivor(t *testing.T) {
	t.Parallel()
	for trace, deleted := range map[string]int{"on": 0, "off": 1} {
		t.Run("mergeTrace="+trace, func(t *testing.T) {
			t.Parallel()
			w := activitytest.NewWorld(t, activitytest.Settings("mergeTrace", trace), activitytest.Account(1001, "Acme"))
			w.Sync()
			id := w.LinkOf(record.EntityCustomers, record.Accounts, "1001").BillingID
			w.Load(activitytest.Account(1002, "Acme Corporation"))
			require.NoError(t, w.Box.CRM().Merge(t.Context(), "Accounts", 1001, 1002))
			run := w.Sync()
			require.Equal(t, deleted, run.Entities["customers"].Deleted)
			link := w.LinkOf(record.EntityCustomers, record.Accounts, "1002")
			if trace == "on" {
				require.Equal(t, id, link.BillingID)
				require.Len(t, w.Customers(), 1)
				require.Equal(t, "Acme Corporation", w.Customers()[0].Text("display_name"))
			} else {
				require.NotEqual(t, id, link.BillingID, "the CRM does not tell: it is a deletion, and a new record")
			}
			w.AtRest()
		})
	}
}

func TestTheDeletionsOfALongSleepAreFoundByComparingIDs(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.Account(1001, "Acme"), activitytest.Account(1002, "Borg"))
	w.Sync()
	remove(w, "Accounts", 1001)
	require.NoError(t, w.Box.CRM().Purge(t.Context()))
	w.Now = func() time.Time { return time.Now().Add(100 * 24 * time.Hour) } // or a clock that is off by so much
	run := w.Sync()
	require.Equal(t, 1, run.Entities["customers"].Deleted)
	require.Len(t, w.Customers(), 2)
	w.AtRest()
}

func TestAContactThatMovesIsFollowed(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.Account(1001, "Acme"), activitytest.Account(1002, "Borg"),
		activitytest.Contact(2001, "Ann", "Lee", 1001, "Email", "ann@example.com"), activitytest.Contact(2002, "Bob", "Ray", 1001, "Email", "bob@example.com"),
		activitytest.Contact(2003, "Cy", "Free", 0, "Email", "cy@example.com"))
	w.Sync()
	w.Change("Contacts", "2001", activitytest.Object{"Account_Name": activitytest.Object{"id": "1002"}})
	w.Change("Contacts", "2002", activitytest.Object{"Account_Name": nil})
	w.Change("Contacts", "2003", activitytest.Object{"Account_Name": activitytest.Object{"id": "1001"}})
	run := w.Sync()
	require.Empty(t, run.Failures)
	require.Equal(t, []string{"Ann"}, activitytest.Texts(w.Persons(w.Customer("Borg")), "first_name"))
	require.ElementsMatch(t, []string{"Bob", "Cy"}, activitytest.Texts(w.Persons(w.Customer("Acme")), "first_name"), "nothing is deleted that somebody may need: Bob's person stays")
	require.Equal(t, "individual", w.Customer("Bob Ray").Text("customer_sub_type"))
	w.Customer("Cy Free") // stays, too
	w.AtRest()
	w.Change("Contacts", "2001", activitytest.Object{"Phone": "5"})
	w.Sync()
	require.Equal(t, "5", w.Persons(w.Customer("Borg"))[0].Text("phone"))
}

func TestAViewBoundsWhatIsFetched(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.Account(1001, "Acme", "Phone", "1"), activitytest.Account(1002, "Borg", "Phone", "1"), activitytest.Account(1003, "Core", "Phone", "2"))
	view, err := w.Box.CRM().AddView(t.Context(), "Accounts", phoneView("1"))
	require.NoError(t, err)
	w.Prefer(func(p *record.Preferences) { p.Customers.AccountView = &record.View{ID: view, Name: "Phone 1"} })
	w.Sync()
	require.ElementsMatch(t, []string{"Acme", "Borg"}, activitytest.Texts(w.Customers(), "display_name"))
	w.Change("Accounts", "1002", activitytest.Object{"Phone": "2", "Website": "left.example"})
	run := w.Sync()
	require.Equal(t, 1, run.Entities["customers"].Skipped, "it left the view, and the history says so")
	require.Empty(t, w.Customer("Borg").Text("website"), "it is no longer fetched")
	require.Zero(t, w.Sync().Entities["customers"].Skipped, "once")
	w.Change("Accounts", "1003", activitytest.Object{"Phone": "1"})
	w.Sync()
	w.Customer("Core")
	w.Prefer(func(p *record.Preferences) { p.Customers.AccountView = nil })
	w.Sync()
	require.Equal(t, "left.example", w.Customer("Borg").Text("website"))
	w.AtRest()
}

func TestAViewThatWasDeletedEndsTheRunWithTheRemedy(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.Account(1001, "Acme", "Phone", "1"))
	view, err := w.Box.CRM().AddView(t.Context(), "Accounts", phoneView("1"))
	require.NoError(t, err)
	w.Prefer(func(p *record.Preferences) { p.Customers.AccountView = &record.View{ID: view, Name: "Phone 1"} })
	w.Sync()
	require.NoError(t, w.Box.CRM().DropView(t.Context(), view))
	run, err := w.Run(contract.TriggerManual, "")
	require.Error(t, err)
	require.Equal(t, "VIEW_DELETED", run.Failure.Code)
	require.Contains(t, run.Failure.Reason, "choose another view")
	require.Len(t, w.Customers(), 1)
}

func phoneView(phone string) zohocrm.View {
	return zohocrm.View{Name: "Phone " + phone, Criteria: &zohocrm.Criteria{Field: "Phone", Comparator: "equal", Value: phone}}
}

func TestAScopedRunReadsItsRecordAfreshAndLeavesTheOthers(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.Account(1001, "Acme"), activitytest.Account(1002, "Borg"), activitytest.Contact(2001, "Ann", "Lee", 1001, "Email", "ann@example.com"))
	w.Sync()
	w.Change("Accounts", "1001", activitytest.Object{"Phone": "1"})
	w.Change("Accounts", "1002", activitytest.Object{"Phone": "1"})
	w.Change("Contacts", "2001", activitytest.Object{"Phone": "9"})
	run := w.Scoped(record.Ref{Side: record.CRM, Module: record.Accounts, ID: "1001"})
	require.Equal(t, 1, run.Entities["customers"].Updated)
	require.Equal(t, "1", w.Customer("Acme").Text("phone"))
	require.Equal(t, "9", w.Persons(w.Customer("Acme"))[0].Text("phone"), "with its contacts")
	require.Empty(t, w.Customer("Borg").Text("phone"))
	require.Less(t, run.APICalls["crm"].Read, 5)
	w.Sync()
	require.Equal(t, "1", w.Customer("Borg").Text("phone"))
	w.AtRest()
}

func TestARecordOutsideTheViewIsImportedByItself(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.Account(1001, "Acme", "Phone", "1"), activitytest.Account(1002, "Borg", "Phone", "2"), activitytest.Contact(2001, "Ann", "Lee", 1002, "Email", "ann@example.com"))
	view, err := w.Box.CRM().AddView(t.Context(), "Accounts", phoneView("1"))
	require.NoError(t, err)
	w.Prefer(func(p *record.Preferences) { p.Customers.AccountView = &record.View{ID: view, Name: "Phone 1"} })
	w.Sync()
	require.Equal(t, []string{"Acme"}, activitytest.Texts(w.Customers(), "display_name"))
	run := w.Scoped(record.Ref{Side: record.CRM, Module: record.Contacts, ID: "2001"})
	require.Equal(t, 1, run.Entities["customers"].Added, "a contact needs its account's customer")
	require.Equal(t, []string{"Ann"}, activitytest.Texts(w.Persons(w.Customer("Borg")), "first_name"))
}

func TestWhatAWriteDidNotFindIsNotTakenForBack(t *testing.T) {
	t.Parallel()
	w := activitytest.TwoWay(t, activitytest.Settings("sortByModified", "on"), activitytest.Account(1001, "Acme"), activitytest.Account(1002, "Borg"), activitytest.Contact(2001, "Ann", "Lee", 1001, "Email", "ann@example.com"))
	w.Sync()
	w.Billing.Call(http.MethodDelete, "/customers/"+w.Customer("Acme").Text("customer_id"), nil)
	w.Change("Accounts", "1001", activitytest.Object{"Phone": "2"})
	run := w.Sync()
	require.Equal(t, 1, run.Entities["customers"].Deleted)
	require.Equal(t, 1, run.Entities["contact_persons"].Deleted, "it took its contact person along")
	for _, side := range []record.Side{record.CRM, record.Billing} {
		for _, m := range []record.Module{record.Accounts, record.Contacts, record.Customers, record.ContactPersons} {
			_, err := w.Store.Mirror.MarkDue(t.Context(), activitytest.Demo, side, m, nil)
			require.NoError(t, err)
		}
	}
	again := w.Sync()
	require.Empty(t, again.Failures)
	require.Zero(t, again.Entities["customers"].Linked, "nothing is restored")
	require.Len(t, w.Customers(), 1)
	require.Equal(t, record.Billing, w.LinkOf(record.EntityCustomers, record.Accounts, "1001").Gone)
	w.Verified()
	w.AtRest()
}
