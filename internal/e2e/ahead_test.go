//go:build unix

package e2e_test

import (
	"net/http"
	"testing"
	"time"

	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

func TestASyncThatGoesOnStepsAsideForOneRecord(t *testing.T) {
	t.Parallel()
	d := deploy(t, number(t, envRecords, 150))
	d.stepsAside(t)
	d.verify(t)
}

// stepsAside asks for one record while a sync of all accounts runs. The record must be synced before that sync ends.
func (d *deployment) stepsAside(t *testing.T) {
	t.Helper()
	d.startWorker(t)
	d.connect(t, "accounts_and_contacts")
	d.awaitDone(t)
	o := lookFromOutside(t, d.sides, leaveFaults)
	accounts := o.crm(t, "Accounts", "id")
	for _, a := range accounts {
		a["Phone"] = "+1 555 0100"
	}
	o.write(t, http.MethodPut, "Accounts", accounts)
	newest := "0" // planned last, and written last
	for _, a := range accounts {
		if id := a.text("id"); len(id) > len(newest) || len(id) == len(newest) && id > newest {
			newest = id
		}
	}
	d.misbehave(t, map[string]string{"latency": "400ms"})
	admin := contract.NewClient(d.client(t))
	whole, err := admin.SyncNow(t.Context(), "demo", contract.SyncNowRequest{Who: "ann"})
	require.NoError(t, err)
	written := func() int {
		n := 0
		for _, c := range o.billing(t, "/customers", "customers") {
			if c.text("phone") == "+1 555 0100" {
				n++
			}
		}
		return n
	}
	require.Eventually(t, func() bool { return written() > 0 }, syncWithin, lookEvery, "the sync writes")

	begun := time.Now()
	ahead, err := admin.ResyncRecord(t.Context(), "demo", contract.ResyncRecordRequest{Module: "Accounts", ID: newest, Who: "bob"})
	require.NoError(t, err)
	require.False(t, ahead.Queued)
	result, err := admin.Wait(t.Context(), ahead.RunRef)
	require.NoError(t, err)
	require.Equal(t, contract.RunCompleted, result.Status)
	t.Logf("the record was brought across within %s; %d of %d were written then", time.Since(begun), written(), len(accounts))
	require.Less(t, written(), len(accounts), "the sync has not ended")
	d.misbehave(t, map[string]string{"latency": "0s"})

	result, err = admin.Wait(t.Context(), whole.RunRef)
	require.NoError(t, err)
	require.Equal(t, contract.RunCompleted, result.Status)
	require.Equal(t, len(accounts), written())
}
