package store

import (
	"testing"
	"time"

	"causeway/internal/record"
	"causeway/internal/store/runs"

	"github.com/stretchr/testify/require"
)

func TestWhatADayTookIsKeptByTheHourOverAllRuns(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		hour := now.Truncate(time.Hour)
		take := func(run string, side record.Side, spent int, at time.Time) {
			require.NoError(t, s.Runs.AddCalls(t.Context(), run, side, runs.Taken{Calls: record.Calls{Read: 1}, Spent: spent, At: at}))
		}
		first, second := startRun(t, s, 1), startRun(t, s, 2)
		take(first.ID, record.CRM, 3, hour.Add(-30*time.Hour))
		take(first.ID, record.CRM, 5, hour.Add(-time.Minute))
		take(first.ID, record.CRM, 50, hour.Add(time.Minute))
		take(second.ID, record.CRM, 1, hour.Add(59*time.Minute))
		take(second.ID, record.Billing, 9, hour)
		got, err := s.Runs.Spent(t.Context(), demo, record.CRM, hour.Add(-24*time.Hour))
		require.NoError(t, err)
		require.Equal(t, []record.Spent{{Hour: hour.Add(-time.Hour), Calls: 5}, {Hour: hour, Calls: 51}}, got)
		got, err = s.Runs.Spent(t.Context(), demo, record.CRM, hour.Add(-30*time.Hour))
		require.NoError(t, err)
		require.Len(t, got, 3, "an hour that has begun before")
		run, err := s.Runs.Get(t.Context(), first.ID)
		require.NoError(t, err)
		require.Equal(t, map[record.Side]int{record.CRM: 58, record.Billing: 0}, run.Spent)
		_, err = s.History.Prune(t.Context(), demo, hour)
		require.NoError(t, err)
		got, err = s.Runs.Spent(t.Context(), demo, record.CRM, time.Time{}.Add(time.Hour*24*365))
		require.NoError(t, err)
		require.Equal(t, []record.Spent{{Hour: hour, Calls: 51}}, got)
	})
}
