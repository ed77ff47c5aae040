package activities_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"strconv"
	"testing"

	"causeway/activities/activitytest"
	"causeway/internal/billing"
	"causeway/internal/crm"
	"causeway/internal/mapping"
	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/internal/sandbox/sample"

	"github.com/stretchr/testify/require"
)

// editors are people who edit records of both sides at random, through the sides' own APIs.
type editors struct {
	w      *activitytest.World
	rand   *rand.Rand
	serial int
}

func (e *editors) pick(list []activitytest.Object) activitytest.Object {
	if len(list) == 0 {
		return nil
	}
	return list[e.rand.IntN(len(list))]
}

func (e *editors) word() string {
	e.serial++
	return fmt.Sprintf("%c%d", 'A'+rune(e.rand.IntN(26)), e.serial)
}

func (e *editors) crmList(module, fields string) []activitytest.Object {
	var out []activitytest.Object
	rows, _ := e.w.CRM.Call(http.MethodGet, "/"+module+"?per_page=200&fields="+fields, nil)["data"].([]any)
	for _, r := range rows {
		out = append(out, r.(map[string]any))
	}
	return out
}

// edit makes one edit somewhere.
func (e *editors) edit() {
	switch e.rand.IntN(12) {
	case 0, 1:
		e.editCRM("Accounts", "Account_Name", []string{"Account_Name", "Phone", "Website", "Billing_City", "Billing_Street", "Description"})
	case 2:
		e.editCRM("Contacts", "Last_Name", []string{"First_Name", "Last_Name", "Phone", "Mobile"})
	case 3:
		e.editCRM("Products", "Product_Name", []string{"Product_Name", "Description", "Usage_Unit"})
	case 4, 5, 6:
		e.editBilling("/customers", "customers", "customer", []string{"display_name", "phone", "website", "notes", "billing_address"})
	case 7, 8:
		e.editBilling("/items", "items", "item", []string{"name", "description", "unit"})
	case 9:
		e.editPerson()
	case 10:
		e.w.CRM.Call(http.MethodPost, "/Accounts", activitytest.Object{"data": []any{activitytest.Object{"Account_Name": "CRM " + e.word(), "Phone": e.word()}}})
	case 11:
		e.w.Billing.Call(http.MethodPost, "/customers", activitytest.Object{"display_name": "Billing " + e.word(), "customer_sub_type": "business", "notes": e.word()})
	}
}

func (e *editors) editCRM(module, name string, fields []string) {
	rec := e.pick(e.crmList(module, name))
	if rec == nil {
		return
	}
	e.w.Change(module, rec.Text("id"), activitytest.Object{fields[e.rand.IntN(len(fields))]: e.word()})
}

func (e *editors) editBilling(path, key, one string, fields []string) {
	rec := e.pick(e.w.List(path, key))
	if rec == nil {
		return
	}
	field := fields[e.rand.IntN(len(fields))]
	values := activitytest.Object{field: e.word()}
	if field == "billing_address" {
		values[field] = activitytest.Object{"city": e.word(), "street": e.word()}
	}
	e.w.Billing.Call(http.MethodPut, path+"/"+rec.Text(one+"_id"), values)
}

func (e *editors) editPerson() {
	customer := e.pick(e.w.List("/customers", "customers"))
	if customer == nil {
		return
	}
	person := e.pick(e.w.Persons(customer))
	if person == nil {
		return
	}
	field := []string{"phone", "mobile", "first_name"}[e.rand.IntN(3)]
	e.w.Billing.Call(http.MethodPut, "/customers/"+customer.Text("customer_id")+"/contactpersons/"+person.Text("contactperson_id"), activitytest.Object{field: e.word()})
}

func number(name string, usual int) int {
	if n, err := strconv.Atoi(os.Getenv(name)); err == nil {
		return n
	}
	return usual
}

// TestAHundredRoundsOfTwoWaySyncComeToRestWithBothSidesEqual is the promise of two-way sync: whatever people
// edit on both sides, also while a sync runs, the sides end equal, and nothing more is written.
func TestAHundredRoundsOfTwoWaySyncComeToRestWithBothSidesEqual(t *testing.T) {
	if testing.Short() {
		t.Skip("a hundred syncs")
	}
	t.Parallel()
	seed := uint64(number("CAUSEWAY_FORCE_SEED", 1))
	t.Logf("seed %d (CAUSEWAY_FORCE_SEED)", seed)
	var rows []sample.Row
	for i := range int64(8) {
		rows = append(rows, activitytest.Account(1001+i, fmt.Sprintf("Account %d", i), "Phone", "1"), activitytest.Product(3001+i, fmt.Sprintf("Product %d", i), fmt.Sprintf("P-%d", i), "10.50"))
		rows = append(rows, activitytest.Contact(2001+i, "Given", fmt.Sprintf("Family %d", i), 1001+i, "Email", fmt.Sprintf("c%d@example.com", i)))
	}
	w := activitytest.TwoWay(t, activitytest.Options{}, rows...)
	e := &editors{w: w, rand: rand.New(rand.NewPCG(seed, 7))}
	w.Prefer(func(p *record.Preferences) { p.Conflicts = record.NewestWins })
	for range number("CAUSEWAY_FORCE_ROUNDS", 100) {
		for range e.rand.IntN(4) {
			e.edit()
		}
		w.OnActivity = func(string) {
			if e.rand.IntN(4) == 0 {
				e.edit()
			}
		}
		w.Sync()
	}
	w.OnActivity = nil
	for range 3 {
		w.Sync()
	}
	requireEqualSides(w)
	w.Verified()
	w.AtRest()
}

