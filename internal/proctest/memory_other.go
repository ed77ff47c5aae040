//go:build unix && !linux

package proctest

import "testing"

// PeakMemory is known on Linux alone.
func (p *Process) PeakMemory(testing.TB) int64 { return 0 }
