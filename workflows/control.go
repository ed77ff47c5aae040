package workflows

import (
	"causeway/workflows/contract"

	"go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/workflow"
)

// control is the queue of pause and resume signals of one Integration, in the order of its history. Two signal
// channels would lose that order within one workflow task.
type control struct{ waiting []message }

// message is one pause or resume signal with its payload, whatever that is.
type message struct {
	name    string
	payload *common.Payloads
	reads   converter.DataConverter
}

// next removes and returns the oldest message.
func (c *control) next() message {
	m := c.waiting[0]
	c.waiting = append([]message(nil), c.waiting[1:]...)
	return m
}

// request reads a message's payload. A signal without a payload, or with one that is not ours, counts all the same,
// without who and why.
func (m message) request() contract.ControlRequest {
	var req contract.ControlRequest
	if len(m.payload.GetPayloads()) > 0 && m.reads.FromPayload(m.payload.GetPayloads()[0], &req) != nil {
		return contract.ControlRequest{}
	}
	return req.Bounded()
}

type controlKey struct{}

// controlOf returns the queue of this execution. Without the interceptor there is none, and no signal would arrive.
func controlOf(ctx workflow.Context) (*control, bool) {
	c, ok := ctx.Value(controlKey{}).(*control)
	return c, ok
}

// Interceptors returns what a worker, a replayer or a test environment needs to run these workflows. payloads is
// its data converter; nil means the SDK's own.
func Interceptors(payloads converter.DataConverter) []interceptor.WorkerInterceptor {
	if payloads == nil {
		payloads = converter.GetDefaultDataConverter()
	}
	return []interceptor.WorkerInterceptor{&intercepts{reads: payloads}}
}

type intercepts struct {
	interceptor.WorkerInterceptorBase
	reads converter.DataConverter
}

func (i *intercepts) InterceptWorkflow(_ workflow.Context, next interceptor.WorkflowInboundInterceptor) interceptor.WorkflowInboundInterceptor {
	return &inbound{WorkflowInboundInterceptorBase: interceptor.WorkflowInboundInterceptorBase{Next: next}, control: &control{}, reads: i.reads}
}

// inbound belongs to one execution of one workflow.
type inbound struct {
	interceptor.WorkflowInboundInterceptorBase
	control *control
	reads   converter.DataConverter
}

func (i *inbound) ExecuteWorkflow(ctx workflow.Context, in *interceptor.ExecuteWorkflowInput) (any, error) {
	return i.Next.ExecuteWorkflow(workflow.WithValue(ctx, controlKey{}, i.control), in)
}

func (i *inbound) HandleSignal(ctx workflow.Context, in *interceptor.HandleSignalInput) error {
	integration := workflow.GetInfo(ctx).WorkflowType.Name == contract.IntegrationWorkflow
	if !integration || (in.SignalName != contract.PauseSignal && in.SignalName != contract.ResumeSignal) {
		return i.Next.HandleSignal(ctx, in)
	}
	i.control.waiting = append(i.control.waiting, message{name: in.SignalName, payload: in.Arg, reads: i.reads})
	return nil
}
