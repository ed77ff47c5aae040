package storetest

import (
	"slices"
	"testing"
)

// Run tests a store on databases of one kind.
func Run(t *testing.T, on Database) {
	t.Helper()
	for _, test := range slices.Concat(
		bothwaysTests,
		claimsTests,
		connectionsTests,
		furtherTests,
		deletionTests,
		deletionEndTests,
		figuresTests,
		frozenTests,
		lifeTests,
		looksTests,
		mirrorTests,
		noticesTests,
		operationsTests,
		pushesTests,
		readsTests,
		runsTests,
		standingTests,
		tokensTests,
		worklistTests,
	) {
		t.Run(test.Name, func(t *testing.T) {
			t.Parallel()
			test.Run(t, on)
		})
	}
}
