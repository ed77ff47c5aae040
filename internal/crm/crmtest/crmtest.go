// Package crmtest is the conformance suite of crm.Port: what every implementation must do. It must never
// know a provider's wire format.
package crmtest

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"causeway/internal/crm"
	"causeway/internal/record"
)

// Fixture is an organisation with records in all three modules; for the paging to be tested, more accounts
// than one page holds.
type Fixture struct {
	Port crm.Port
	// Touch changes a record of that id on the side, so that its modification time moves.
	Touch func(t *testing.T, module record.Module, id string)
	// Delete deletes a record, and Merge makes the loser part of the survivor, as people do on the side itself.
	Delete func(t *testing.T, module record.Module, id string)
	Merge  func(t *testing.T, module record.Module, loser, survivor string)
	// AddView makes a view of the records whose field has that value, of all where no field is named.
	AddView  func(t *testing.T, module record.Module, name, field, value string) (id string)
	DropView func(t *testing.T, id string)
	// MarkerField is the name of the field for our marker, and Marker whether it is there and unique.
	MarkerField string
	Marker      bool
	// MergeTrace says that the side tells which record another was merged into.
	MergeTrace bool
}

// Run runs the suite.
func Run(t *testing.T, fixture func(t *testing.T) Fixture) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, Fixture){
		"AScanGivesEveryRecordOnce":            scan,
		"AScanGoesOnAtItsCursor":               resume,
		"AnIncrementalReadGivesWhatChanged":    incremental,
		"AnIncrementalReadPagesByTimeAndID":    incrementalPages,
		"AnEmptyPageEndsAScan":                 empty,
		"RecordsCarryWhatMatchingNeeds":        matching,
		"GetGivesTheRecordThatTheScanGave":     get,
		"AnUnknownRecordIsNotFound":            notFound,
		"AnUnknownFieldIsInvalidAndNamed":      unknownField,
		"MetadataIsThere":                      metadata,
		"ACanceledContextEndsACall":            canceled,
		"AGoodCredentialHasTheScopesForASync":  scopes,
		"AReadOfManyFieldsGivesThemAll":        manyFields,
		"ALookupsNameIsReadWhereItIsAskedFor":  lookupName,
		"TheNewestTimeIsThatOfTheNewestRecord": newest,

		"AnUpsertMakesOneRecordAMarkerHoweverOften":    upserts,
		"ARefusedRecordKeepsNoOtherFromBeingMade":      refusedUpserts,
		"AnUpdateReplacesWhatItNamesAndLeavesTheRest":  updates,
		"AMarkerStandsForOneRecord":                    takenMarker,
		"AMarkerThatIsClearedIsFreeForAnotherRecord":   clearMarker,
		"AWriteTakesSoManyRecordsAndNoMore":            manyWrites,
		"WhetherTheMarkerIsUniqueShowsInTheFields":     markerField,
		"WhatWasDeletedIsListedSinceAnInstant":         deleted,
		"AMergedRecordIsDeletedAndMayNameItsSurvivor":  merged,
		"TheContactsOfAnAccountCanBeRead":              byParent,
		"RecordsCanBeReadByID":                         byIDs,
		"AViewGivesAllOfItsRecords":                    views,
		"AViewThatWasDeletedIsNotFoundAndSaysWhatToDo": viewGone,
		"AViewsCursorThatIsNotTakenBeginsAnew":         viewCursor,
		"ASearchFindsNamesThatBeginSo":                 search,
		"ASearchFindsContactsByEitherName":             searchContacts,
		"ASearchTakesAnyName":                          searchOdd,
	} {
		t.Run(name, func(t *testing.T) { test(t, fixture(t)) })
	}
}

var modules = []record.Module{record.Accounts, record.Contacts, record.Products}

// all reads a module to its end.
func all(t *testing.T, p crm.Port, module record.Module, q crm.ReadQuery) []record.Record {
	t.Helper()
	var out []record.Record
	for {
		page, err := p.Read(t.Context(), module, q)
		require.NoError(t, err)
		out = append(out, page.Records...)
		if len(page.Records) == 0 || !page.More {
			return out
		}
		require.NotEqual(t, q.After, page.Next, "the cursor moves")
		q.After = page.Next
	}
}

