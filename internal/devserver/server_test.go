package devserver_test

import (
	"context"
	"database/sql"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"causeway/internal/devserver"
	"causeway/internal/devserver/dirlock"
)

func TestSearchAttributesOfEachTypeFindWorkflows(t *testing.T) {
	t.Parallel()
	s := start(t, devserver.Options{DataDir: t.TempDir(), SearchAttributes: attributes, DisableUI: true})
	c := dial(t, s)
	work(t, c)
	at := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	run, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: "from-within", TaskQueue: taskQueue}, indexed, at)
	require.NoError(t, err)
	require.NoError(t, run.Get(t.Context(), nil))

	for _, query := range []string{
		`TestName = 'Łódź 1'`, `TestBroken = true`, `TestCount > 2`, `TestTime >= '2026-03-04T05:06:07Z'`,
		`WorkflowId = 'from-within'`,
	} {
		require.Eventually(t, func() bool { return count(t, c, query) == 1 }, 5*time.Second, 5*time.Millisecond, query)
	}
	for _, query := range []string{`TestName = 'x'`, `TestBroken = false`, `TestCount > 3`, `TestTime > '2026-03-04T05:06:08Z'`, `TestTime < '2026-03-04T05:06:06Z'`} {
		require.Zero(t, count(t, c, query), query)
	}
}

func count(t testing.TB, c client.Client, query string) int64 {
	t.Helper()
	counted, err := c.CountWorkflow(t.Context(), &workflowservice.CountWorkflowExecutionsRequest{Query: query})
	require.NoError(t, err)
	return counted.GetCount()
}

func TestAddedNamespaceAcceptsItsSearchAttributesInEveryService(t *testing.T) {
	t.Parallel()
	s := start(t, devserver.Options{DataDir: t.TempDir(), DisableUI: true})
	require.NoError(t, s.AddNamespace(t.Context(), s.Namespace(), attributes))
	c := dial(t, s)
	work(t, c)

	run, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{
		TaskQueue: taskQueue, TypedSearchAttributes: temporal.NewSearchAttributes(testCount.ValueSet(1)),
	}, indexed, time.Now())
	require.NoError(t, err)
	require.NoError(t, run.Get(t.Context(), nil))
	events := c.GetWorkflowHistory(t.Context(), run.GetID(), run.GetRunID(), false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		event, err := events.Next()
		require.NoError(t, err)
		require.Nil(t, event.GetWorkflowTaskFailedEventAttributes(), "the history service did not know an attribute yet")
	}

	require.NoError(t, s.AddNamespace(t.Context(), s.Namespace(), attributes), "a second call does nothing")
	err = s.AddNamespace(t.Context(), s.Namespace(), map[string]enums.IndexedValueType{"TestCount": enums.INDEXED_VALUE_TYPE_BOOL})
	require.ErrorContains(t, err, "TestCount has type Int in this data directory, but Causeway needs Bool")
	described, err := c.WorkflowService().DescribeNamespace(t.Context(), &workflowservice.DescribeNamespaceRequest{Namespace: s.Namespace()})
	require.NoError(t, err)
	require.Equal(t, 30*24*time.Hour, described.GetConfig().GetWorkflowExecutionRetentionTtl().AsDuration())
}

func TestUpdateWithStartAnswers(t *testing.T) {
	t.Parallel()
	s := start(t, devserver.Options{DataDir: t.TempDir(), DisableUI: true})
	c := dial(t, s)
	work(t, c)
	answer, err := updateWithStart(t.Context(), c, "push/demo/invoice/1")
	require.NoError(t, err)
	require.Equal(t, "done", answer)
}

