//go:build unix && !linux

package proctest

import "testing"

// PeakMemory is known on Linux only.
func (p *Process) PeakMemory(testing.TB) int64 { return 0 }
