package storetest

import (
	"strings"
	"testing"
	"time"

	"causeway/internal/record"
	"causeway/internal/store/mirror"

	"github.com/stretchr/testify/require"
)

func testAnUnchangedPageRewritesNoRow(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		page := []record.Record{crmRecord(record.Accounts, "1", "x", now), crmRecord(record.Accounts, "2", "x", now)}
		require.Equal(t, 2, put(t, s, page...))
		was := versions(t, s, "mirror")
		state := versions(t, s, "mirror_state")
		n, err := s.Mirror.PutPage(t.Context(), mirror.Page{Connection: demo, Side: record.CRM, Module: record.Accounts, Records: page})
		require.NoError(t, err)
		require.Zero(t, n)
		require.Equal(t, was, versions(t, s, "mirror"))
		require.Equal(t, state, versions(t, s, "mirror_state"))
		page[1].Values["Text"] = "y"
		require.Equal(t, 1, put(t, s, page...))
	})
}

func testOldContentNeverReplacesNewer(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		put(t, s, crmRecord(record.Accounts, "1", "new", now.Add(time.Minute)))
		require.Zero(t, put(t, s, crmRecord(record.Accounts, "1", "old", now)))
		r, err := s.Mirror.Record(t.Context(), demo, record.CRM, record.Accounts, "1")
		require.NoError(t, err)
		require.Equal(t, crmRecord(record.Accounts, "1", "new", now.Add(time.Minute)), r)
	})
}

func testAShortFormReplacesAWholeRecordOnlyWhenNewer(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		whole := billingRecord(record.Customers, "c1", "Acme")
		whole.Marker = "cw-inc1-accounts-1"
		whole.Values["billing_address"] = map[string]any{"city": "Bern"}
		require.NoError(t, s.Mirror.PutDetails(t.Context(), demo, []record.Record{whole}, false))
		short := billingRecord(record.Customers, "c1", "Acme")
		short.Whole = false
		require.Zero(t, put(t, s, short))
		r, err := s.Mirror.Record(t.Context(), demo, record.Billing, record.Customers, "c1")
		require.NoError(t, err)
		require.Equal(t, whole, r)

		renamed := short
		renamed.Name = "Acme & Co"
		require.Equal(t, 1, put(t, s, renamed), "an edit within the same second")
		require.NoError(t, s.Mirror.PutDetails(t.Context(), demo, []record.Record{whole}, false))

		short.Modified = now.Add(time.Second)
		require.Equal(t, 1, put(t, s, short))
		r, err = s.Mirror.Record(t.Context(), demo, record.Billing, record.Customers, "c1")
		require.NoError(t, err)
		require.False(t, r.Whole)
		require.Equal(t, whole.Marker, r.Marker, "which a short form does not show")
		require.NotContains(t, r.Values, "billing_address")
	})
}

func testAPageMayHoldARecordTwice(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		require.Equal(t, 1, put(t, s, crmRecord(record.Accounts, "1", "new", now.Add(time.Second)), crmRecord(record.Accounts, "1", "old", now)))
		r, err := s.Mirror.Record(t.Context(), demo, record.CRM, record.Accounts, "1")
		require.NoError(t, err)
		require.Equal(t, "new", r.Values.Text("Text"))
	})
}

func testAnyTextCanBeMirrored(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		odd := billingRecord(record.Customers, "odd", "nul\x00 and \xff")
		odd.Values["note"] = "a\x00b"
		long := billingRecord(record.Customers, "long", strings.Repeat("Ångström ", 600))
		put(t, s, odd, long)
		r, err := s.Mirror.Record(t.Context(), demo, record.Billing, record.Customers, "odd")
		require.NoError(t, err)
		require.Equal(t, "nul and \uFFFD", r.Name)
		require.Equal(t, "a\x00b", r.Values.Text("note"))
		found, err := s.Worklist.Candidates(t.Context(), demo, record.Customers, []string{record.NameKey(long.Name)}, nil)
		require.NoError(t, err)
		require.Len(t, found, 1)
		names, err := s.Mirror.Names(t.Context(), demo, record.Billing, record.Customers, []string{"odd", "none"})
		require.NoError(t, err)
		require.Equal(t, map[string]string{"odd": "nul and \uFFFD"}, names)
	})
}

