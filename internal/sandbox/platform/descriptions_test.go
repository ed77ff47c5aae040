package platform

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestEverySettingIsDescribed(t *testing.T) {
	t.Parallel()
	require.Len(t, Descriptions(), len(definitions))
	for _, d := range Descriptions() {
		require.NotEmpty(t, d.About, d.Name)
		require.NotEmpty(t, d.Values, d.Name)
	}
	require.Len(t, abouts, len(definitions), "a description of a setting that is gone")
}

func TestEveryFaultIsDescribed(t *testing.T) {
	t.Parallel()
	described := map[string]bool{}
	for _, d := range FaultDescriptions() {
		require.NotEmpty(t, d.About, d.Name)
		described[d.Name] = true
	}
	for _, f := range allFaults {
		require.True(t, described[string(f)], "%s is not described", f)
	}
	require.Len(t, described, len(allFaults)+1, "the faults and the latency")
}
