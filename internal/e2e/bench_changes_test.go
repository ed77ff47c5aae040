//go:build unix

package e2e_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
)

const (
	changedOf = 200 // one record in 200 is edited: 1,000 among 200,000
	listPage  = 200 // records of a list call, on both sides
	putPage   = 100 // records of a write call of the CRM
)

// BenchmarkIncremental measures a sync of what was edited in the CRM since the last one: one record in 200. It counts the
// calls at the sandboxes, with extent fetch and with extent both:
//
//	CAUSEWAY_BENCH_RECORDS=200000 go test -run '^$' -bench Incremental -benchtime 1x -timeout 1h ./internal/e2e
//
// With fetch the sync reads the CRM's pages of what changed, and the end of each of billing's lists. With both it also
// reads what changed in billing: the customers, newest change first, back to the last look; all items, which cannot be
// sorted by their change; and in whole what was edited at about the time when we wrote it.
func BenchmarkIncremental(b *testing.B) {
	for range b.N {
		n := number(b, envBenchRecords, 20_000)
		fetch := measureChanges(b, n, "fetch")
		both := measureChanges(b, n, "both")
		b.ReportMetric(float64(fetch.reads()), "reads-fetch")
		b.ReportMetric(float64(both.reads()), "reads-both")
		b.ReportMetric(float64(fetch["billing"].Write)*changedOf/float64(n), "writes/change")

		require.LessOrEqual(b, fetch["crm"].Routes["POST /crm/v8/coql"], pages(n/changedOf+1)+1, "accounts that changed, and products, of which none did")
		require.LessOrEqual(b, fetch["crm"].Read, pages(n/changedOf+1)+1+deletedLists+fieldLists)
		require.LessOrEqual(b, fetch["billing"].Read, 3, "what it can do, and the end of each list")
		require.LessOrEqual(b, fetch["billing"].Write*100, n/changedOf*102)
		require.LessOrEqual(b, both["billing"].Write*100, n/changedOf*102)
		const newest, customers, again = 1, 1, 1 // one page of the customers; one customer was written by the sync before
		require.LessOrEqual(b, both.reads(), fetch.reads()+newest+customers+again+pages(n/10))
	}
}

// Calls of a sync in mode accounts that read no records: what was deleted, and which fields there are.
const deletedLists, fieldLists = 2, 2

func pages(records int) int { return (records + listPage - 1) / listPage }

// calls are the calls that the sandboxes counted, by side.
type calls map[string]struct {
	Read   int            `json:"read"`
	Write  int            `json:"write"`
	Routes map[string]int `json:"routes"`
}

func (c calls) reads() int { return c["crm"].Read + c["billing"].Read }

// measureChanges counts the calls of a sync of changes, on fresh sides.
func measureChanges(b *testing.B, records int, extent string) calls {
	b.Helper()
	// By billing's clock the first sync was an hour ago, and a small one half an hour ago. Reads overlap by a minute, and in
	// real life nobody writes thousands of customers within that minute.
	d := deployOn(b, "", records, "--setting=billingClockAhead=-1h")
	w := d.startWorker(b)
	d.connect(b, "accounts", "--customers-extent="+extent, "--items-extent="+extent)
	d.awaitLargeSync(b)
	o := lookFromOutside(b, d.sides, leaveFaults)
	clock := func(ahead string) {
		o.control(b, http.MethodPatch, "settings", map[string]string{"billingClockAhead": ahead}, nil)
	}
	clock("-30m")
	o.edit(b, 1)
	d.syncAgain(b)
	nothing := d.syncAgain(b) // reads what the others wrote
	clock("0s")
	edited := o.edit(b, records/changedOf)

	o.control(b, http.MethodPost, "calls/reset", nil, nil)
	run := d.syncAgain(b)
	var out calls
	o.control(b, http.MethodGet, "calls", nil, &out)
	require.Equal(b, edited, run.Entities["customers"].Updated)
	b.Logf("%d records, extent %s: %d changes took %s, and a sync of nothing before %s; calls of the changes, as the sandboxes counted them: %s",
		records, extent, edited, time.Duration(run.DurationMS)*time.Millisecond, time.Duration(nothing.DurationMS)*time.Millisecond, out)
	w.Stop(b)
	d.temporal.Kill()
	d.sandbox.Kill()
	return out
}

func (c calls) String() string {
	var out []string
	for _, side := range slices.Sorted(maps.Keys(c)) {
		for _, route := range slices.Sorted(maps.Keys(c[side].Routes)) {
			out = append(out, fmt.Sprintf("%d %s", c[side].Routes[route], route))
		}
	}
	return strings.Join(out, "; ")
}

// awaitLargeSync waits until the first sync is done, however long that takes: awaitDone's bound is for some hundreds of records.
func (d *deployment) awaitLargeSync(b *testing.B) {
	b.Helper()
	tick := time.NewTicker(2 * time.Second)
	defer tick.Stop()
	for {
		switch run := d.firstRun(b); run.Status {
		case contract.RunCompleted:
			return
		case "", contract.RunRunning:
			<-tick.C
		default:
			require.FailNow(b, "the first sync failed", "%+v", run)
		}
	}
}

// edit changes the phone of the first accounts, through the CRM's own API.
func (o *outside) edit(b *testing.B, n int) int {
	b.Helper()
	done := 0
	for last := "0"; done < n; {
		page, err := o.call(b.Context(), http.MethodPost, o.CRMURL+"/crm/v8/coql", nil, object{"select_query": fmt.Sprintf(
			"select id from Accounts where id > '%s' order by id asc limit %d", last, min(putPage, n-done))})
		require.NoError(b, err)
		rows := objects(page["data"])
		require.NotEmpty(b, rows)
		last = rows[len(rows)-1].text("id")
		for i := range rows {
			rows[i]["Phone"] = fmt.Sprintf("+49 %d %07d", n, done+i)
		}
		_, err = o.call(b.Context(), http.MethodPut, o.CRMURL+"/crm/v8/Accounts", nil, object{"data": rows, "trigger": []string{}})
		require.NoError(b, err)
		done += len(rows)
	}
	return done
}
