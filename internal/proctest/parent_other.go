//go:build unix && !linux

package proctest

import "syscall"

// diesWithParent works on Linux only. Elsewhere a process ends with its test, but not if the tests themselves are
// killed.
func diesWithParent() *syscall.SysProcAttr { return nil }
