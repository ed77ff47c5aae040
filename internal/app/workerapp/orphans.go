package workerapp

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strconv"
	"strings"
	"syscall"

	"causeway/workflows/contract"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
)

// errLost is the failure of an orphan. Its type is one that every retry policy retries.
var errLost = temporal.NewApplicationError("the process that ran it has ended", "WorkerLost")

// ReleaseOrphans makes Temporal retry at once the activities that a killed process of this machine was running.
// Without it each of them waits for its heartbeat time-out, so a process that is killed more often than that never
// gets on. Call it before the worker starts. It only saves time: claims in the store keep the retry safe even if
// the other process is still alive. So a failure is only logged.
func ReleaseOrphans(ctx context.Context, c client.Client, namespace string, log *slog.Logger) {
	host, err := os.Hostname()
	if err != nil {
		return
	}
	if err := releaseOrphans(ctx, c, namespace, host); err != nil {
		log.Warn("activities of a killed process could not be retried at once, and are retried after their heartbeat time-out", "error", err)
	}
}

func releaseOrphans(ctx context.Context, c client.Client, namespace, host string) error {
	query := fmt.Sprintf("%s = %q AND ExecutionStatus = 'Running'", contract.AttributeStatus.GetName(), contract.RunRunning)
	var token []byte
	for {
		page, err := c.ListWorkflow(ctx, &workflowservice.ListWorkflowExecutionsRequest{Query: query, NextPageToken: token})
		if err != nil {
			return err
		}
		for _, e := range page.GetExecutions() {
			if err := releaseOf(ctx, c, namespace, host, e); err != nil {
				return err
			}
		}
		if token = page.GetNextPageToken(); len(token) == 0 {
			return nil
		}
	}
}

func releaseOf(ctx context.Context, c client.Client, namespace, host string, e *workflow.WorkflowExecutionInfo) error {
	id, run := e.GetExecution().GetWorkflowId(), e.GetExecution().GetRunId()
	found, err := c.DescribeWorkflowExecution(ctx, id, run)
	if err != nil {
		return err
	}
	for _, a := range found.GetPendingActivities() {
		if a.GetState() != enums.PENDING_ACTIVITY_STATE_STARTED || !processEnded(a.GetLastWorkerIdentity(), host) {
			continue
		}
		err := c.CompleteActivityByID(ctx, namespace, id, run, a.GetActivityId(), nil, errLost)
		var notFound *serviceerror.NotFound
		if err != nil && !errors.As(err, &notFound) { // another process may have released it first
			return err
		}
	}
	return nil
}

// processEnded reports whether a worker's identity, pid@host@..., belongs to a process of this machine that has
// ended. Our own process id means an earlier process that had it, which is usual in a container.
func processEnded(identity, host string) bool {
	parts := strings.SplitN(identity, "@", 3)
	if len(parts) < 2 || parts[1] != host {
		return false
	}
	pid, err := strconv.Atoi(parts[0])
	if err != nil || pid <= 0 {
		return false
	}
	if pid == os.Getpid() {
		return true
	}
	process, err := os.FindProcess(pid)
	return err != nil || errors.Is(process.Signal(syscall.Signal(0)), os.ErrProcessDone)
}
