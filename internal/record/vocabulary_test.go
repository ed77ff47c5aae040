package record_test

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"causeway/internal/record"
	"causeway/internal/report"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

func TestTheContractHasTheWordsOfRecord(t *testing.T) {
	t.Parallel()
	require.Equal(t, []record.State{
		contract.StateConnected, contract.StateActive, contract.StatePausing, contract.StatePaused, contract.StateDisabling,
		contract.StateDisabled, contract.StateEnabling, contract.StateDeleting, contract.StateDeleted,
	}, record.States())
	require.Equal(t, []record.RunStatus{
		contract.RunRunning, contract.RunPaused, contract.RunCompleted, contract.RunFailed, contract.RunCanceled,
	}, record.RunStatuses())
	require.Equal(t, []record.Trigger{
		contract.TriggerInitial, contract.TriggerSchedule, contract.TriggerManual, record.TriggerPush, contract.TriggerRetry,
		contract.TriggerResync, contract.TriggerImport, contract.TriggerResolve, contract.TriggerEnable,
	}, record.Triggers(), "the contract starts no run of a push")
}

func TestCountsCountEveryOutcome(t *testing.T) {
	t.Parallel()
	var names []string
	for _, o := range record.Outcomes() {
		names = append(names, string(o))
	}
	slices.Sort(names)
	for _, counts := range []any{record.Counts{}, report.Counts{}} {
		data, err := json.Marshal(counts)
		require.NoError(t, err)
		fields := map[string]int{}
		require.NoError(t, json.Unmarshal(data, &fields))
		require.Equal(t, names, slices.Sorted(maps.Keys(fields)))
	}
}
