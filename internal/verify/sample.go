package verify

import (
	"context"

	"causeway/internal/record"
)

// next reports whether the next one is picked. A nil sampler picks all.
func (s *sampler) next() bool {
	if s == nil {
		return true
	}
	k := s.asked
	s.asked++
	return k < s.total && (k+1)*s.n/s.total > k*s.n/s.total
}

// makeSample divides the customers that may be fetched whole. Customers without a link, which may be ours by their
// marker, get up to half of them. The linked customers get the rest.
func (v *verification) makeSample(ctx context.Context) error {
	if v.o.Sample <= 0 {
		return nil
	}
	links, err := v.store.Links.Count(ctx, v.connection.ID)
	if err != nil {
		return err
	}
	linked := links[record.EntityCustomers]
	others := max(0, len(v.lists[record.EntityCustomers])-linked)
	v.sample = &sampler{n: v.o.Sample - min(others, v.o.Sample/2), total: linked}
	return nil
}

// pickEvenly returns at most n of the ids.
func pickEvenly(ids []string, n int) []string {
	if len(ids) <= n {
		return ids
	}
	s := sampler{n: n, total: len(ids)}
	var out []string
	for _, id := range ids {
		if s.next() {
			out = append(out, id)
		}
	}
	return out
}
