//go:build unix

package e2e_test

import (
	"math/rand/v2"
	"testing"
	"time"
)

// dice choose a test's moments. They are seeded, so that a test that failed can be repeated.
type dice struct{ *rand.Rand }

func newDice(t testing.TB) dice {
	t.Helper()
	seed := number(t, envSeed, 1)
	t.Logf("%s=%d", envSeed, seed)
	return dice{rand.New(rand.NewPCG(uint64(seed), 7))}
}

// within returns a time from 0 to the most.
func (d dice) within(most time.Duration) time.Duration { return time.Duration(d.Int64N(int64(most))) }
