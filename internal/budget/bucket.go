package budget

import (
	"math"
	"time"
)

// bucket is a token bucket. Unlike package rate's, it takes back a start that was not used, even later. Its owner
// guards it.
type bucket struct {
	perSecond     float64 // tokens a second; 0 means no limit
	burst, tokens float64
	reserved      float64   // tokens reserved for callers with priority
	at            time.Time // when tokens was last updated
}

// newBucket returns a bucket that lets at most perMinute calls start in any 60 seconds: the burst is subtracted
// from the flow. All tokens but one are reserved for callers with priority. So their burst need not wait, and its
// tokens are refilled before any other call starts. With one start a minute nothing is reserved.
func newBucket(perMinute int) bucket {
	if perMinute <= 0 {
		return bucket{}
	}
	burst := min(maxBurst, max(2, perMinute/10), perMinute)
	return bucket{
		perSecond: float64(perMinute-burst+1) / 60, burst: float64(burst), tokens: float64(burst), reserved: float64(burst - 1),
	}
}

// wait returns how long until a token is free. A caller without priority needs one beyond the reserved ones.
func (b *bucket) wait(now time.Time, priority bool) time.Duration {
	if b.perSecond == 0 {
		return 0
	}
	if elapsed := now.Sub(b.at); elapsed > 0 {
		b.tokens, b.at = min(b.burst, b.tokens+elapsed.Seconds()*b.perSecond), now
	}
	// Rounded up, so that a caller who waits this long gets its token.
	need := 1.0
	if !priority {
		need += b.reserved
	}
	return max(0, time.Duration(math.Ceil((need-b.tokens)/b.perSecond*float64(time.Second))))
}

// add puts tokens in, or takes them out if negative.
func (b *bucket) add(tokens float64) { b.tokens = min(b.burst, b.tokens+tokens) }
