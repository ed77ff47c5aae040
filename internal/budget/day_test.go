package budget

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"causeway/internal/record"
)

func TestARestThatExceedsTheDaysAllowanceIsGrantedAsThatFrees(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 4, 12, 30, 0, 0, time.UTC)
	hour := func(ago, calls int) record.Spent {
		return record.Spent{Hour: now.Truncate(time.Hour).Add(-time.Duration(ago) * time.Hour), Calls: calls}
	}
	// Calls of 24 hours ago, in the hour in which the window begins, and older ones, in no order.
	spent := []record.Spent{hour(2, 300), hour(25, 999), hour(24, 100), hour(0, 400)}
	day := Allowance{Limit: 1000, Spent: spent}
	require.Equal(t, 800, day.Used(now))
	frees := func(ago int) time.Time { return hour(ago, 0).Hour.Add(25 * time.Hour) }
	for _, c := range []struct {
		what  string
		calls int
		at    time.Time
	}{
		{"nothing", 0, now},
		{"what is left", 200, now},
		{"one more", 201, frees(24)},
		{"what the oldest hour gives back", 300, frees(24)},
		{"what the next one gives back", 600, frees(2)},
		{"all", 1000, frees(0)},
		{"what a second day leaves at once", 1200, now.Add(24 * time.Hour)},
		{"a second day's first", 1201, frees(24).Add(24 * time.Hour)},
		{"three days", 3000, frees(0).Add(48 * time.Hour)},
	} {
		require.Equal(t, c.at, day.GrantedAt(c.calls, now), c.what)
	}
	over := Allowance{Limit: 500, Spent: spent}
	require.Equal(t, frees(2), over.GrantedAt(1, now), "others' calls, or a smaller plan: first that must be back under the limit")
	require.Equal(t, now, over.GrantedAt(0, now))
	require.Zero(t, Allowance{}.GrantedAt(1, now))
}

func TestACostlyCallTakesMoreOfTheDay(t *testing.T) {
	t.Parallel()
	m := &Meter{}
	m.Add(record.CRM, Read)
	m.AddCostly(record.CRM, Read, 3)
	require.Equal(t, record.Calls{Read: 2}, m.Calls()[record.CRM])
	require.Equal(t, 4, m.Spent(record.CRM))
	require.Zero(t, m.Spent(record.Billing))
	require.Zero(t, (*Meter)(nil).Spent(record.CRM))
}
