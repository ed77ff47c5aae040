package billingtest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"causeway/internal/billing"
	"causeway/internal/record"
)

// Run runs the suite. fixture returns a new organisation for each test.
func Run(t *testing.T, fixture func(t *testing.T) Fixture) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, Fixture){
		"ProbeFindsTheCapabilitiesAndChangesNothing":      probe,
		"ACreatedRecordComesBackWholeWithItsMarker":       create,
		"AnUpsertAskedForTwiceGivesOneRecord":             upsertTwice,
		"ConcurrentUpsertsOfOneMarkerGiveOneRecord":       upsertConcurrently,
		"ASecondRecordOfOneNameIsAConflict":               nameConflict,
		"ASecondItemOfOneSKUIsAConflict":                  skuConflict,
		"ASecondRecordOfOneMarkerIsAConflict":             markerConflict,
		"AnUpdateReplacesWhatIsGivenAndLeavesTheRest":     update,
		"StatusIsSetByItsOwnCall":                         active,
		"AListGivesEveryRecordOnceInItsOrder":             list,
		"ContactPersonsBelongToTheirCustomer":             persons,
		"FindByNameComparesAsTheSideDoes":                 findByName,
		"AnUnknownRecordIsNotFound":                       notFound,
		"ARecordThatTheSideRefusesIsInvalidNotAmbiguous":  invalid,
		"MetadataIsThere":                                 metadata,
		"ACanceledContextEndsACallUnambiguously":          canceled,
		"AGoodCredentialHasTheScopesForASync":             scopes,
		"NewestModifiedGivesTheLastChangeFirst":           newestModified,
		"ItemsAreNotGivenInAnOrderThatTheyCannotBeSorted": itemOrder,
		"CustomFieldsAreValuesOfTheirOwnBothWays":         customFields,
		"ACustomFieldThatIsNotThereIsNamed":               customRefused,
		"SearchFindsPartsOfNamesAndAddressesLive":         search,
		"ADeletedContactPersonIsGoneAndDeletedOnce":       deletePerson,
		"FieldsAreThoseThatRecordsHaveAndTakeTheirLength": fields,
		"ADeletedRecordIsGoneAndDeletedOnce":              deleted,
		"WhatTransactionsUseIsKeptAndSaysSo":              heldByTransactions,
		"TransactionsListExactlyWhoIsUsed":                transactions,
		"AMarkerThatIsClearedIsFreeForAnotherRecord":      clearMarker,
		"AGoodCredentialHasTheScopesForADeletion":         deletionScopes,
	} {
		t.Run(name, func(t *testing.T) { test(t, fixture(t)) })
	}
}

func probe(t *testing.T, f Fixture) {
	caps, err := f.Port.Probe(t.Context(), modules)
	require.NoError(t, err)
	require.Equal(t, f.Capabilities, caps)
	require.Empty(t, f.all(t, record.Customers, billing.ListQuery{}))
	require.Empty(t, f.all(t, record.Items, billing.ListQuery{}))
}

func create(t *testing.T, f Fixture) {
	for module, w := range map[record.Module]billing.Write{record.Customers: customer("Ada & Söhne 株式会社"), record.Items: item("Böhrer")} {
		made := f.make(t, module, w)
		require.NotEmpty(t, made.ID)
		require.Equal(t, record.Billing, made.Side)
		require.Equal(t, module, made.Module)
		require.Equal(t, w.Marker, made.Marker)
		require.True(t, made.Whole)
		require.WithinDuration(t, time.Now(), made.Created, 5*time.Minute)
		require.False(t, made.Modified.IsZero())
		require.NotContains(t, made.Values, "updated_time")
		for name, v := range w.Values {
			if nested, ok := v.(map[string]any); ok {
				shown, ok := made.Values[name].(map[string]any)
				require.True(t, ok, "%s is an object", name)
				for inner, want := range nested {
					require.Equal(t, want, shown[inner])
				}
				continue
			}
			require.True(t, record.EqualValues(v, made.Values[name]), "%s is %v", name, made.Values[name])
		}
		got, err := f.Port.Get(t.Context(), module, made.ID)
		require.NoError(t, err)
		require.Equal(t, made.Values.Hash(), got.Values.Hash(), "a write's reply and a read agree")
		require.Equal(t, made, got)
	}
}

func upsertTwice(t *testing.T, f Fixture) {
	if !f.Capabilities.UpsertByMarker {
		t.Skip("this side has no upsert")
	}
	for module, w := range map[record.Module]billing.Write{record.Customers: customer("Twice"), record.Items: item("Twice")} {
		first, second := f.make(t, module, w), f.make(t, module, w)
		require.Equal(t, first.ID, second.ID)
		require.Len(t, f.all(t, module, billing.ListQuery{}), 1)
	}
}

func upsertConcurrently(t *testing.T, f Fixture) {
	if !f.Capabilities.UpsertByMarker {
		t.Skip("this side has no upsert")
	}
	var callers sync.WaitGroup
	for range 20 {
		callers.Go(func() {
			_, err := f.Port.Create(t.Context(), record.Customers, customer("Many"), true)
			require.NoError(t, err)
		})
	}
	callers.Wait()
	require.Len(t, f.all(t, record.Customers, billing.ListQuery{}), 1)
}

