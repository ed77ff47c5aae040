package workflows

import (
	"causeway/workflows/contract"

	"go.temporal.io/sdk/workflow"
)

// Registry is where workflows are registered: a worker, a replayer or a test environment.
type Registry interface {
	RegisterWorkflowWithOptions(w any, options workflow.RegisterOptions)
}

// Register registers all workflows under their public names.
func Register(r Registry) {
	r.RegisterWorkflowWithOptions(Integration, workflow.RegisterOptions{Name: contract.IntegrationWorkflow})
	r.RegisterWorkflowWithOptions(InitialSync, workflow.RegisterOptions{Name: contract.InitialSyncWorkflow})
	r.RegisterWorkflowWithOptions(PeriodicSync, workflow.RegisterOptions{Name: contract.PeriodicSyncWorkflow})
	r.RegisterWorkflowWithOptions(Disable, workflow.RegisterOptions{Name: contract.DisableWorkflow})
	r.RegisterWorkflowWithOptions(Delete, workflow.RegisterOptions{Name: contract.DeleteWorkflow})
	r.RegisterWorkflowWithOptions(TransactionPush, workflow.RegisterOptions{Name: contract.TransactionPushWorkflow})
	r.RegisterWorkflowWithOptions(Notification, workflow.RegisterOptions{Name: contract.NotificationWorkflow})
}
