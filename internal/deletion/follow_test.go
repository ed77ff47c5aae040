package deletion_test

import (
	"fmt"
	"testing"

	"causeway/internal/deletion"
	"causeway/internal/record"

	"github.com/stretchr/testify/require"
)

var (
	states   = []string{deletion.RowOpen, deletion.RowSent, deletion.RowDone, deletion.RowFailed}
	outcomes = []string{"", deletion.Converted, deletion.Deleted, deletion.Kept, deletion.Gone, deletion.Unknown}
)

func TestAContactPersonFollowsItsCustomer(t *testing.T) {
	t.Parallel()
	for _, born := range []record.Side{record.CRM, record.Billing} {
		for _, state := range states {
			for _, was := range outcomes {
				for _, customer := range outcomes[1:] {
					what := fmt.Sprintf("born %s, %s, %q, customer %s", born, state, was, customer)
					got, changed := deletion.Person{Born: born, State: state, Outcome: was}.Follow(customer)
					want := customer
					if customer == deletion.Converted && born == record.Billing {
						want = deletion.Kept
					}
					require.Equal(t, want, got, what)
					wrongly := was == deletion.Deleted && customer != deletion.Deleted
					require.Equal(t, state != deletion.RowDone || wrongly, changed, what)
				}
			}
		}
	}
}

func TestALookDecidesWhetherARecordIsDoneOnceMore(t *testing.T) {
	t.Parallel()
	for _, outcome := range outcomes[1:] {
		was := deletion.Progress{State: deletion.RowDone, Outcome: outcome, Code: "C", Reason: "why", Attempts: 2}
		require.Equal(t, was, was.Looked(deletion.VerifiedOK))

		wrong := was.Looked("it has a marker")
		require.Equal(t, deletion.Progress{State: deletion.RowOpen, Outcome: outcome, Code: deletion.CodeNotAsPlanned, Reason: "it has a marker"}, wrong)

		want := was
		want.Code, want.Reason = deletion.CodeGivenUp, deletion.ReasonNotSeen
		if outcome == deletion.Unknown {
			want.Reason = deletion.ReasonGivenUp
		}
		require.Equal(t, want, was.Looked(deletion.VerifiedGivenUp))
	}
}