func scan(t *testing.T, f Fixture) {
	for _, m := range modules {
		count, err := f.Port.Count(t.Context(), m)
		require.NoError(t, err)
		seen := map[string]bool{}
		for _, r := range all(t, f.Port, m, crm.ReadQuery{}) {
			require.False(t, seen[r.ID], "%s %s comes twice", m, r.ID)
			seen[r.ID] = true
		}
		require.Len(t, seen, count)
		require.NotZero(t, count, "the fixture has %s", m)
	}
	count, err := f.Port.Count(t.Context(), record.Accounts)
	require.NoError(t, err)
	require.Greater(t, count, f.Port.Capabilities().PageSize, "the fixture has more accounts than a page")
}

func resume(t *testing.T, f Fixture) {
	whole := all(t, f.Port, record.Accounts, crm.ReadQuery{})
	page, err := f.Port.Read(t.Context(), record.Accounts, crm.ReadQuery{Limit: 7})
	require.NoError(t, err)
	require.Len(t, page.Records, 7)
	require.True(t, page.More)
	rest := all(t, f.Port, record.Accounts, crm.ReadQuery{After: page.Next, Limit: 50})
	require.Equal(t, ids(whole), append(ids(page.Records), ids(rest)...))
}

func ids(records []record.Record) []string {
	out := make([]string, len(records))
	for i, r := range records {
		out[i] = r.ID
	}
	return out
}

func incremental(t *testing.T, f Fixture) {
	page, err := f.Port.Read(t.Context(), record.Products, crm.ReadQuery{Limit: 1})
	require.NoError(t, err)
	f.Touch(t, record.Products, page.Records[0].ID)
	r, err := f.Port.Get(t.Context(), record.Products, page.Records[0].ID)
	require.NoError(t, err)

	changed := all(t, f.Port, record.Products, crm.ReadQuery{Since: r.Modified})
	require.Contains(t, ids(changed), r.ID)
	for _, c := range changed {
		require.False(t, c.Modified.Before(r.Modified))
	}
	require.Empty(t, all(t, f.Port, record.Products, crm.ReadQuery{Since: time.Now().Add(24 * time.Hour)}))
}

func incrementalPages(t *testing.T, f Fixture) {
	whole := all(t, f.Port, record.Products, crm.ReadQuery{})
	first := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	paged := all(t, f.Port, record.Products, crm.ReadQuery{Since: first, Limit: 3})
	require.ElementsMatch(t, ids(whole), ids(paged))
	for i := 1; i < len(paged); i++ {
		require.False(t, paged[i].Modified.Before(paged[i-1].Modified), "in the order of time")
	}
}

func empty(t *testing.T, f Fixture) {
	after := record.Cursor{ID: strings.Repeat("9", 18)}
	page, err := f.Port.Read(t.Context(), record.Accounts, crm.ReadQuery{After: after})
	require.NoError(t, err)
	require.Empty(t, page.Records)
	require.False(t, page.More)
	require.Equal(t, after, page.Next)
}

func matching(t *testing.T, f Fixture) {
	for _, m := range modules {
		var sku, email, parent int
		for _, r := range all(t, f.Port, m, crm.ReadQuery{}) {
			require.Equal(t, record.CRM, r.Side)
			require.Equal(t, m, r.Module)
			require.NotEmpty(t, r.Name)
			require.True(t, r.Whole)
			require.False(t, r.Modified.IsZero())
			sku, email, parent = sku+len(r.SKU), email+len(r.Email), parent+len(r.ParentID)
		}
		require.Equal(t, m == record.Products, sku > 0)
		require.Equal(t, m == record.Contacts, parent > 0)
		require.True(t, m != record.Contacts || email > 0)
	}
}

func get(t *testing.T, f Fixture) {
	for _, m := range modules {
		page, err := f.Port.Read(t.Context(), m, crm.ReadQuery{Limit: 1})
		require.NoError(t, err)
		want := page.Records[0]
		got, err := f.Port.Get(t.Context(), m, want.ID)
		require.NoError(t, err)
		require.True(t, want.Modified.Equal(got.Modified))
		got.Values, want.Values = nil, nil
		got.Modified, got.Created = want.Modified, want.Created
		require.Equal(t, want, got)
	}
}

