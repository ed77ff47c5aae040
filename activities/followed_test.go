package activities_test

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/internal/sandbox/zohocrm"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

// remove deletes a CRM record, as a user would.
func (w *world) remove(module string, id int64) {
	w.t.Helper()
	w.crm.call(http.MethodDelete, "/"+module+"/"+strconv.FormatInt(id, 10), nil)
}

func TestARecordThatIsDeletedInTheCRMStaysInBilling(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, account(1001, "Acme"), account(1002, "Borg"), product(3001, "Nut", "N-1", "1.00"))
	w.sync()
	w.remove("Accounts", 1001)
	w.remove("Products", 3001)
	var run report.Run
	require.Zero(t, w.writes(func() { run = w.sync() }))
	require.Equal(t, 1, run.Entities["customers"].Deleted)
	require.Equal(t, 1, run.Entities["items"].Deleted)
	require.Len(t, w.customers(), 2)
	require.Equal(t, record.CRM, w.linkOf(record.EntityCustomers, record.Accounts, "1001").Gone)
	again := w.sync()
	require.Zero(t, again.Entities["customers"].Deleted, "it is told once")
	w.atRest()
}

func TestARecordThatIsBackIsFollowedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, account(1001, "Acme", "Phone", "1"))
	w.sync()
	w.remove("Accounts", 1001)
	w.sync()
	require.NoError(t, w.box.CRM().Restore(t.Context(), "Accounts", 1001))
	w.change("Accounts", "1001", object{"Phone": "2"})
	w.sync()
	require.Equal(t, "2", w.customer("Acme").text("phone"))
	require.Empty(t, w.linkOf(record.EntityCustomers, record.Accounts, "1001").Gone)
	require.Equal(t, record.CRM, w.linkOf(record.EntityCustomers, record.Accounts, "1001").Born, "where it came from does not change")
	require.Len(t, w.customers(), 1)
}

func TestARecordThatIsDeletedInBillingStaysInTheCRMAndIsNotMadeAgain(t *testing.T) {
	t.Parallel()
	for _, sorted := range []string{"on", "off"} {
		t.Run("sortByModified="+sorted, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, settings("sortByModified", sorted), account(1001, "Acme"), product(3001, "Nut", "N-1", "1.00"))
			w.sync()
			w.billing.call(http.MethodDelete, "/items/"+w.item("Nut").text("item_id"), nil)
			w.billing.call(http.MethodDelete, "/customers/"+w.customer("Acme").text("customer_id"), nil)
			w.change("Accounts", "1001", object{"Phone": "2"})
			w.change("Products", "3001", object{"Description": "new"})
			run := w.sync()
			require.Equal(t, 1, run.Entities["items"].Deleted)
			require.Empty(t, run.Failures)
			require.Equal(t, 1, run.Entities["customers"].Deleted)
			require.Empty(t, w.customers())
			require.Equal(t, "2", w.get("Accounts", "1001").text("Phone"))
			require.Equal(t, record.Billing, w.linkOf(record.EntityCustomers, record.Accounts, "1001").Gone)
			w.atRest()
		})
	}
}

func TestAMergedRecordsLinkMovesToTheSurvivor(t *testing.T) {
	t.Parallel()
	for trace, deleted := range map[string]int{"on": 0, "off": 1} {
		t.Run("mergeTrace="+trace, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, settings("mergeTrace", trace), account(1001, "Acme"))
			w.sync()
			id := w.linkOf(record.EntityCustomers, record.Accounts, "1001").BillingID
			w.load(account(1002, "Acme Corporation"))
			require.NoError(t, w.box.CRM().Merge(t.Context(), "Accounts", 1001, 1002))
			run := w.sync()
			require.Equal(t, deleted, run.Entities["customers"].Deleted)
			link := w.linkOf(record.EntityCustomers, record.Accounts, "1002")
			if trace == "on" {
				require.Equal(t, id, link.BillingID)
				require.Len(t, w.customers(), 1)
				require.Equal(t, "Acme Corporation", w.customers()[0].text("display_name"))
			} else {
				require.NotEqual(t, id, link.BillingID, "the CRM does not tell: it is a deletion, and a new record")
			}
			w.atRest()
		})
	}
}

