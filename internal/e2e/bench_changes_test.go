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
	changedOf = 200 // records for each one that is edited: 1,000 among 200,000
	listPage  = 200 // records of a list call, on both sides
	putPage   = 100 // records of a write call of the CRM
)

// BenchmarkIncremental measures a sync of what was edited in the CRM since the last one, one record of 200, and counts
// its calls at the sandboxes, with extent fetch, and with both:
//
//	CAUSEWAY_BENCH_RECORDS=200000 go test -run '^$' -bench Incremental -benchtime 1x -timeout 1h ./internal/e2e
//
// With fetch it reads the CRM's pages of what changed, and of billing's lists the ends. With both it reads besides
// what an incremental read of billing costs: its customers by their last change as far as the last look, all its
// items, which cannot be sorted so, and whole what was edited about when we wrote it.
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
		const newest, customers, again = 1, 1, 1 // of the customers, one page; one was written by the sync before
		require.LessOrEqual(b, both.reads(), fetch.reads()+newest+customers+again+pages(n/10))
	}
}

// What a sync in mode accounts asks the CRM besides the records: what was deleted, and which fields there are.
const deletedLists, fieldLists = 2, 2

func pages(records int) int { return (records + listPage - 1) / listPage }

// calls are what the sandboxes counted, by side.
type calls map[string]struct {
	Read   int            `json:"read"`
	Write  int            `json:"write"`
	Routes map[string]int `json:"routes"`
}

func (c calls) reads() int { return c["crm"].Read + c["billing"].Read }

// measureChanges gives the calls of a sync of changes, on fresh sides.
func measureChanges(b *testing.B, records int, extent string) calls {
	b.Helper()
	// The first sync was an hour ago by billing's clock, and a small one half an hour ago: in real life nobody writes
	// thousands of customers within the minute by which reads overlap.
	d := deployOn(b, "", records, "--setting=billingClockAhead=-1h")
	w := d.startWorker(b)
	d.connect(b, "accounts", "--customers-extent="+extent, "--items-extent="+extent)
	d.ended(b)
	o := lookFromOutside(b, d.sides, leaveFaults)
	clock := func(ahead string) {
		o.control(b, http.MethodPatch, "settings", map[string]string{"billingClockAhead": ahead}, nil)
	}
	clock("-30m")
	o.edit(b, 1)
	d.again(b)
	nothing := d.again(b) // reads what the others wrote
	clock("0s")
	edited := o.edit(b, records/changedOf)

	o.control(b, http.MethodPost, "calls/reset", nil, nil)
	run := d.again(b)
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

// ended waits for the first sync's end, however long that takes: the tests' bound is for some hundreds of records.
func (d *deployment) ended(b *testing.B) {
	b.Helper()
	tick := time.NewTicker(2 * time.Second)
	defer tick.Stop()
	for {
		switch run := d.look(b); run.Status {
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
