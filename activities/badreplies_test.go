package activities_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"causeway/activities/activitytest"
	"causeway/internal/billing"
	"causeway/internal/crm"
	"causeway/internal/record"

	"github.com/stretchr/testify/require"
)

// spoiled are the ways in which a reply can be of no use, and what is said of each.
var spoiled = []struct{ name, fault, says string }{
	{"not JSON", "notJSON", "not a JSON object"},
	{"cut off", "truncate", "cut off"},
	{"of a wrong type", "wrongType", "not what the API promises"},
}

func TestAReplyOfNoUseIsToldWithSideAndOperation(t *testing.T) {
	t.Parallel()
	for _, c := range spoiled {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.TwoCompanies()...)
			w.Fault(c.fault, "1")
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond) // no time for another try
			defer cancel()
			crmPort, err := w.Sides.CRM(ctx, activitytest.Demo)
			require.NoError(t, err)
			_, err = crmPort.Read(ctx, record.Accounts, crm.ReadQuery{})
			require.ErrorContains(t, err, "crm: list Accounts")
			require.ErrorContains(t, err, c.says)
			billingPort, err := w.Sides.Billing(ctx, activitytest.Demo)
			require.NoError(t, err)
			_, err = billingPort.Create(ctx, record.Items, billing.Write{Marker: "m", Values: record.Values{"name": "x", "rate": 1}}, true)
			require.ErrorContains(t, err, "billing: create item")
			require.ErrorContains(t, err, c.says)
			require.True(t, record.IsAmbiguous(err), "what the write did is not known")
		})
	}
}

// troubles are what can happen to a call, together: replies of no use, and writes without an answer.
var troubles = map[string]map[string]string{
	"replies of no use": {"crm.notJSON": "0.1", "crm.truncate": "0.1", "crm.wrongType": "0.1",
		"billing.notJSON": "0.06", "billing.truncate": "0.06", "billing.wrongType": "0.06"},
	"writes without an answer": {"billing.resetAfterWrite": "0.06", "billing.timeoutAfterWrite": "0.06",
		"billing.reset": "0.03", "billing.serverError": "0.03", "billing.lateWrite": "0.06"},
}

// Whether or not billing keeps the marker single, and also for contact persons, which carry none.
func TestCallsWithoutAGoodAnswerLoseNothingAndDoubleNothing(t *testing.T) {
	t.Parallel()
	// Without the upsert nothing in billing keeps a record single: neither name nor marker.
	for upsert, marker := range map[string]string{"on": "unique", "off": "plain"} {
		for name, faults := range troubles {
			t.Run(name+", uniqueUpsert="+upsert, func(t *testing.T) {
				t.Parallel()
				w := activitytest.NewWorld(t, activitytest.Settings("uniqueUpsert", upsert, "billingMarker", marker, "uniqueNames", "off", "uniqueSKU", "off", "lateWriteDelay", "150ms"), activitytest.Many(20)...)
				w.Timing.Call, w.Timing.Margin = 400*time.Millisecond, 600*time.Millisecond
				for fault, rate := range faults {
					w.Fault(fault, rate)
				}
				waits := 0
				w.OnTimer = func() {
					if waits++; waits > 6 { // enough has gone wrong
						calm(w, faults)
					}
				}
				exactly(w, w.Sync(), 20)
				require.NotZero(t, waits, "nothing had to be settled: the faults did not come")
				calm(w, faults)
				require.Zero(t, w.Writes(func() { w.Sync() }))
			})
		}
	}
}

// calm ends faults.
func calm(w *activitytest.World, faults map[string]string) {
	w.T.Helper()
	for fault := range faults {
		w.Fault(fault, "0")
	}
}

func TestASideThatIsGoneForAWhileIsWaitedFor(t *testing.T) {
	t.Parallel()
	for _, side := range []string{"crm", "billing"} {
		t.Run(side, func(t *testing.T) {
			t.Parallel()
			w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.Many(10)...)
			w.Fault(side+".notJSON", "1")
			w.OnTimer = func() { w.Fault(side+".notJSON", "0") }
			exactly(w, w.Sync(), 10)
		})
	}
}

func TestTokensThatEndInMidSyncCostNoRecord(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Settings("accessTokenSeconds", "1", "tokensPerTenMinutes", "0"), activitytest.Many(30)...)
	w.Fault("expiredToken", "0.05")
	exactly(w, w.Sync(), 30)
}

func TestTooManyCallsAreWaitedOutAndCostNoRecord(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"rateLimit", "rateLimitRetryAfter"} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			w := activitytest.NewWorld(t, activitytest.Options{}, activitytest.Many(10)...)
			w.Fault("billing."+fault, "0.05")
			exactly(w, w.Sync(), 10)
		})
	}
}

func TestAReadByKeysNeedsNoPageToken(t *testing.T) {
	t.Parallel()
	w := activitytest.NewWorld(t, activitytest.Settings("pageTokenSeconds", "0"), activitytest.Many(420)...)
	exactly(w, w.Sync(), 420)
	require.Zero(t, w.Writes(func() { w.Sync() }))
	for route := range w.Box.Gate().Calls.Snapshot()["crm"].Routes {
		require.False(t, strings.HasSuffix(route, "/Accounts"), "no list that pages by token: %s", route)
	}
}