func TestTheDeletionsOfALongSleepAreFoundByComparingIDs(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, account(1001, "Acme"), account(1002, "Borg"))
	w.sync()
	w.remove("Accounts", 1001)
	require.NoError(t, w.box.CRM().Purge(t.Context()))
	w.now = func() time.Time { return time.Now().Add(100 * 24 * time.Hour) } // or a clock that is off by so much
	run := w.sync()
	require.Equal(t, 1, run.Entities["customers"].Deleted)
	require.Len(t, w.customers(), 2)
	w.atRest()
}

func TestAContactThatMovesIsFollowed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, account(1001, "Acme"), account(1002, "Borg"),
		contact(2001, "Ann", "Lee", 1001, "Email", "ann@example.com"), contact(2002, "Bob", "Ray", 1001, "Email", "bob@example.com"),
		contact(2003, "Cy", "Free", 0, "Email", "cy@example.com"))
	w.sync()
	w.change("Contacts", "2001", object{"Account_Name": object{"id": "1002"}})
	w.change("Contacts", "2002", object{"Account_Name": nil})
	w.change("Contacts", "2003", object{"Account_Name": object{"id": "1001"}})
	run := w.sync()
	require.Empty(t, run.Failures)
	require.Equal(t, []string{"Ann"}, texts(w.persons(w.customer("Borg")), "first_name"))
	require.ElementsMatch(t, []string{"Bob", "Cy"}, texts(w.persons(w.customer("Acme")), "first_name"), "nothing is deleted that somebody may need: Bob's person stays")
	require.Equal(t, "individual", w.customer("Bob Ray").text("customer_sub_type"))
	w.customer("Cy Free") // stays, too
	w.atRest()
	w.change("Contacts", "2001", object{"Phone": "5"})
	w.sync()
	require.Equal(t, "5", w.persons(w.customer("Borg"))[0].text("phone"))
}

func TestAViewBoundsWhatIsFetched(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, account(1001, "Acme", "Phone", "1"), account(1002, "Borg", "Phone", "1"), account(1003, "Core", "Phone", "2"))
	view, err := w.box.CRM().AddView(t.Context(), "Accounts", phoneView("1"))
	require.NoError(t, err)
	w.prefer(func(p *record.Preferences) { p.Customers.AccountView = &record.View{ID: view, Name: "Phone 1"} })
	w.sync()
	require.ElementsMatch(t, []string{"Acme", "Borg"}, texts(w.customers(), "display_name"))
	w.change("Accounts", "1002", object{"Phone": "2", "Website": "left.example"})
	run := w.sync()
	require.Equal(t, 1, run.Entities["customers"].Skipped, "it left the view, and the history says so")
	require.Empty(t, w.customer("Borg").text("website"), "it is no longer fetched")
	require.Zero(t, w.sync().Entities["customers"].Skipped, "once")
	w.change("Accounts", "1003", object{"Phone": "1"})
	w.sync()
	w.customer("Core")
	w.prefer(func(p *record.Preferences) { p.Customers.AccountView = nil })
	w.sync()
	require.Equal(t, "left.example", w.customer("Borg").text("website"))
	w.atRest()
}

func TestAViewThatWasDeletedEndsTheRunWithTheRemedy(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, account(1001, "Acme", "Phone", "1"))
	view, err := w.box.CRM().AddView(t.Context(), "Accounts", phoneView("1"))
	require.NoError(t, err)
	w.prefer(func(p *record.Preferences) { p.Customers.AccountView = &record.View{ID: view, Name: "Phone 1"} })
	w.sync()
	require.NoError(t, w.box.CRM().DropView(t.Context(), view))
	run, err := w.run(contract.TriggerManual, "")
	require.Error(t, err)
	require.Equal(t, "VIEW_DELETED", run.Failure.Code)
	require.Contains(t, run.Failure.Reason, "choose another view")
	require.Len(t, w.customers(), 1)
}

