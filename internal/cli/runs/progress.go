package runs

import (
	"context"
	"fmt"
	"strings"

	"causeway/internal/record"
	"causeway/internal/store"
)

// progressOf tells how far a run has come, as the store knows it.
func progressOf(ctx context.Context, st *store.Store, run string) string {
	if _, err := st.Runs.Get(ctx, run); err != nil {
		return "waiting for the run to begin (a worker must be running)"
	}
	counts, err := st.History.Counts(ctx, run)
	if err != nil {
		return "" // the next look may do better; the end of the run tells for sure
	}
	var parts []string
	for _, entity := range record.Entities() {
		if text := told(counts[entity]); text != "" {
			parts = append(parts, strings.ReplaceAll(string(entity), "_", " ")+": "+text)
		}
	}
	if len(parts) == 0 {
		return "reading both sides"
	}
	return strings.Join(parts, "; ")
}

func told(c record.Counts) string {
	var parts []string
	for _, x := range []struct {
		n    int
		word string
	}{
		{c.Added, "added"}, {c.Updated, "updated"}, {c.Linked, "linked"}, {c.Unchanged, "unchanged"},
		{c.Skipped, "skipped"}, {c.Conflicts, "conflicts"}, {c.Deleted, "deleted"}, {c.Failed, "failed"},
	} {
		if x.n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", x.n, x.word))
		}
	}
	return strings.Join(parts, ", ")
}
