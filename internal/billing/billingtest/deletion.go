package billingtest

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"causeway/internal/billing"
	"causeway/internal/record"
)

func deleted(t *testing.T, f Fixture) {
	firm, stays := f.make(t, record.Customers, customer("Firm")), f.make(t, record.Customers, customer("Stays"))
	f.make(t, record.ContactPersons, billing.Write{ParentID: firm.ID, Values: record.Values{"first_name": "Ana", "email": "ana@example.com"}})
	for module, id := range map[record.Module]string{record.Customers: firm.ID, record.Items: f.make(t, record.Items, item("Gone")).ID} {
		require.NoError(t, f.Port.Delete(t.Context(), module, id))
		_, err := f.Port.Get(t.Context(), module, id)
		requireKind(t, err, record.NotFound)
		err = f.Port.Delete(t.Context(), module, id)
		requireKind(t, err, record.NotFound)
		require.ErrorContains(t, err, id)
		requireKind(t, f.Port.Delete(t.Context(), module, "4600000099999999"), record.NotFound)
	}
	_, err := f.Port.ContactPersons(t.Context(), firm.ID)
	requireKind(t, err, record.NotFound)
	left := f.all(t, record.Customers, billing.ListQuery{})
	require.Len(t, left, 1)
	require.Equal(t, stays.ID, left[0].ID)
	again := f.make(t, record.Customers, customer("Firm"))
	require.NotEqual(t, firm.ID, again.ID, "its name and marker are free for a new record")
	requireKind(t, f.Port.Delete(t.Context(), "bells", again.ID), record.Invalid)
}

func heldByTransactions(t *testing.T, f Fixture) {
	for name, use := range map[string]func(*testing.T, string, string){"Estimate": f.Estimate, "Invoice": f.Invoice} {
		c, i := f.make(t, record.Customers, customer(name)), f.make(t, record.Items, item(name))
		use(t, c.ID, i.ID)
		for module, id := range map[record.Module]string{record.Customers: c.ID, record.Items: i.ID} {
			for range 2 {
				err := f.Port.Delete(t.Context(), module, id)
				requireKind(t, err, record.Conflict)
				var e *record.Error
				require.ErrorAs(t, err, &e)
				require.Equal(t, billing.CodeHasTransactions, e.Code)
				require.Equal(t, id, e.RecordID)
			}
			_, err := f.Port.Get(t.Context(), module, id)
			require.NoError(t, err, "the record stays")
		}
		cleared, err := f.Port.Update(t.Context(), record.Customers, c.ID, billing.Write{ClearMarker: true})
		require.NoError(t, err, "a record that transactions use can lose its marker")
		require.Empty(t, cleared.Marker)
	}
}

// transactions checks that no page is lost, whatever the size of the pages.
func transactions(t *testing.T, f Fixture) {
	var customers, items []string
	for n := range 5 {
		customers = append(customers, f.make(t, record.Customers, customer(fmt.Sprint("Buyer ", n))).ID)
		items = append(items, f.make(t, record.Items, item(fmt.Sprint("Thing ", n))).ID)
	}
	page, err := f.Port.Transactions(t.Context(), billing.TransactionsQuery{Page: 1})
	require.NoError(t, err)
	require.Empty(t, page.CustomerIDs)
	require.Empty(t, page.ItemIDs)
	require.False(t, page.More)
	// The list of estimates is the longer one. What only one of them uses is at its ends. The last customer and the last
	// item are in no document.
	f.Estimate(t, customers[1], items[1])
	for range 6 {
		f.Estimate(t, customers[0], items[0])
	}
	f.Estimate(t, customers[2], items[2])
	for range 3 {
		f.Invoice(t, customers[3], items[0])
	}
	f.Invoice(t, customers[0], items[3])
	for _, limit := range []int{0, 1, 2} {
		var usedCustomers, usedItems []string
		for page, more := 1, true; more; page++ {
			got, err := f.Port.Transactions(t.Context(), billing.TransactionsQuery{Page: page, Limit: limit})
			require.NoError(t, err)
			usedCustomers, usedItems, more = append(usedCustomers, got.CustomerIDs...), append(usedItems, got.ItemIDs...), got.More
			require.Less(t, page, 20, "the pages end")
		}
		require.ElementsMatch(t, customers[:4], unique(usedCustomers), "pages of %d", limit)
		require.Subset(t, usedItems, items[:4], "pages of %d", limit)
		require.NotContains(t, usedItems, items[4], "pages of %d", limit) // ids of lines may be among the ids
	}
}

func unique(ids []string) []string {
	slices.Sort(ids)
	return slices.Compact(ids)
}

func clearMarker(t *testing.T, f Fixture) {
	for module, w := range map[record.Module]billing.Write{record.Customers: customer("Was ours"), record.Items: item("Was ours")} {
		w = f.withCustom(module, w)
		was := f.make(t, module, w)
		require.Equal(t, w.Marker, was.Marker)
		for range 2 {
			cleared, err := f.Port.Update(t.Context(), module, was.ID, billing.Write{ClearMarker: true})
			require.NoError(t, err)
			require.Empty(t, cleared.Marker)
			require.Equal(t, was.Name, cleared.Name)
			for key := range f.Custom[module] {
				require.Equal(t, written(was.Values[key]), written(cleared.Values[key]), "%s of %s stays", key, module)
			}
		}
		got, err := f.Port.Get(t.Context(), module, was.ID)
		require.NoError(t, err)
		require.Empty(t, got.Marker)

		other := map[record.Module]billing.Write{record.Customers: customer("Another"), record.Items: item("Another")}[module]
		other.Marker = w.Marker
		made := f.make(t, module, other)
		require.NotEqual(t, was.ID, made.ID, "a creation with the free marker makes a new record")
		require.Equal(t, w.Marker, made.Marker)
		_, err = f.Port.Update(t.Context(), module, was.ID, billing.Write{Marker: w.Marker})
		requireKind(t, err, record.Conflict)
	}
}

func deletionScopes(t *testing.T, f Fixture) {
	require.NoError(t, f.Port.CheckDeletion(t.Context()))
}
