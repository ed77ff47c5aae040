package store

import (
	"context"
	"testing"

	"causeway/internal/record"

	"github.com/stretchr/testify/require"
)

func TestWhatIsDueWithoutALinkIsSeen(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx, attached, unattached := context.Background(), true, false
		run := startRun(t, s, 1)
		accounts(t, s, run.ID, 2)
		open := func(entity record.Entity, module record.Module, attached *bool) bool {
			found, err := s.Worklist.AnyUnlinked(ctx, demo, entity, module, attached)
			require.NoError(t, err)
			return found
		}
		require.True(t, open(record.EntityCustomers, record.Accounts, nil))
		require.False(t, open(record.EntityItems, record.Products, nil))
		finishAll(t, s, run.ID)
		require.False(t, open(record.EntityCustomers, record.Accounts, nil), "both are linked, and in step")
		put(t, s, crmRecord(record.Accounts, "a000", "y", now))
		require.False(t, open(record.EntityCustomers, record.Accounts, nil), "one is due again, and linked")
		of := crmRecord(record.Contacts, "c1", "x", now)
		of.ParentID = "a000"
		put(t, s, of)
		require.True(t, open(record.EntityCustomers, record.Contacts, &attached))
		require.False(t, open(record.EntityCustomers, record.Contacts, &unattached))

		n, err := s.Mirror.Count(ctx, demo, record.Billing, record.Customers)
		require.NoError(t, err)
		require.Equal(t, 2, n)
	})
}