func page(next record.Cursor, done bool, mark time.Time, from *mirror.State) mirror.Page {
	return mirror.Page{Connection: demo, Side: record.CRM, Module: record.Accounts, Next: next, Done: done, Mark: mark, From: from}
}

func stateOf(t *testing.T, s *Store) mirror.State {
	t.Helper()
	st, err := s.Mirror.State(t.Context(), demo, record.CRM, record.Accounts)
	require.NoError(t, err)
	return st
}

func testACursorIsStoredWithItsPageAndEndsWithThePass(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		require.Equal(t, mirror.State{}, stateOf(t, s))
		_, err := s.Mirror.PutPage(t.Context(), page(record.Cursor{ID: "7"}, false, now, nil))
		require.NoError(t, err)
		require.Equal(t, mirror.State{Cursor: record.Cursor{ID: "7"}, Mark: now}, stateOf(t, s))
		_, err = s.Mirror.PutPage(t.Context(), page(record.Cursor{ID: "9", Time: now}, true, now.Add(-time.Hour), nil))
		require.NoError(t, err)
		require.Equal(t, mirror.State{Since: now, Completed: true, Pass: 1}, stateOf(t, s))
		_, err = s.Mirror.PutPage(t.Context(), page(record.Cursor{ID: "8"}, false, time.Time{}, nil))
		require.NoError(t, err)
		_, err = s.Mirror.PutPage(t.Context(), page(record.Cursor{}, true, time.Time{}, nil))
		require.NoError(t, err)
		require.Equal(t, mirror.State{Since: now, Completed: true, Pass: 2}, stateOf(t, s), "a pass without a mark leaves Since")
		was := versions(t, s, "mirror_state")
		_, err = s.Mirror.PutPage(t.Context(), page(record.Cursor{ID: "9", Time: now}, true, now, nil))
		require.NoError(t, err)
		require.Equal(t, was, versions(t, s, "mirror_state"), "a pass of one page that found nothing newer writes nothing")
	})
}

func testAFrozenAttemptCannotPutTheCursorBack(t *testing.T, on Database) {
	each(t, on, func(t *testing.T, s *Store) {
		start := stateOf(t, s)
		first := page(record.Cursor{ID: "1"}, false, now, &start)
		for range 2 {
			_, err := s.Mirror.PutPage(t.Context(), first)
			require.NoError(t, err, "the page before, delivered again")
		}
		second := stateOf(t, s)
		last := page(record.Cursor{ID: "2"}, true, now, &second)
		for range 2 {
			_, err := s.Mirror.PutPage(t.Context(), last)
			require.NoError(t, err)
		}
		done := mirror.State{Since: now, Completed: true, Pass: 1}
		require.Equal(t, done, stateOf(t, s))
		first.Records = []record.Record{crmRecord(record.Accounts, "1", "x", now)}
		_, err := s.Mirror.PutPage(t.Context(), first)
		require.True(t, record.IsKind(err, record.Conflict))
		require.Equal(t, done, stateOf(t, s))
		got, err := s.Mirror.Records(t.Context(), demo, record.CRM, record.Accounts, []string{"1"})
		require.NoError(t, err)
		require.Empty(t, got, "nor anything of its page")
	})
}

var mirrorTests = []Test{
	{"AnUnchangedPageRewritesNoRow", testAnUnchangedPageRewritesNoRow},
	{"OldContentNeverReplacesNewer", testOldContentNeverReplacesNewer},
	{"AShortFormReplacesAWholeRecordOnlyWhenNewer", testAShortFormReplacesAWholeRecordOnlyWhenNewer},
	{"APageMayHoldARecordTwice", testAPageMayHoldARecordTwice},
	{"AnyTextCanBeMirrored", testAnyTextCanBeMirrored},
	{"ACursorIsStoredWithItsPageAndEndsWithThePass", testACursorIsStoredWithItsPageAndEndsWithThePass},
	{"AFrozenAttemptCannotPutTheCursorBack", testAFrozenAttemptCannotPutTheCursorBack},
}
