package contract

import (
	"context"
	"errors"
	"fmt"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
)

// Running says whether the connection's Integration is running. It needs no worker.
func (c *Client) Running(ctx context.Context, connection string) (bool, error) {
	if err := CheckConnectionID(connection); err != nil {
		return false, err
	}
	found, err := c.temporal.DescribeWorkflowExecution(ctx, IntegrationID(connection), "")
	if IsNotFound(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("look for %s: %w", IntegrationID(connection), err)
	}
	return found.GetWorkflowExecutionInfo().GetStatus() == enums.WORKFLOW_EXECUTION_STATUS_RUNNING, nil
}

// IsNotFound says that Temporal knows no such workflow: one that has not been started yet, or whose
// retention has ended.
func IsNotFound(err error) bool {
	var notFound *serviceerror.NotFound
	return errors.As(err, &notFound)
}
