package activities_test

import (
	"net/http"
	"testing"

	"causeway/internal/record"

	"github.com/stretchr/testify/require"
)

func TestAPersonThatMovedIsNotTakenForOneThatTheCRMNeverHad(t *testing.T) {
	t.Parallel()
	w := twoWay(t, options{}, account(1001, "Acme"), account(1002, "Borg"))
	w.sync()
	acme := w.customer("Acme")
	w.billing.call(http.MethodPost, "/customers/"+acme.text("customer_id")+"/contactpersons",
		object{"first_name": "Ann", "last_name": "Lee", "email": "ann@example.com"})
	w.sync()
	born := w.crm.call(http.MethodGet, "/Contacts?fields=Last_Name", nil)["data"].([]any)[0].(map[string]any)["id"].(string)
	w.change("Contacts", born, object{"Account_Name": object{"id": "1002"}})
	w.sync()
	moved := w.persons(w.customer("Borg"))[0].text("contactperson_id")
	w.adoptFor(true, func(p *record.Preferences) { p.Conflicts = record.NewestWins })
	run := w.sync()
	require.Empty(t, run.Failures)
	require.Zero(t, run.Entities["contact_persons"].Added)
	require.Equal(t, moved, w.linkOf(record.EntityContactPersons, record.Contacts, born).BillingID)
	w.atRest()
	require.Empty(t, w.linkOf(record.EntityContactPersons, record.Contacts, born).Gone)
}
