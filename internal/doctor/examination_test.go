package doctor

import (
	"errors"
	"fmt"
	"testing"

	"causeway/internal/record"

	"github.com/stretchr/testify/require"
)

const reauthorize = "`starter reauthorize demo --side crm` replaces the credential"

func TestTheRemedyFollowsWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"a credential that is refused":      {&record.Error{Kind: record.Unauthorized, Code: "INVALID_TOKEN"}, reauthorize},
		"a side that does not answer":       {fmt.Errorf("read: %w", &record.Error{Kind: record.Unavailable, Code: "UNREACHABLE"}), "see that this machine reaches that address, then run `starter doctor` again"},
		"an error with a remedy of its own": {&record.Error{Kind: record.Unavailable, Remedy: "wait an hour"}, "wait an hour"},
		"any other error":                   {errors.New("broken"), reauthorize},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found, remedy := explain(c.err, reauthorize)
			require.Equal(t, c.want, remedy)
			require.NotContains(t, found, c.want, "it stands once")
		})
	}
}
