//go:build unix

package e2e_test

import (
	"context"
	"strings"
	"syscall"
	"testing"
	"time"

	"causeway/internal/proctest"
	"causeway/workflows/contract"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"google.golang.org/protobuf/types/known/durationpb"
)

func TestWorkerPreparesItsNamespaceAndEndsGracefullyOnSIGTERM(t *testing.T) {
	t.Parallel()
	s := operate(t)
	s.register(t, nil) // without a search attribute, as an operator makes it
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		w := s.worker(t, "--log-format=json")
		w.Says(t, `"msg":"worker started"`)
		require.NoError(t, syscall.Kill(w.Pid(), signal))
		w.Wait(t)
		require.Zero(t, w.Status(), "exit status 0 after %s: %s", signal, w.Last())
		require.Contains(t, w.Err(), `"msg":"worker stopped"`)
	}

	listed, err := s.client.OperatorService().ListSearchAttributes(t.Context(),
		&operatorservice.ListSearchAttributesRequest{Namespace: s.namespace})
	require.NoError(t, err)
	for name, kind := range contract.SearchAttributes() {
		require.Equal(t, kind, listed.GetCustomAttributes()[name], name)
	}
}

func TestWorkerNamesAnUnknownNamespaceAndItsRemedy(t *testing.T) {
	t.Parallel()
	s := operate(t)
	w := s.worker(t)
	w.Wait(t)
	require.Equal(t, couldNotRun, w.Status())
	require.Contains(t, w.Err(), `namespace "`+s.namespace+`" does not exist`)
	require.Contains(t, w.Err(), "temporal operator namespace create")
}

func TestWorkerRefusesASearchAttributeOfAnotherType(t *testing.T) {
	t.Parallel()
	name := contract.AttributeStatus.GetName()
	s := operate(t)
	s.register(t, map[string]enums.IndexedValueType{name: enums.INDEXED_VALUE_TYPE_INT})
	w := s.worker(t)
	w.Wait(t)
	require.Equal(t, couldNotRun, w.Status())
	require.Contains(t, w.Err(), "search attribute "+name+" has the type Int, but Causeway needs Keyword: use another namespace")
}

// couldNotRun is the exit status of a program that could not do what it was asked for.
const couldNotRun = 2

// operated is a Temporal server with a namespace that an operator makes, or forgets to make.
type operated struct {
	address   string
	namespace string
	client    client.Client
	dir       string // of the worker's migrated store
}

// operate starts a Temporal server, and migrates a store.
func operate(t testing.TB) *operated {
	t.Helper()
	s := &operated{namespace: "operated", dir: t.TempDir()}
	p := proctest.Start(t, proctest.Dev, proctest.Options{Args: []string{"temporal", "--data-dir=" + t.TempDir(), "--temporal-port=0", "--ui-port=0"}})
	var ready struct {
		Address string `json:"address"`
	}
	p.FirstLine(t, &ready)
	s.address = ready.Address
	c, err := client.DialContext(t.Context(), client.Options{HostPort: s.address})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	s.client = c
	migrated := proctest.Run(t, proctest.Worker, proctest.Options{Args: []string{"--data-dir=" + s.dir, "migrate"}})
	require.Zero(t, migrated.Status(), migrated.Last())
	return s
}

// register makes the namespace, with these search attributes.
func (s *operated) register(t testing.TB, attributes map[string]enums.IndexedValueType) {
	t.Helper()
	_, err := s.client.WorkflowService().RegisterNamespace(t.Context(), &workflowservice.RegisterNamespaceRequest{
		Namespace: s.namespace, WorkflowExecutionRetentionPeriod: durationpb.New(24 * time.Hour),
	})
	require.NoError(t, err)
	// A new namespace is known to the whole server a moment later.
	require.Eventually(t, func() bool { return s.add(t.Context(), attributes) == nil }, time.Minute, 50*time.Millisecond)
}

func (s *operated) add(ctx context.Context, attributes map[string]enums.IndexedValueType) error {
	_, err := s.client.OperatorService().ListSearchAttributes(ctx, &operatorservice.ListSearchAttributesRequest{Namespace: s.namespace})
	if err != nil || len(attributes) == 0 {
		return err
	}
	_, err = s.client.OperatorService().AddSearchAttributes(ctx,
		&operatorservice.AddSearchAttributesRequest{Namespace: s.namespace, SearchAttributes: attributes})
	if err != nil && strings.Contains(err.Error(), "already exists") {
		return nil // an earlier try has added them
	}
	return err
}

// worker starts a worker in the namespace.
func (s *operated) worker(t testing.TB, args ...string) *proctest.Process {
	t.Helper()
	return proctest.Start(t, proctest.Worker, proctest.Options{
		Args: append([]string{"--data-dir=" + s.dir}, args...),
		Env:  []string{"TEMPORAL_ADDRESS=" + s.address, "TEMPORAL_NAMESPACE=" + s.namespace},
	})
}
