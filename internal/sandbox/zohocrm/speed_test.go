package zohocrm_test

import (
	"context"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"causeway/internal/sandbox/sample"
)

// BenchmarkLoad measures what a sample of 20,000 accounts costs.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		c := newCRM(b)
		require.NoError(b, c.org.Load(context.Background(), sample.Generate(1, 20_000)))
	}
}

// BenchmarkKeysetPage measures what a page of 200 costs in the middle of 200,000 accounts. It must not depend on their number.
func BenchmarkKeysetPage(b *testing.B) {
	c := newCRM(b)
	require.NoError(b, c.org.Load(context.Background(), sample.Generate(1, 200_000)))
	const columns = "select Account_Name, Phone, Website, Billing_City, Modified_Time from Accounts where "
	byID := "id > %d order by id limit 200"
	byTime := "(Modified_Time > '2025-03-01T12:00:00+00:00') or (Modified_Time = '2025-03-01T12:00:00+00:00' and id > %d) order by Modified_Time, id limit 200"
	late := "(Modified_Time >= '2026-02-28T12:00:00+00:00' and id > %d) order by id limit 200"
	for name, where := range map[string]string{"id": byID, "time": byTime, "few by time, ordered by id": late} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				re := c.coql(columns + fmt.Sprintf(where, 5820000100700000))
				require.Contains(b, []int{http.StatusOK, http.StatusNoContent}, re.status)
			}
		})
	}
	b.Run("list", func(b *testing.B) {
		for b.Loop() {
			require.Equal(b, http.StatusOK, c.get("Accounts?fields=Account_Name,Phone,Website,Billing_City,Modified_Time").status)
		}
	})
}

// BenchmarkWrite measures single upserts by marker, with 16 callers at once.
func BenchmarkWrite(b *testing.B) {
	c := newCRM(b)
	var n atomic.Int64
	b.SetParallelism(8)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			i := n.Add(1)
			re := c.call(http.MethodPost, "Accounts/upsert",
				fmt.Sprintf(`{"data":[{"Account_Name":"A %d","Causeway_ID":"m%d"}],"duplicate_check_fields":["Causeway_ID"]}`, i, i))
			if re.status != http.StatusOK {
				b.Error(re.raw)
			}
		}
	})
}
