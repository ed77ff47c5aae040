package operate_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"causeway/internal/cli"
	"causeway/internal/cli/clitest"
	"causeway/internal/report"

	"github.com/stretchr/testify/require"
)

// inspected is a Temporal as doctor sees it.
type inspected struct {
	attributes error
	polled     time.Time
}

func (i inspected) Namespace(context.Context) (string, error) { return "exists", nil }

func (i inspected) SearchAttributes(context.Context) (string, error) {
	return "registered", i.attributes
}

func (i inspected) LastPoll(context.Context) (time.Time, error) { return i.polled, nil }

func (i inspected) Close() {}

// checked runs doctor, and returns its checks by name.
func checked(t *testing.T, x *clitest.Trial, want int) map[string]report.Check {
	t.Helper()
	status, out, errOut := x.Run("doctor", "--output", "json")
	require.Equal(t, want, status, errOut)
	got := clitest.AnswerOf[report.Checkup](t, out)
	checks := map[string]report.Check{}
	for _, c := range got.Checks {
		checks[c.Check] = c
		require.Equal(t, c.OK, c.Remedy == "", "what is wrong says what to do, and nothing else does: %+v", c)
	}
	return checks
}

func TestDoctorFindsEverythingInOrder(t *testing.T) {
	t.Parallel()
	x := clitest.North(t)
	x.Clock = time.Now
	x.Inspected = inspected{polled: time.Now()}
	checks := checked(t, x, cli.ExitDone)
	for _, name := range []string{"store", "key", "temporal", "namespace", "search attributes", "worker", "connections",
		"CRM: reachable", "CRM: clock", "CRM: scopes", "CRM: marker fields", "billing: reachable", "billing: clock", "billing: scopes", "billing: marker fields"} {
		require.True(t, checks[name].OK, name)
	}
	_, out, _ := x.Run("doctor")
	require.Contains(t, out, "everything is in order")
}

func TestDoctorSaysWhatIsWrongAndWhatToDo(t *testing.T) {
	t.Parallel()
	x := clitest.North(t)
	x.Clock = func() time.Time { return time.Now().Add(3 * time.Minute) }
	x.Inspected = inspected{polled: time.Now().Add(-time.Hour), attributes: errors.New("missing")}
	checks := checked(t, x, cli.ExitBad)
	require.Contains(t, checks["worker"].Remedy, "start one")
	require.Contains(t, checks["worker"].Found, "no worker has asked for work since")
	require.Contains(t, checks["search attributes"].Remedy, "`worker`")
	require.Contains(t, checks["CRM: clock"].Found, "ahead of")
	require.True(t, checks["CRM: scopes"].OK, "one that fails does not hide the others")
	_, out, errOut := x.Run("doctor")
	require.Contains(t, out, "WRONG  worker: ")
	require.Contains(t, out, "do this: start one")
	require.Contains(t, errOut, "checks failed")
}

func TestDoctorWithoutTemporalChecksTheRest(t *testing.T) {
	t.Parallel()
	x := clitest.New(t)
	x.Connection("demo")
	checks := checked(t, x, cli.ExitBad)
	require.False(t, checks["temporal"].OK)
	require.True(t, checks["store"].OK)
	require.NotContains(t, checks, "worker")
	require.Contains(t, checks["CRM: reachable"].Remedy, "run `starter connect demo` once more")
}