func TestClosedServerLeavesOneConsistentFileAndGoesOnInTheSameProcess(t *testing.T) {
	t.Parallel()
	// Characters with a meaning in a URI must reach the file system unchanged.
	dir := filepath.Join(t.TempDir(), "data of ü?x=1&%20#")
	s, err := devserver.Start(t.Context(), devserver.Options{DataDir: dir})
	require.NoError(t, err)
	require.DirExists(t, dir)
	for _, path := range []string{"/", "/api/v1/namespaces/default"} { // the pages, and the server through them
		page, err := http.Get(s.UIURL() + path)
		require.NoError(t, err)
		require.NoError(t, page.Body.Close())
		require.Equal(t, http.StatusOK, page.StatusCode, path)
	}

	c := dial(t, s)
	_, err = c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: "gate", TaskQueue: taskQueue}, gate)
	require.NoError(t, err)
	begin := time.Now()
	require.NoError(t, s.Close(context.Background()))
	require.NoError(t, s.Close(context.Background()), "a second close does nothing")
	require.Less(t, time.Since(begin), 10*time.Second)

	file := filepath.Join(dir, "temporal.db")
	log, err := os.Stat(file + "-wal")
	require.NoError(t, err)
	require.Zero(t, log.Size(), "the log was moved into the database")
	copied := filepath.Join(t.TempDir(), "copy.db")
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(copied, content, 0o600))
	db, err := sql.Open("sqlite", copied)
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	var verdict string
	require.NoError(t, db.QueryRow("PRAGMA integrity_check").Scan(&verdict))
	require.Equal(t, "ok", verdict)

	again := start(t, devserver.Options{DataDir: dir, DisableUI: true})
	c = dial(t, again)
	work(t, c)
	require.NoError(t, c.SignalWorkflow(t.Context(), "gate", "", "open", "sesame"))
	var word string
	require.NoError(t, c.GetWorkflow(t.Context(), "gate", "").Get(t.Context(), &word))
	require.Equal(t, "sesame", word)
}

func TestTakenPortIsNamed(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, taken.Close()) }()
	port := taken.Addr().(*net.TCPAddr).Port

	for which, options := range map[string]devserver.Options{
		devserver.PortTemporal: {DataDir: t.TempDir(), Port: port},
		devserver.PortUI:       {DataDir: t.TempDir(), UIPort: port},
	} {
		_, err := devserver.Start(t.Context(), options)
		var portErr *devserver.PortError
		require.ErrorAs(t, err, &portErr)
		require.Equal(t, which, portErr.Which)
		require.Equal(t, port, portErr.Port)
		require.ErrorContains(t, err, "already in use")
		lock, err := dirlock.Acquire(options.DataDir, "temporal.lock")
		require.NoError(t, err, "a failed start gives the directory back")
		require.NoError(t, lock.Release())
	}
}

func TestUnusableOptionsAreRefused(t *testing.T) {
	t.Parallel()
	_, err := devserver.Start(t.Context(), devserver.Options{})
	require.ErrorContains(t, err, "no data directory was given")
	_, err = devserver.Start(t.Context(), devserver.Options{DataDir: t.TempDir(), Port: 70000})
	var portErr *devserver.PortError
	require.ErrorAs(t, err, &portErr)
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err = devserver.Start(t.Context(), devserver.Options{DataDir: file})
	require.Error(t, err)
	damaged := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(damaged, "temporal.db"), []byte(strings.Repeat("no database ", 100)), 0o600))
	_, err = devserver.Start(t.Context(), devserver.Options{DataDir: damaged})
	require.ErrorContains(t, err, "temporal.db")
}

// recorder is a slog handler that keeps its records.
type recorder struct {
	slog.Handler
	mu    *sync.Mutex
	lines *[]string
}

func (r recorder) Enabled(context.Context, slog.Level) bool { return true }

func (r recorder) WithAttrs([]slog.Attr) slog.Handler { return r }

func (r recorder) Handle(_ context.Context, record slog.Record) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	*r.lines = append(*r.lines, record.Level.String()+" "+record.Message)
	return nil
}

func TestServerIsSilentInTheNormalCourse(t *testing.T) {
	t.Parallel()
	var lines []string
	log := slog.New(recorder{Handler: slog.DiscardHandler, mu: new(sync.Mutex), lines: &lines})
	s, err := devserver.Start(t.Context(), devserver.Options{DataDir: t.TempDir(), SearchAttributes: attributes, Logger: log})
	require.NoError(t, err)
	c := dial(t, s)
	work(t, c)
	run, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{TaskQueue: taskQueue}, chain, 3)
	require.NoError(t, err)
	require.NoError(t, run.Get(t.Context(), nil))
	require.NoError(t, s.Close(context.Background()))
	require.Empty(t, lines)
}
