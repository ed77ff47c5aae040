package workflows

import (
	"testing"
	"time"

	"causeway/internal/lifecycle"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

func TestDetailsSayWhoStoppedTheConnectionAndWhatToDo(t *testing.T) {
	t.Parallel()
	since := time.Date(2026, 11, 30, 9, 0, 0, 0, time.UTC)
	run := lifecycle.Suspended{Run: contract.RunRef{WorkflowID: "periodic-sync/demo/7"}}
	deletion := &contract.Deletion{Who: "ann", Choice: "convert_all", Since: since, Stopped: &contract.Stopped{Step: "items", Code: "X", Reason: "one record lives"}}
	for want, state := range map[string]lifecycle.State{
		"paused since 2026-11-30T09:00:00Z by signal":                                                              {State: contract.StatePaused, Life: lifecycle.Life{Paused: &contract.Paused{Since: since}}},
		"paused since 2026-11-30T09:00:00Z by ann: stocktaking":                                                    {State: contract.StatePaused, Life: lifecycle.Life{Paused: &contract.Paused{Who: "ann", Why: "stocktaking", Since: since}}},
		"continues when the connection is resumed: periodic-sync/demo/7":                                           {State: contract.StatePaused, Life: lifecycle.Life{Suspended: &run}},
		"waiting for the running sync, continues after it: periodic-sync/demo/7":                                   {State: contract.StateActive, Life: lifecycle.Life{Yielded: &run}},
		"**stopped at items: " + deletion.Stopped.String() + "**; when that is corrected: starter delete --resume": {State: contract.StateDeleting, Life: lifecycle.Life{Deletion: deletion}},
	} {
		require.Contains(t, lifeRows(&state), want)
	}
}