// requireEqualSides compares every linked pair as the live sides have it, by the fields that go both ways.
func requireEqualSides(w *activitytest.World) {
	w.T.Helper()
	ctx := w.T.Context()
	prefs, err := w.Store.Connections.Preferences(ctx, activitytest.Demo, 0)
	require.NoError(w.T, err)
	maps := mapping.Of(prefs)
	crmPort, err := w.Sides.CRM(ctx, activitytest.Demo)
	require.NoError(w.T, err)
	billingPort, err := w.Sides.Billing(ctx, activitytest.Demo)
	require.NoError(w.T, err)
	compared := 0
	for _, entity := range record.Entities() {
		links, err := w.Store.Links.Page(ctx, activitytest.Demo, entity, "", 10000)
		require.NoError(w.T, err)
		for _, l := range links {
			if l.Gone != "" {
				continue
			}
			left := maps.Map(entity, readOne(ctx, w.T, crmPort, prefs, l)).Values
			right := maps.Held(entity, l.CRMModule, readOther(ctx, w.T, billingPort, l))
			for unit, direction := range maps.Directions(entity, l.CRMModule) {
				if direction != record.BothWays {
					continue
				}
				diff := reconcile.Differences(entity, l.CRMID, record.Values{unit: right[unit]}, record.Values{unit: left[unit]})
				if len(diff) > 0 {
					tell(w, l)
				}
				require.Empty(w.T, diff, "%s %s and %s %s: %s is %v in the CRM and %v in billing", l.CRMModule, l.CRMID, l.BillingModule, l.BillingID, unit, left[unit], right[unit])
			}
			compared++
		}
	}
	require.Greater(w.T, compared, 20)
	w.T.Logf("%d pairs compared", compared)
}

func readOne(ctx context.Context, t testing.TB, port crm.Port, prefs record.Preferences, l record.Link) record.Record {
	fields := map[record.Module][]record.FieldMap{record.Accounts: prefs.Customers.AccountMap, record.Products: prefs.Items.Map,
		record.Contacts: append(prefs.Customers.ContactMap, prefs.Customers.PersonMap...)}
	page, err := port.Read(ctx, l.CRMModule, crm.ReadQuery{IDs: []string{l.CRMID}, Fields: mapping.Sources(fields[l.CRMModule])})
	require.NoError(t, err)
	require.Len(t, page.Records, 1, "%s %s", l.CRMModule, l.CRMID)
	return page.Records[0]
}

func readOther(ctx context.Context, t testing.TB, port billing.Port, l record.Link) record.Record {
	if l.BillingModule != record.ContactPersons {
		got, err := port.Get(ctx, l.BillingModule, l.BillingID)
		require.NoError(t, err)
		return got
	}
	persons, err := port.ContactPersons(ctx, l.BillingParentID)
	require.NoError(t, err)
	for _, p := range persons {
		if p.ID == l.BillingID {
			return p
		}
	}
	require.Fail(t, "no such person", l.BillingID)
	return record.Record{}
}

// tell logs all that ever happened to a pair.
func tell(w *activitytest.World, l record.Link) {
	x, err := w.Store.History.Explain(w.T.Context(), activitytest.Demo, record.Ref{Side: record.CRM, Module: l.CRMModule, ID: l.CRMID})
	require.NoError(w.T, err)
	w.T.Logf("link %+v", l)
	for _, e := range x.Operations {
		op := e.Operation
		w.T.Logf("run %d %s %s %s→%s %s %s before %v after %v base %v %s", e.Run.Number, op.PlannedAt.Format("15:04:05.000"), op.Action, op.SourceModule, op.TargetModule, op.Outcome,
			op.Rule, op.Before, op.After, op.Base, op.Reason)
	}
	w.T.Logf("mirror: CRM %+v\nbilling %+v", x.CRM, x.Billing)
}
