package storetest

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"causeway/internal/record"
	"causeway/internal/store/mirror"
	"causeway/internal/store/operations"
	"causeway/internal/store/worklist"

	"github.com/stretchr/testify/require"
)

func eachBench(b *testing.B, on Database, bench func(b *testing.B, s *Store)) {
	b.Helper()
	bench(b, fresh(b, on(b)))
}

// Bench measures a store on a database of one kind.
func Bench(b *testing.B, on Database) {
	b.Helper()
	b.Run("PutMirrorPage", func(b *testing.B) { benchPutMirrorPage(b, on) })
	b.Run("Operations", func(b *testing.B) { benchOperations(b, on) })
}

// wide is an account of 20 fields.
func wide(i int) record.Record {
	r := crmRecord(record.Accounts, fmt.Sprintf("%012d", i), "x", now)
	for f := range 17 {
		r.Values[fmt.Sprintf("Field_%d", f)] = fmt.Sprintf("value %d of %d", f, i)
	}
	r.Values["Revenue"] = json.Number("1234.50")
	return r
}

// benchPutMirrorPage stores pages of 200 records: new ones, and ones that are there already.
func benchPutMirrorPage(b *testing.B, on Database) {
	const size = 200
	eachBench(b, on, func(b *testing.B, s *Store) {
		n := 0
		pageAt := func(from int) mirror.Page {
			p := mirror.Page{Connection: demo, Side: record.CRM, Module: record.Accounts, Next: record.Cursor{ID: fmt.Sprint(from)}}
			for i := range size {
				p.Records = append(p.Records, wide(from+i))
			}
			return p
		}
		b.Run("new", func(b *testing.B) {
			for b.Loop() {
				_, err := s.Mirror.PutPage(context.Background(), pageAt(n*size))
				require.NoError(b, err)
				n++
			}
			b.ReportMetric(float64(size*b.N)/b.Elapsed().Seconds(), "records/s")
		})
		b.Run("unchanged", func(b *testing.B) {
			p := pageAt(0)
			for b.Loop() {
				_, err := s.Mirror.PutPage(context.Background(), p)
				require.NoError(b, err)
			}
			b.ReportMetric(float64(size*b.N)/b.Elapsed().Seconds(), "records/s")
		})
	})
}

// benchOperations carries 500 records through a run: due, planned, claimed, sent and finished, the last
// two 50 at a time.
func benchOperations(b *testing.B, on Database) {
	const size, batch = 500, 50
	eachBench(b, on, func(b *testing.B, s *Store) {
		ctx := context.Background()
		run := startRun(b, s, 1)
		var plan, claim, sent, finish time.Duration
		lap := func(sum *time.Duration, from time.Time) { *sum += time.Since(from) }
		for n := 0; b.Loop(); n++ {
			records := make([]record.Record, size)
			ops := make([]record.Operation, size)
			for i := range records {
				records[i] = wide(n*size + i)
				ops[i] = planned(b, nil, run.ID, records[i].ID)
				ops[i].SourceHash = records[i].Values.Hash()
				ops[i].After = records[i].Values
			}
			put(b, s, records...)
			from := time.Now()
			due, err := s.Worklist.Due(ctx, worklist.Query{Connection: demo, Run: run.ID, Module: record.Accounts, Limit: size})
			require.NoError(b, err)
			require.Len(b, due, size)
			insert(b, s, ops...)
			lap(&plan, from)
			from = time.Now()
			ops, err = s.Operations.Claim(ctx, run.ID, record.EntityCustomers, "t", size)
			require.NoError(b, err)
			lap(&claim, from)
			for part := ops; len(part) > 0; part = part[batch:] {
				from = time.Now()
				granted, err := s.Operations.MarkSent(ctx, "t", idsOf(part[:batch]), now)
				require.NoError(b, err)
				require.Len(b, granted, batch)
				lap(&sent, from)
				outcomes := make([]operations.Outcome, batch)
				for i, op := range part[:batch] {
					outcomes[i] = added(op, "c"+op.SourceID)
				}
				from = time.Now()
				_, err = s.Operations.Finish(ctx, "t", now, outcomes)
				require.NoError(b, err)
				lap(&finish, from)
			}
		}
		ms := func(d time.Duration, per int) float64 { return d.Seconds() * 1000 / float64(b.N*per) }
		b.ReportMetric(ms(plan, 1), "ms/plan500")
		b.ReportMetric(ms(claim, 1), "ms/claim500")
		b.ReportMetric(ms(sent, size/batch), "ms/sent50")
		b.ReportMetric(ms(finish, size/batch), "ms/finish50")
	})
}
