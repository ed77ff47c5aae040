package zohobilling_test

import (
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// BenchmarkUpsert measures the writes of a sync: 8 callers create customers, each one at a time.
func BenchmarkUpsert(b *testing.B) {
	s := newBench(b)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 8}}
	var next atomic.Int64
	b.SetParallelism(4)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			n := next.Add(1)
			req := s.request("PUT", "/customers", fmt.Sprintf(`{"display_name":"Customer %d","company_name":"Customer %d","phone":"+1 555 %d",
				"billing_address":{"street":"%d Quay Street","city":"Phoenix","country":"U.S.A"}}`, n, n, n, n), byMarker(fmt.Sprint("m", n), true)...)
			resp, err := client.Do(req)
			if err != nil {
				b.Error(err)
				return
			}
			_, _ = io.Copy(io.Discard, resp.Body)
			_ = resp.Body.Close()
			if resp.StatusCode != http.StatusCreated {
				b.Error(resp.Status)
				return
			}
		}
	})
	b.StopTimer()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
}

// BenchmarkListPages reads all pages of a long list, in order.
func BenchmarkListPages(b *testing.B) {
	s := newBench(b)
	const customers = 4000
	for i := range customers {
		s.good("PUT", "/customers", fmt.Sprintf(`{"display_name":"Customer %d"}`, i), "customer", byMarker(fmt.Sprint("m", i), true)...)
	}
	b.ResetTimer()
	for range b.N {
		for page := 1; page <= customers/200; page++ {
			a := s.call("GET", fmt.Sprintf("/customers?page=%d", page), "")
			require.Len(b, a.Body["customers"], 200)
		}
	}
}
