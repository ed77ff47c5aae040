//go:build unix && !linux

package proctest

import "syscall"

// diesWithParent is what only Linux offers: elsewhere a process ends with its test, but not where the
// tests themselves are killed.
func diesWithParent() *syscall.SysProcAttr { return nil }
