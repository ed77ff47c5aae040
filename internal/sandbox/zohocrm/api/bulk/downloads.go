package bulk

import (
	"sync"
	"time"
)

// downloads remembers when results were downloaded in the last minute.
type downloads struct {
	mu    sync.Mutex
	times []time.Time
}

// take counts one more download and returns true. If there were most within a minute, it returns how long to wait. A most
// of 0 is no limit.
func (d *downloads) take(now time.Time, most int) (time.Duration, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for len(d.times) > 0 && now.Sub(d.times[0]) >= time.Minute {
		d.times = d.times[1:]
	}
	if most > 0 && len(d.times) >= most {
		return time.Minute - now.Sub(d.times[0]), false
	}
	d.times = append(d.times, now)
	return 0, true
}
