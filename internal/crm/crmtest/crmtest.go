package crmtest

import (
	"testing"
)

// Run runs the suite. Each test gets a fixture of its own.
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
		"AViewsCursorThatIsRefusedStartsAgain":         viewCursor,
		"ASearchFindsNamesThatBeginSo":                 search,
		"ASearchFindsContactsByEitherName":             searchContacts,
		"ASearchTakesAnyName":                          searchOdd,
	} {
		t.Run(name, func(t *testing.T) { test(t, fixture(t)) })
	}
}
