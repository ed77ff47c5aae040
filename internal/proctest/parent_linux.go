package proctest

import "syscall"

// diesWithParent makes the kernel kill a process when the tests' process ends, however it ends.
func diesWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
