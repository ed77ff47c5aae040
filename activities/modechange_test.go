package activities_test

import (
	"strings"
	"testing"
	"time"

	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/internal/store/operations"

	"github.com/stretchr/testify/require"
)

// inMode edits the mode of a connection.
func (w *world) inMode(m record.Mode) {
	w.t.Helper()
	w.prefer(func(p *record.Preferences) { p.Customers.Mode, p.Customers.Unattached = m, true })
}

// changes are code and reason of all operations of a run that do more than note that nothing changed.
func (w *world) changes(run report.Run) string {
	w.t.Helper()
	ops, err := w.store.Operations.List(w.t.Context(), run.RunID, operations.Filter{})
	require.NoError(w.t, err)
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
			w := newWorld(t, options{}.with(mode(record.ModeContacts, true)), twoCompanies()...)
			w.prefer(func(p *record.Preferences) { p.Customers.Extent, p.Items.Extent = extent, extent })
			var late time.Duration
			w.now = func() time.Time { return time.Now().Add(late) }
			w.onActivity = func(name string) {
				if name == "StartRun" {
					late += time.Minute
				}
			}
			w.sync()
			w.atRest()
			for _, m := range []record.Mode{record.ModeAccountsAndContacts, record.ModeContacts, record.ModeAccountsAndContacts} {
				w.inMode(m)
				told := w.changes(w.sync())
				require.Contains(t, told, "MOVED")
				require.NotContains(t, told, "DELETED_IN", "nothing was deleted")
				require.NotContains(t, told, "RESTORED")
				require.Empty(t, w.changes(w.sync()), "it is told once")
				require.Empty(t, w.changes(w.sync()))
			}
		})
	}
}
