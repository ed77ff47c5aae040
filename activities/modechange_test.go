package activities_test

import (
	"strings"
	"testing"
	"time"

	"causeway/activities/activitytest"
	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/internal/store/operations"

	"github.com/stretchr/testify/require"
)

// inMode edits the mode of a connection.
func inMode(w *activitytest.World, m record.Mode) {
	w.T.Helper()
	w.Prefer(func(p *record.Preferences) { p.Customers.Mode, p.Customers.Unattached = m, true })
}

// changes are code and reason of all operations of a run that do more than note that nothing changed.
func changes(w *activitytest.World, run report.Run) string {
	w.T.Helper()
	ops, err := w.Store.Operations.List(w.T.Context(), run.RunID, operations.Filter{})
	require.NoError(w.T, err)
	var out strings.Builder
	for _, op := range ops {
		if op.Action != record.ActionNone {
			out.WriteString(strings.Join([]string{string(op.Entity), string(op.SourceModule), op.SourceID, string(op.Action), string(op.Outcome), op.Code, op.Reason}, " ") + "\n")
		}
	}
	return out.String()
}

func TestAChangeOfModeIsToldAsWhatItIsAndSettles(t *testing.T) {
	t.Parallel()
	for _, extent := range []record.Extent{record.Fetch, record.Both} {
		t.Run(string(extent), func(t *testing.T) {
			t.Parallel()
			w := activitytest.NewWorld(t, activitytest.Options{}.With(activitytest.Mode(record.ModeContacts, true)), activitytest.TwoCompanies()...)
			w.Prefer(func(p *record.Preferences) { p.Customers.Extent, p.Items.Extent = extent, extent })
			var late time.Duration
			w.Now = func() time.Time { return time.Now().Add(late) }
			w.OnActivity = func(name string) {
				if name == "StartRun" {
					late += time.Minute
				}
			}
			w.Sync()
			w.AtRest()
			for _, m := range []record.Mode{record.ModeAccountsAndContacts, record.ModeContacts, record.ModeAccountsAndContacts} {
				inMode(w, m)
				told := changes(w, w.Sync())
				require.Contains(t, told, "MOVED")
				require.NotContains(t, told, "DELETED_IN", "nothing was deleted")
				require.NotContains(t, told, "RESTORED")
				require.Empty(t, changes(w, w.Sync()), "it is told once")
				require.Empty(t, changes(w, w.Sync()))
			}
		})
	}
}
