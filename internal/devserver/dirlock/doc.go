// Package dirlock keeps two live processes out of one data directory. A lock must never outlive its holder: it is the
// operating system's lock, so a killed process leaves none behind.
//
//   - dirlock.go: takes and releases a lock, and names its holder
//   - dirlock_unix.go, dirlock_windows.go: the lock of each operating system
package dirlock
