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

// Lock is held until Release, or until the process ends in any way.
type Lock struct {
	file *os.File
}

// HeldError means that another live process, or another part of this one, holds the directory.
type HeldError struct {
	Dir string
	PID int // the holder's process id; 0 if unknown
}

// Error names the directory, its holder and the remedy.
func (e *HeldError) Error() string {
	holder := "another process"
	if e.PID > 0 {
		holder = fmt.Sprintf("process %d", e.PID)
	}
	return fmt.Sprintf("data directory %s is in use by %s: stop it, or choose another directory", e.Dir, holder)
}

// errHeld is the error for a held lock on every system.
var errHeld = errors.New("held")

// Acquire takes the lock of dir with the file name in it, without waiting. If another holds it, it returns
// *HeldError. Release does not remove the file: otherwise two processes could lock two files of the same name.
func Acquire(dir, name string) (*Lock, error) {
	path := filepath.Join(dir, name)
	file, err := openLocked(path)
	if errors.Is(err, errHeld) {
		return nil, &HeldError{Dir: dir, PID: holder(path)}
	}
	if err != nil {
		return nil, fmt.Errorf("lock data directory %s: %w", dir, err)
	}
	// The process id only serves the message to a second process. Failing to write it does not affect the lock.
	if file.Truncate(0) == nil {
		_, _ = file.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	}
	return &Lock{file: file}, nil
}

// Release gives up the lock. A second call does nothing.
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

// holder returns the process id that the holder wrote, or 0.
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
