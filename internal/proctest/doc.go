// Package proctest runs Causeway's own programs as processes, so that tests can freeze and kill them. It
// must never be imported by anything but tests, nor leave a process behind when they end, in whatever way.
package proctest
