package devtest_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"causeway/internal/devserver/devtest"
)

func TestMain(m *testing.M) { devtest.Main(m) }

func status(ctx workflow.Context) error {
	return workflow.UpsertTypedSearchAttributes(ctx, temporal.NewSearchAttributeKeyKeyword("Status").ValueSet("active"))
}

func TestNamespacesOfTestsDoNotSeeEachOther(t *testing.T) {
	t.Parallel()
	for i := range 4 {
		t.Run(fmt.Sprintf("tést %d/ß", i), func(t *testing.T) {
			t.Parallel()
			s := devtest.Start(t)
			begin := time.Now()
			namespace := s.Namespace(t, map[string]enums.IndexedValueType{"Status": enums.INDEXED_VALUE_TYPE_KEYWORD})
			t.Logf("%s took %s", namespace, time.Since(begin))
			c := s.Client(t, namespace)
			w := worker.New(c, "q", worker.Options{})
			w.RegisterWorkflow(status)
			require.NoError(t, w.Start())
			t.Cleanup(w.Stop)
			run, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: "same", TaskQueue: "q"}, status)
			require.NoError(t, err)
			require.NoError(t, run.Get(t.Context(), nil))
			require.Eventually(t, func() bool {
				counted, err := c.CountWorkflow(t.Context(), &workflowservice.CountWorkflowExecutionsRequest{Query: "`Status` = 'active'"})
				return err == nil && counted.GetCount() == 1
			}, 5*time.Second, 5*time.Millisecond)
		})
	}
}
