package budget

import (
	"math"
	"time"
)

// bucket is a token bucket. It differs from that of package rate in that a start that was not used can be given back
// after its time, and it is guarded by whoever has it.
type bucket struct {
	flow          float64 // tokens a second; 0 is no bound
	burst, tokens float64
	kept          float64   // of the tokens, for callers with priority
	at            time.Time // when tokens was right
}

// newBucket is one under which no 60 seconds see more than perMinute starts: what may burst at once is taken off
// what flows in. All tokens but one are kept for callers with priority, so that a burst of theirs need not wait, and
// what they took comes back before any other call starts. Where one start a minute is all there is, none is kept.
func newBucket(perMinute int) bucket {
	if perMinute <= 0 {
		return bucket{}
	}
	burst := min(maxBurst, max(2, perMinute/10), perMinute)
	return bucket{
		flow: float64(perMinute-burst+1) / 60, burst: float64(burst), tokens: float64(burst), kept: float64(burst - 1),
	}
}

// wait is how long until there is a token, for callers without priority one beyond those that are kept.
func (b *bucket) wait(now time.Time, priority bool) time.Duration {
	if b.flow == 0 {
		return 0
	}
	if elapsed := now.Sub(b.at); elapsed > 0 {
		b.tokens, b.at = min(b.burst, b.tokens+elapsed.Seconds()*b.flow), now
	}
	// Rounded up: whoever waits that long makes progress.
	need := 1.0
	if !priority {
		need += b.kept
	}
	return max(0, time.Duration(math.Ceil((need-b.tokens)/b.flow*float64(time.Second))))
}

// add puts tokens in, or takes them out.
func (b *bucket) add(tokens float64) { b.tokens = min(b.burst, b.tokens+tokens) }
