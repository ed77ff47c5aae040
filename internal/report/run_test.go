package report_test

import (
	"testing"
	"time"

	"causeway/internal/record"
	"causeway/internal/report"

	"github.com/stretchr/testify/require"
)

func TestAnOperationNamesItsTwoRecordsBySideWhicheverWayItWent(t *testing.T) {
	t.Parallel()
	there := report.NewOperation(record.Operation{
		SourceModule: record.Accounts, SourceID: "a1", TargetModule: record.Customers, TargetID: "c1"})
	back := report.NewOperation(record.Operation{
		SourceModule: record.Customers, SourceID: "c1", TargetModule: record.Accounts, TargetID: "a1"})
	require.Equal(t, "to_billing", there.Direction)
	require.Equal(t, "to_crm", back.Direction)
	for _, op := range []report.Operation{there, back} {
		require.Equal(t, "a1", op.CRMID)
		require.Equal(t, "c1", op.BillingID)
	}
}

func TestARunTellsWhatWentToTheCRMOnlyWhereAnythingDid(t *testing.T) {
	t.Parallel()
	run := report.NewRun(record.Run{}, nil, nil, time.Time{})
	require.Nil(t, run.WithToCRM(nil).ToCRM)
	counted := run.WithToCRM(map[record.Entity]record.Counts{record.EntityItems: {Added: 1}})
	require.Equal(t, 1, counted.ToCRM["items"].Added)
	require.Contains(t, counted.ToCRM, "customers", "every entity is there")
}