func phoneView(phone string) zohocrm.View {
	return zohocrm.View{Name: "Phone " + phone, Criteria: &zohocrm.Criteria{Field: "Phone", Comparator: "equal", Value: phone}}
}

func TestAScopedRunReadsItsRecordAfreshAndLeavesTheOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, account(1001, "Acme"), account(1002, "Borg"), contact(2001, "Ann", "Lee", 1001, "Email", "ann@example.com"))
	w.sync()
	w.change("Accounts", "1001", object{"Phone": "1"})
	w.change("Accounts", "1002", object{"Phone": "1"})
	w.change("Contacts", "2001", object{"Phone": "9"})
	run := w.scoped(record.Ref{Side: record.CRM, Module: record.Accounts, ID: "1001"})
	require.Equal(t, 1, run.Entities["customers"].Updated)
	require.Equal(t, "1", w.customer("Acme").text("phone"))
	require.Equal(t, "9", w.persons(w.customer("Acme"))[0].text("phone"), "with its contacts")
	require.Empty(t, w.customer("Borg").text("phone"))
	require.Less(t, run.APICalls["crm"].Read, 5)
	w.sync()
	require.Equal(t, "1", w.customer("Borg").text("phone"))
	w.atRest()
}

func TestARecordOutsideTheViewIsImportedByItself(t *testing.T) {
	t.Parallel()
	w := newWorld(t, options{}, account(1001, "Acme", "Phone", "1"), account(1002, "Borg", "Phone", "2"), contact(2001, "Ann", "Lee", 1002, "Email", "ann@example.com"))
	view, err := w.box.CRM().AddView(t.Context(), "Accounts", phoneView("1"))
	require.NoError(t, err)
	w.prefer(func(p *record.Preferences) { p.Customers.AccountView = &record.View{ID: view, Name: "Phone 1"} })
	w.sync()
	require.Equal(t, []string{"Acme"}, texts(w.customers(), "display_name"))
	run := w.scoped(record.Ref{Side: record.CRM, Module: record.Contacts, ID: "2001"})
	require.Equal(t, 1, run.Entities["customers"].Added, "a contact needs its account's customer")
	require.Equal(t, []string{"Ann"}, texts(w.persons(w.customer("Borg")), "first_name"))
}

// scoped carries out a run about some records alone.
func (w *world) scoped(refs ...record.Ref) report.Run {
	w.t.Helper()
	w.scope = refs
	defer func() { w.scope = nil }()
	run, err := w.run(string(record.TriggerResync), "")
	require.NoError(w.t, err)
	require.Equal(w.t, contract.RunCompleted, run.Status)
	got, err := report.ReadRun(w.t.Context(), w.store, run.RunID, time.Now())
	require.NoError(w.t, err)
	return got
}

func TestWhatAWriteDidNotFindIsNotTakenForBack(t *testing.T) {
	t.Parallel()
	w := twoWay(t, settings("sortByModified", "on"), account(1001, "Acme"), account(1002, "Borg"), contact(2001, "Ann", "Lee", 1001, "Email", "ann@example.com"))
	w.sync()
	w.billing.call(http.MethodDelete, "/customers/"+w.customer("Acme").text("customer_id"), nil)
	w.change("Accounts", "1001", object{"Phone": "2"})
	run := w.sync()
	require.Equal(t, 1, run.Entities["customers"].Deleted)
	require.Equal(t, 1, run.Entities["contact_persons"].Deleted, "it took its contact person along")
	for _, side := range []record.Side{record.CRM, record.Billing} {
		for _, m := range []record.Module{record.Accounts, record.Contacts, record.Customers, record.ContactPersons} {
			_, err := w.store.Mirror.MarkDue(t.Context(), demo, side, m, nil)
			require.NoError(t, err)
		}
	}
	again := w.sync()
	require.Empty(t, again.Failures)
	require.Zero(t, again.Entities["customers"].Linked, "nothing is restored")
	require.Len(t, w.customers(), 1)
	require.Equal(t, record.Billing, w.linkOf(record.EntityCustomers, record.Accounts, "1001").Gone)
	w.verified()
	w.atRest()
}
