package zoho

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"causeway/internal/billing"
	"causeway/internal/record"
	"causeway/internal/sandbox/platform"
	"causeway/internal/zohoapi/contracttest"
)

func golden(t *testing.T, file string) *Client {
	t.Helper()
	return New(Config{Connection: "golden", Credential: record.Credential{AccountsURL: contracttest.Serve(t, file), Organization: "600000001"}})
}

// By the documentation, customers name a custom field by its label, and items by its id.
func TestACustomFieldIsNamedInAWriteAsRecordsNameIt(t *testing.T) {
	t.Parallel()
	c := golden(t, "custom_by_label.json")
	changed, err := c.Update(t.Context(), record.Customers, "46001", billing.Write{
		Values: record.Values{"phone": "5", "cf_größe_m": json.Number("13.75"), "cf_unseen": "a", "cf_causeway_id": "no value"}})
	require.NoError(t, err)
	require.Equal(t, json.Number("13.75"), changed.Values["cf_größe_m"])
	_, err = c.Update(t.Context(), record.Customers, "46001", billing.Write{Marker: "cw-x-accounts-9", Values: record.Values{"cf_größe_m": nil}})
	require.NoError(t, err)

	c = golden(t, "custom_by_id.json")
	_, err = c.Update(t.Context(), record.Items, "46002", billing.Write{
		Values: record.Values{"cf_46000000012102": "Coffee", "cf_colour": []any{"Red"}}})
	require.NoError(t, err)
}

func TestKeysOfCustomFields(t *testing.T) {
	t.Parallel()
	for want, shown := range map[string]map[string]any{
		"cf_region":        {"api_name": "cf_region", "label": "Something else"},
		"cf_other":         {"api_name": "other"},
		"cf_key_account_2": {"label": "  Key-Account (2)! "},
		"cf_größe_株式":      {"label": "Größe 株式"},
		"cf_77":            {"label": "!!", "customfield_id": json.Number("77")},
		"":                 {"label": "", "customfield_id": "no number"},
	} {
		require.Equal(t, want, customKey(shown))
	}
	values := record.Values{"custom_fields": []any{map[string]any{"label": "A b", "value": "1"}, map[string]any{"label": "A-B", "value": "2"}, "odd",
		map[string]any{"value": "3"}, map[string]any{"label": "causeway id", "value": "m"}}}
	newFieldBook().unfold(record.Customers, values)
	require.Equal(t, record.Values{"cf_a_b": "1"}, values)
}

func TestSearchLooksAgainAtWhatAFilterGives(t *testing.T) {
	t.Parallel()
	c := golden(t, "persons_search.json")
	require.NoError(t, c.DeletePerson(t.Context(), "46001", "46003"))
	found, err := c.Search(t.Context(), record.Customers, billing.SearchQuery{Name: " alf ", Email: "@x"})
	require.NoError(t, err)
	require.Len(t, found, 2)
	require.Equal(t, "1", found[0].ID)
	require.Equal(t, "3", found[1].ID)
	found, err = c.Search(t.Context(), record.Items, billing.SearchQuery{Name: "chai", Limit: 2})
	require.NoError(t, err)
	require.Len(t, found, 2, "and no page is read beyond the limit")
}

// The sandbox's clock advances, so that a contact person changes long after its customer was made.
func TestRecordsShowWhetherPersonsTouchTheirCustomer(t *testing.T) {
	t.Parallel()
	for setting, want := range map[string]bool{"on": true, "off": false} {
		t.Run(setting, func(t *testing.T) {
			t.Parallel()
			s := startSandbox(t, map[string]string{"personTouchesCustomer": setting, "billingClockAhead": "-3h"})
			c := newClient(t, credential(s))
			probe := func() bool {
				before := s.Gate().Calls.Snapshot()[platform.Billing].Write
				caps, err := c.Probe(t.Context(), []record.Module{record.ContactPersons})
				require.NoError(t, err)
				require.Equal(t, before, s.Gate().Calls.Snapshot()[platform.Billing].Write, "it writes nothing")
				return caps.PersonsTouchCustomer
			}
			person := func(customer, name string) record.Record {
				p, err := c.Create(t.Context(), record.ContactPersons, billing.Write{ParentID: customer, Values: record.Values{"first_name": name, "email": "p@example.com"}}, false)
				require.NoError(t, err)
				return p
			}
			customers := make([]string, 30)
			for i := range customers {
				w := billing.Write{Values: record.Values{"display_name": fmt.Sprint("C", i), "first_name": "Primary", "last_name": fmt.Sprint(i)}}
				made, err := c.Create(t.Context(), record.Customers, w, false)
				require.NoError(t, err)
				customers[i] = made.ID
			}
			first := person(customers[0], "At once")
			require.False(t, probe(), "made together they tell nothing")

			require.NoError(t, s.Gate().Settings.Set("billingClockAhead", "-2h"))
			_, err := c.Update(t.Context(), record.Customers, customers[1], billing.Write{Values: record.Values{"first_name": "Leader"}})
			require.NoError(t, err)
			require.False(t, probe(), "a customer's own names are its primary contact person's")

			require.NoError(t, s.Gate().Settings.Set("billingClockAhead", "-1h"))
			_, err = c.Update(t.Context(), record.ContactPersons, first.ID, billing.Write{ParentID: customers[0], Values: record.Values{"phone": "5"}})
			require.NoError(t, err)
			require.Equal(t, want, probe())

			// One person that is newer than its customer decides, however many are not.
			require.NoError(t, s.Gate().Settings.Set("personTouchesCustomer", "off"))
			require.NoError(t, s.Gate().Settings.Set("billingClockAhead", "0s"))
			person(customers[0], "Later")
			require.False(t, probe())
		})
	}
}

