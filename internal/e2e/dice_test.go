//go:build unix

package e2e_test

import (
	"math/rand/v2"
	"testing"
	"time"
)

// dice are the seeded moments of a test.
type dice struct{ *rand.Rand }

func roll(t testing.TB) dice {
	t.Helper()
	seed := number(t, envSeed, 1)
	t.Logf("%s=%d", envSeed, seed)
	return dice{rand.New(rand.NewPCG(uint64(seed), 7))}
}

// within is a time from 0 to d.
func (d dice) within(most time.Duration) time.Duration { return time.Duration(d.Int64N(int64(most))) }
