package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"

	"causeway/workflows/contract"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/contrib/envconfig"
)

// The server accepts a new search attribute once its caches have refreshed. With default settings that takes up to
// a minute.
const (
	attributeWait  = 2 * time.Minute
	attributeRetry = 250 * time.Millisecond
)

// TemporalNamespace returns the namespace that the environment names.
func TemporalNamespace() (string, error) {
	opts, err := envconfig.LoadDefaultClientOptions()
	if err != nil {
		return "", fmt.Errorf("read Temporal's configuration: %w", err)
	}
	if opts.Namespace == "" {
		return client.DefaultNamespace, nil
	}
	return opts.Namespace, nil
}

// PrepareNamespace registers the search attributes that are missing in a namespace, and waits until the namespace
// accepts them. It leaves existing ones as they are, so every worker can call it at every start. Where the server
// does not permit it, an operator must register them, and the error has the commands.
func PrepareNamespace(ctx context.Context, c client.Client, namespace string, log *slog.Logger) error {
	want := contract.SearchAttributes()
	if err := describeNamespace(ctx, c, namespace); err != nil {
		return err
	}
	missing, err := missingAttributes(ctx, c, namespace, want)
	if denied(err) {
		// Without the right to list them they may still exist. waitAccepted finds out.
		log.Info("search attributes cannot be listed", "namespace", namespace, "error", err)
		missing, err = nil, nil
	}
	if err != nil {
		return fmt.Errorf("list search attributes of namespace %s: %w", namespace, err)
	}
	if len(missing) > 0 {
		log.Info("register search attributes", "namespace", namespace, "count", len(missing))
		_, err = c.OperatorService().AddSearchAttributes(ctx,
			&operatorservice.AddSearchAttributesRequest{Namespace: namespace, SearchAttributes: missing})
		var exists *serviceerror.AlreadyExists // another worker registered them first
		if err != nil && !errors.As(err, &exists) {
			return registerByHand(namespace, missing, err)
		}
	}
	return waitAccepted(ctx, c, namespace, want, len(missing) > 0)
}

func describeNamespace(ctx context.Context, c client.Client, namespace string) error {
	_, err := c.WorkflowService().DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: namespace})
	var notFound *serviceerror.NamespaceNotFound
	switch {
	case err == nil, denied(err):
		return nil
	case errors.As(err, &notFound):
		return fmt.Errorf("namespace %q does not exist on this Temporal server: create it with "+
			"`temporal operator namespace create --namespace %s`, or name another with TEMPORAL_NAMESPACE", namespace, namespace)
	default:
		return fmt.Errorf("describe namespace %s: %w", namespace, err)
	}
}

// missingAttributes returns the attributes that are not registered. An attribute of another type is an error, since
// the type of a search attribute cannot be changed.
func missingAttributes(ctx context.Context, c client.Client, namespace string, want map[string]enums.IndexedValueType) (map[string]enums.IndexedValueType, error) {
	listed, err := c.OperatorService().ListSearchAttributes(ctx, &operatorservice.ListSearchAttributesRequest{Namespace: namespace})
	if err != nil {
		return nil, err
	}
	missing := map[string]enums.IndexedValueType{}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		have, ok := listed.GetCustomAttributes()[name]
		switch {
		case !ok:
			missing[name] = want[name]
		case have != want[name]:
			return nil, fmt.Errorf("search attribute %s has the type %s, but Causeway needs %s: use another namespace (TEMPORAL_NAMESPACE)", name, have, want[name])
		}
	}
	return missing, nil
}

// waitAccepted queries workflows by every attribute until the namespace knows them all. If none was just
// registered, it queries once.
func waitAccepted(ctx context.Context, c client.Client, namespace string, want map[string]enums.IndexedValueType, fresh bool) error {
	ctx, cancel := context.WithTimeout(ctx, attributeWait)
	defer cancel()
	terms := make([]string, 0, len(want))
	for _, name := range slices.Sorted(maps.Keys(want)) {
		terms = append(terms, "`"+name+"` IS NOT NULL")
	}
	req := &workflowservice.ListWorkflowExecutionsRequest{Namespace: namespace, PageSize: 1, Query: strings.Join(terms, " AND ")}
	tick := time.NewTicker(attributeRetry)
	defer tick.Stop()
	for {
		_, err := c.WorkflowService().ListWorkflowExecutions(ctx, req)
		var invalid *serviceerror.InvalidArgument
		switch {
		case err == nil:
			return nil
		case !errors.As(err, &invalid):
			return fmt.Errorf("check the search attributes of namespace %s: %w", namespace, err)
		case !fresh:
			return registerByHand(namespace, want, err)
		}
		select {
		case <-ctx.Done():
			return registerByHand(namespace, want, err)
		case <-tick.C:
		}
	}
}

// registerByHand returns the error with the commands for an operator, where we may not register attributes
// ourselves.
func registerByHand(namespace string, missing map[string]enums.IndexedValueType, cause error) error {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(missing)) {
		fmt.Fprintf(&b, "\n  temporal operator search-attribute create --namespace %s --name %s --type %s", namespace, name, missing[name])
	}
	return fmt.Errorf("namespace %s lacks search attributes, and this worker could not register them (%w); have an operator of Temporal run:%s",
		namespace, cause, b.String())
}

// denied reports whether the server refuses the call to us, or offers it to nobody (as a hosted one may).
func denied(err error) bool {
	var permission *serviceerror.PermissionDenied
	var unimplemented *serviceerror.Unimplemented
	return errors.As(err, &permission) || errors.As(err, &unimplemented)
}
