package proctest

import "syscall"

// diesWithParent has the kernel end a process when the tests' process ends, however that ends.
func diesWithParent() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
