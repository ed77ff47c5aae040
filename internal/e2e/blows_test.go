//go:build unix

package e2e_test

import (
	"testing"
	"time"

	"causeway/internal/proctest"
)

// workerBlows is how many of blows hit the worker alone: the first ones.
const workerBlows = 2

// blows are the ways to hit a deployment.
var blows = []piece{
	{"the worker is killed", func(t testing.TB, f *force) {
		f.kill(&f.worker, func() *proctest.Process { return f.startWorker(t) })
	}},
	{"the worker freezes", func(t testing.TB, f *force) { f.freeze(t, f.worker) }},
	{"the sides are killed", func(t testing.TB, f *force) {
		f.kill(&f.sandbox, func() *proctest.Process { f.startSandbox(t); return f.sandbox })
	}},
	{"the sides freeze", func(t testing.TB, f *force) { f.freeze(t, f.sandbox) }},
	{"Temporal is killed", func(t testing.TB, f *force) {
		f.kill(&f.temporal, func() *proctest.Process { f.startTemporal(t); return f.temporal })
	}},
	{"Temporal freezes", func(t testing.TB, f *force) { f.freeze(t, f.temporal) }},
	{"the sides misbehave", func(t testing.TB, f *force) { f.misbehave(t, faults) }},
	{"access tokens expire", func(t testing.TB, f *force) { f.outside.control(t, "POST", "tokens/expire", nil, nil) }},
}

// databaseBlows are the ways to hit a store on a server of its own.
var databaseBlows = []piece{
	{"PostgreSQL is killed", func(t testing.TB, f *force) {
		f.database.Kill(t)
		f.pause(500 * time.Millisecond)
		f.database.Start(t)
	}},
	{"PostgreSQL freezes", func(t testing.TB, f *force) {
		f.database.Freeze(t)
		f.pause(8 * time.Second)
		f.database.Thaw(t)
	}},
}

// pause waits for a random time: the test is about the moment of a blow.
func (f *force) pause(most time.Duration) { <-time.After(f.within(most)) }

// blow hits at a random moment, in a random way.
func (f *force) blow(t testing.TB) {
	t.Helper()
	f.pause(1200 * time.Millisecond)
	b := f.blows[f.IntN(len(f.blows))]
	t.Logf("blow %d: %s", f.hits, b.name)
	b.do(t, f)
	f.hits++
}

// kill ends a process as kill -9 does, and starts it a moment later.
func (f *force) kill(p **proctest.Process, start func() *proctest.Process) {
	(*p).Kill()
	f.pause(500 * time.Millisecond)
	*p = start()
}

// freeze stops a process for a moment, one time in eight for longer than every time-out.
func (f *force) freeze(t testing.TB, p *proctest.Process) {
	t.Helper()
	p.Freeze(t)
	if f.IntN(8) == 0 {
		<-time.After(heartbeatAndMore)
	} else {
		f.pause(2 * time.Second)
	}
	p.Thaw(t)
}

// heartbeatAndMore is longer than the heartbeat's time-out, which is the longest of all time-outs.
const heartbeatAndMore = 23 * time.Second