func TestAContactPersonIsDeletedOnceUnderEachFault(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"serverError", "reset", "resetAfterWrite", "timeoutAfterWrite", "lateWrite", "truncate", "notJSON"} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			s := startSandbox(t, map[string]string{"lateWriteDelay": "10ms"})
			c := newClient(t, credential(s))
			customer, err := c.Create(t.Context(), record.Customers, billing.Write{Values: record.Values{"display_name": "A"}}, false)
			require.NoError(t, err)
			p, err := c.Create(t.Context(), record.ContactPersons, billing.Write{ParentID: customer.ID, Values: record.Values{"first_name": "P", "email": "p@example.com"}}, false)
			require.NoError(t, err)
			before := s.Gate().Calls.Snapshot()[platform.Billing].Write
			require.NoError(t, s.Gate().Faults.Set("billing."+fault, "1"))
			ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
			defer cancel()
			err = c.DeletePerson(ctx, customer.ID, p.ID)
			require.True(t, record.IsAmbiguous(err), "%v", err)
			require.Equal(t, before+1, s.Gate().Calls.Snapshot()[platform.Billing].Write)

			require.NoError(t, s.Gate().Faults.Set("billing."+fault, "0"))
			require.Eventually(t, func() bool {
				err := c.DeletePerson(t.Context(), customer.ID, p.ID)
				return err == nil || record.IsKind(err, record.NotFound)
			}, 5*time.Second, 10*time.Millisecond)
			left, err := c.ContactPersons(t.Context(), customer.ID)
			require.NoError(t, err)
			require.Empty(t, left)
		})
	}
}

func TestLearningCustomFieldsCostsFewReadsAndOnlyOnce(t *testing.T) {
	t.Parallel()
	s := startSandbox(t, nil)
	c := newClient(t, credential(s))
	for i := range 30 {
		w := billing.Write{Marker: fmt.Sprint("m", i), Values: record.Values{"display_name": fmt.Sprint("C", i), "cf_region": "EU"}}
		_, err := c.Create(t.Context(), record.Customers, w, true)
		require.NoError(t, err)
	}
	reads := func() int { return s.Gate().Calls.Snapshot()[platform.Billing].Read }
	require.LessOrEqual(t, reads(), 1, "the first write looks at an organisation that has no records; the replies tell the rest")

	c = newClient(t, credential(s)) // knows nothing yet
	before := reads()
	list, err := c.Fields(t.Context(), record.Customers)
	require.NoError(t, err)
	require.Equal(t, before+1+sampleSize, reads())
	require.Equal(t, record.Field{Name: "cf_region", Label: "Region", Type: "text", Custom: true}, list[len(list)-1])

	c, before = newClient(t, credential(s)), reads()
	for i := range 5 {
		_, err := c.Create(t.Context(), record.Customers, billing.Write{Values: record.Values{"display_name": fmt.Sprint("D", i), "cf_tier": "Gold"}}, false)
		require.NoError(t, err)
	}
	require.Equal(t, before+2, reads(), "one list and one record that shows API names")
}

func TestADroppedCustomFieldIsNamedAndANewOneIsLearnt(t *testing.T) {
	t.Parallel()
	s := startSandbox(t, nil)
	c := newClient(t, credential(s))
	made, err := c.Create(t.Context(), record.Customers, billing.Write{Marker: "m", Values: record.Values{"display_name": "A", "cf_region": "EU"}}, true)
	require.NoError(t, err)
	require.NoError(t, s.Billing().DropField(t.Context(), "customers", "cf_region"))
	_, err = c.Update(t.Context(), record.Customers, made.ID, billing.Write{Values: record.Values{"cf_region": "US"}})
	require.True(t, record.IsKind(err, record.Invalid), "%v", err)
	require.ErrorContains(t, err, "cf_region")
	require.ErrorContains(t, err, "remove the ones that do not from the field map")
	list, err := c.Fields(t.Context(), record.Customers)
	require.NoError(t, err)
	for _, f := range list {
		require.NotEqual(t, "cf_region", f.Name)
	}
}

func TestAFieldThatIsSetOnOneRecordIsSeen(t *testing.T) {
	t.Parallel()
	s := startSandbox(t, nil)
	c := newClient(t, credential(s))
	var first string
	var last time.Time
	for i := range 40 {
		w := billing.Write{Marker: fmt.Sprint("m", i), Values: record.Values{"display_name": fmt.Sprint("C", i)}}
		made, err := c.Create(t.Context(), record.Customers, w, true)
		require.NoError(t, err)
		last = made.Modified
		if i == 6 {
			first = made.ID
		}
	}
	require.Eventually(t, func() bool { // times of change are whole seconds
		got, err := c.Update(t.Context(), record.Customers, first, billing.Write{Values: record.Values{"cf_region": "EU"}})
		return err == nil && got.Modified.After(last)
	}, 10*time.Second, 100*time.Millisecond)
	list, err := newClient(t, credential(s)).Fields(t.Context(), record.Customers)
	require.NoError(t, err)
	require.Equal(t, "cf_region", list[len(list)-1].Name)
}
