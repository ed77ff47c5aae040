package apply_test

import (
	"net/http"
	"testing"

	"causeway/activities/activitytest"
	"causeway/internal/record"

	"github.com/stretchr/testify/require"
)

func TestAPersonThatMovedIsNotTakenForOneThatTheCRMNeverHad(t *testing.T) {
	t.Parallel()
	w := activitytest.TwoWay(t, activitytest.Options{}, activitytest.Account(1001, "Acme"), activitytest.Account(1002, "Borg"))
	w.Sync()
	acme := w.Customer("Acme")
	w.Billing.Call(http.MethodPost, "/customers/"+acme.Text("customer_id")+"/contactpersons",
		activitytest.Object{"first_name": "Ann", "last_name": "Lee", "email": "ann@example.com"})
	w.Sync()
	born := w.CRM.Call(http.MethodGet, "/Contacts?fields=Last_Name", nil)["data"].([]any)[0].(map[string]any)["id"].(string)
	w.Change("Contacts", born, activitytest.Object{"Account_Name": activitytest.Object{"id": "1002"}})
	w.Sync()
	moved := w.Persons(w.Customer("Borg"))[0].Text("contactperson_id")
	activitytest.AdoptFor(w, true, func(p *record.Preferences) { p.Conflicts = record.NewestWins })
	run := w.Sync()
	require.Empty(t, run.Failures)
	require.Zero(t, run.Entities["contact_persons"].Added)
	require.Equal(t, moved, w.LinkOf(record.EntityContactPersons, record.Contacts, born).BillingID)
	w.AtRest()
	require.Empty(t, w.LinkOf(record.EntityContactPersons, record.Contacts, born).Gone)
}
