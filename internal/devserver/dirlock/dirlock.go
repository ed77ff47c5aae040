// Package dirlock keeps two live processes out of one data directory.
// It must never outlive its holder: the lock is the operating system's, so that a killed process leaves none behind.
package dirlock

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Lock is held until Release or until the process ends, however it ends.
type Lock struct {
	file *os.File
}

// HeldError says that another live process (or another part of this one) holds the directory.
type HeldError struct {
	Dir string
	PID int // the holder's process id; 0 where it is not known
}

// Error names the directory, its holder and the remedy.
func (e *HeldError) Error() string {
	holder := "another process"
	if e.PID > 0 {
		holder = fmt.Sprintf("process %d", e.PID)
	}
	return fmt.Sprintf("data directory %s is in use by %s: stop it, or choose another directory", e.Dir, holder)
}

// errHeld is what the systems' own lock calls are turned into.
var errHeld = errors.New("held")

// Acquire takes the lock of dir through the file name in it, at once or not at all (*HeldError).
// The file stays when the lock is released: removing it would let two processes hold locks on two files of one name.
func Acquire(dir, name string) (*Lock, error) {
	path := filepath.Join(dir, name)
	file, err := openLocked(path)
	if errors.Is(err, errHeld) {
		return nil, &HeldError{Dir: dir, PID: holder(path)}
	}
	if err != nil {
		return nil, fmt.Errorf("lock data directory %s: %w", dir, err)
	}
	// The process id only serves the message of whoever comes second, so a failure to note it is none of the lock's.
	if file.Truncate(0) == nil {
		_, _ = file.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	}
	return &Lock{file: file}, nil
}

// Release gives the lock back. A second call does nothing.
func (l *Lock) Release() error {
	if l == nil || l.file == nil {
		return nil
	}
	file := l.file
	l.file = nil
	if err := file.Close(); err != nil {
		return fmt.Errorf("release data directory: %w", err)
	}
	return nil
}

// holder reads the process id that the holder noted, or 0.
func holder(path string) int {
	file, err := os.Open(path)
	if err != nil {
		return 0
	}
	defer func() { _ = file.Close() }()
	text, err := io.ReadAll(io.LimitReader(file, 32))
	if err != nil {
		return 0
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0
	}
	return pid
}