func notFound(t *testing.T, f Fixture) {
	_, err := f.Port.Get(t.Context(), record.Accounts, "5820000099999999")
	requireKind(t, err, record.NotFound)
	var e *record.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, "5820000099999999", e.RecordID)
	require.Equal(t, record.CRM, e.Side)
}

func unknownField(t *testing.T, f Fixture) {
	_, err := f.Port.Read(t.Context(), record.Accounts, crm.ReadQuery{Fields: []string{"No_Such_Field"}})
	requireKind(t, err, record.Invalid)
	require.ErrorContains(t, err, "No_Such_Field")
	_, err = f.Port.Read(t.Context(), record.Accounts, crm.ReadQuery{Fields: []string{"id from Accounts where"}})
	requireKind(t, err, record.Invalid)
}

func requireKind(t *testing.T, err error, kind record.Kind) {
	t.Helper()
	require.Error(t, err)
	require.True(t, record.IsKind(err, kind), "%v is %s", err, record.KindOf(err))
}

func metadata(t *testing.T, f Fixture) {
	orgs, err := f.Port.Organizations(t.Context())
	require.NoError(t, err)
	require.NotEmpty(t, orgs)
	require.NotEmpty(t, orgs[0].ID)
	require.Len(t, orgs[0].BaseCurrency, 3)

	currencies, err := f.Port.Currencies(t.Context())
	require.NoError(t, err)
	bases := 0
	for _, c := range currencies {
		if c.Base {
			bases++
			require.Equal(t, orgs[0].BaseCurrency, c.Code)
		}
	}
	require.Equal(t, 1, bases)
	require.True(t, orgs[0].MultiCurrency || len(currencies) == 1)

	users, err := f.Port.Users(t.Context())
	require.NoError(t, err)
	require.NotEmpty(t, users)

	for _, m := range modules {
		fields, err := f.Port.Fields(t.Context(), m)
		require.NoError(t, err)
		required := 0
		for _, field := range fields {
			require.NotEmpty(t, field.Name)
			require.NotEmpty(t, field.Type)
			if field.Required {
				required++
			}
		}
		require.NotZero(t, required)
	}
}

func canceled(t *testing.T, f Fixture) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := f.Port.Read(ctx, record.Accounts, crm.ReadQuery{})
	require.ErrorIs(t, err, context.Canceled)
}

func scopes(t *testing.T, f Fixture) {
	require.NoError(t, f.Port.CheckScopes(t.Context(), modules, crm.Uses{Write: true, Views: true}))
}

func manyFields(t *testing.T, f Fixture) {
	fields, err := f.Port.Fields(t.Context(), record.Contacts)
	require.NoError(t, err)
	var names []string
	for _, field := range fields {
		names = append(names, field.Name)
	}
	few := all(t, f.Port, record.Contacts, crm.ReadQuery{})
	many := all(t, f.Port, record.Contacts, crm.ReadQuery{Fields: names})
	require.Equal(t, ids(few), ids(many))
	for i := range many {
		require.GreaterOrEqual(t, len(many[i].Values), len(few[i].Values))
	}
}

func lookupName(t *testing.T, f Fixture) {
	seen := false
	for _, r := range all(t, f.Port, record.Contacts, crm.ReadQuery{Fields: []string{"Account_Name.name", "Account_Name.id"}}) {
		if r.ParentID == "" {
			continue
		}
		account, ok := r.Values["Account_Name"].(map[string]any)
		require.True(t, ok)
		require.Equal(t, r.ParentID, account["id"])
		require.NotEmpty(t, account["name"])
		seen = true
	}
	require.True(t, seen)
}

func newest(t *testing.T, f Fixture) {
	for _, m := range modules {
		var want time.Time
		for _, r := range all(t, f.Port, m, crm.ReadQuery{}) {
			if r.Modified.After(want) {
				want = r.Modified
			}
		}
		got, err := f.Port.Newest(t.Context(), m)
		require.NoError(t, err)
		require.True(t, want.Equal(got))
	}
}
