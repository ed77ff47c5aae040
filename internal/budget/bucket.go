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
	at            time.Time // when tokens was right
}

// newBuckets are buckets under which no 60 seconds see more than perMinute starts: what may burst at once is taken off
// what flows in. Callers without priority leave a tenth, one at least, unless one is all there is.
func newBuckets(perMinute int) (all, common bucket) {
	if perMinute <= 0 {
		return bucket{}, bucket{}
	}
	burst := min(maxBurst, max(1, perMinute/10))
	flow := float64(perMinute - burst + 1)
	rest := flow
	if perMinute > 1 {
		rest = min(0.9*flow, flow-1)
	}
	return full(flow, burst), full(rest, max(1, burst-1))
}

func full(perMinute float64, burst int) bucket {
	return bucket{flow: perMinute / 60, burst: float64(burst), tokens: float64(burst)}
}

// wait is how long until there is a token.
func (b *bucket) wait(now time.Time) time.Duration {
	if b.flow == 0 {
		return 0
	}
	if elapsed := now.Sub(b.at); elapsed > 0 {
		b.tokens, b.at = min(b.burst, b.tokens+elapsed.Seconds()*b.flow), now
	}
	// Rounded up: whoever waits that long makes progress.
	return max(0, time.Duration(math.Ceil((1-b.tokens)/b.flow*float64(time.Second))))
}

// add puts tokens in, or takes them out.
func (b *bucket) add(tokens float64) { b.tokens = min(b.burst, b.tokens+tokens) }