func nameConflict(t *testing.T, f Fixture) {
	for module, make := range map[record.Module]func(string) billing.Write{record.Customers: customer, record.Items: item} {
		f.make(t, module, make("Same"))
		again := make("Same")
		again.Marker += "-other"
		delete(again.Values, "sku")
		_, err := f.Port.Create(t.Context(), module, again, f.Capabilities.UpsertByMarker)
		requireKind(t, err, record.Conflict)
	}
}

func skuConflict(t *testing.T, f Fixture) {
	f.make(t, record.Items, item("One"))
	other := item("Two")
	other.Values["sku"] = "sku-One"
	_, err := f.Port.Create(t.Context(), record.Items, other, f.Capabilities.UpsertByMarker)
	requireKind(t, err, record.Conflict)
	require.ErrorContains(t, err, "sku-One")
}

func markerConflict(t *testing.T, f Fixture) {
	f.make(t, record.Customers, customer("First"))
	other := customer("Second")
	other.Marker = customer("First").Marker
	_, err := f.Port.Create(t.Context(), record.Customers, other, false)
	requireKind(t, err, record.Conflict)
}

func update(t *testing.T, f Fixture) {
	made := f.make(t, record.Customers, customer("Before"))
	changed, err := f.Port.Update(t.Context(), record.Customers, made.ID, billing.Write{Values: record.Values{"display_name": "After"}})
	require.NoError(t, err)
	require.Equal(t, made.ID, changed.ID)
	require.Equal(t, "After", changed.Name)
	require.Equal(t, made.Marker, changed.Marker)
	require.Equal(t, made.Values["phone"], changed.Values["phone"])
	require.Equal(t, made.Values["billing_address"], changed.Values["billing_address"])

	marked, err := f.Port.Update(t.Context(), record.Customers, made.ID, billing.Write{Marker: "cw-new"})
	require.NoError(t, err)
	require.Equal(t, "cw-new", marked.Marker)
	require.Equal(t, "After", marked.Name)
	same, err := f.Port.Update(t.Context(), record.Customers, made.ID, billing.Write{})
	require.NoError(t, err)
	require.Equal(t, marked, same)
}

func active(t *testing.T, f Fixture) {
	for module, w := range map[record.Module]billing.Write{record.Customers: customer("Idle"), record.Items: item("Idle")} {
		made := f.make(t, module, w)
		for status, on := range map[string]bool{"inactive": false, "active": true} {
			for range 2 { // delivered twice
				require.NoError(t, f.Port.SetActive(t.Context(), module, made.ID, on))
			}
			got, err := f.Port.Get(t.Context(), module, made.ID)
			require.NoError(t, err)
			require.Equal(t, status, got.Values["status"])
			require.Len(t, f.all(t, module, billing.ListQuery{}), 1, "lists have inactive records too")
		}
	}
}

func list(t *testing.T, f Fixture) {
	var made []string
	for i := range 7 {
		made = append(made, f.make(t, record.Customers, customer(fmt.Sprint("C", i))).ID)
		f.make(t, record.Items, item(fmt.Sprint("I", i)))
	}
	oldest := f.all(t, record.Customers, billing.ListQuery{Order: billing.OldestFirst, Limit: 3})
	require.Len(t, oldest, 7)
	for i, r := range oldest {
		require.Equal(t, made[i], r.ID)
		require.NotEmpty(t, r.Name)
		require.False(t, r.Modified.IsZero())
	}
	newest := f.all(t, record.Customers, billing.ListQuery{Order: billing.NewestFirst, Limit: 3})
	require.Equal(t, made[6], newest[0].ID)
	seen := map[string]bool{}
	for _, r := range f.all(t, record.Items, billing.ListQuery{Order: billing.OldestFirst, Limit: 3}) {
		require.False(t, seen[r.ID])
		seen[r.ID] = true
		require.NotEmpty(t, r.SKU)
		require.True(t, !r.Whole || r.Marker != "", "a whole row has its marker")
	}
	require.Len(t, seen, 7)
}

func newestModified(t *testing.T, f Fixture) {
	first := f.make(t, record.Customers, customer("Older"))
	f.make(t, record.Customers, customer("Newer"))
	_, err := f.Port.Update(t.Context(), record.Customers, first.ID, billing.Write{Values: record.Values{"phone": "99"}})
	require.NoError(t, err)
	page, err := f.Port.List(t.Context(), record.Customers, billing.ListQuery{Order: billing.NewestModified, Page: 1})
	if !f.Capabilities.SortByModified {
		requireKind(t, err, record.Invalid)
		return
	}
	require.NoError(t, err)
	require.Equal(t, first.ID, page.Records[0].ID)
}

func itemOrder(t *testing.T, f Fixture) {
	for _, order := range []billing.Order{billing.NewestFirst, billing.NewestModified} {
		_, err := f.Port.List(t.Context(), record.Items, billing.ListQuery{Order: order, Page: 1})
		if err != nil {
			requireKind(t, err, record.Invalid)
		}
	}
}
