package devserver

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"google.golang.org/protobuf/types/known/durationpb"
)

// retention is how long a closed workflow is kept.
const retention = 30 * 24 * time.Hour

// AddNamespace registers a namespace with search attributes, and returns when the namespace accepts them. Closed
// workflows are kept for 30 days. What exists is left as it is. Idempotent: a second call changes nothing.
func (s *Server) AddNamespace(ctx context.Context, name string, attributes map[string]enums.IndexedValueType) error {
	_, err := s.client.WorkflowService().RegisterNamespace(ctx, &workflowservice.RegisterNamespaceRequest{
		Namespace:                        name,
		WorkflowExecutionRetentionPeriod: durationpb.New(retention),
	})
	var exists *serviceerror.NamespaceAlreadyExists
	if err != nil && !errors.As(err, &exists) {
		return fmt.Errorf("register namespace %s: %w", name, err)
	}
	// If a worker asked for the namespace before it existed, the server remembers for a while that it does not.
	var failure error
	err = retry(ctx, func() error {
		failure = s.addSearchAttributes(ctx, name, attributes)
		var unknown *serviceerror.NamespaceNotFound
		if errors.As(failure, &unknown) {
			return failure
		}
		return nil
	})
	if err = errors.Join(err, failure); err != nil {
		return fmt.Errorf("register search attributes in namespace %s: %w", name, err)
	}
	if err := s.waitUntilAccepted(ctx, name, attributes); err != nil {
		return fmt.Errorf("wait for search attributes in namespace %s: %w", name, err)
	}
	return nil
}

// addSearchAttributes registers the attributes that are missing. An attribute of another type is an error, since
// the type of a search attribute cannot be changed.
func (s *Server) addSearchAttributes(ctx context.Context, name string, attributes map[string]enums.IndexedValueType) error {
	if len(attributes) == 0 {
		return nil
	}
	listed, err := s.client.OperatorService().ListSearchAttributes(ctx,
		&operatorservice.ListSearchAttributesRequest{Namespace: name})
	if err != nil {
		return err
	}
	missing := make(map[string]enums.IndexedValueType)
	for _, attribute := range slices.Sorted(maps.Keys(attributes)) {
		want := attributes[attribute]
		have, ok := listed.GetCustomAttributes()[attribute]
		switch {
		case !ok:
			missing[attribute] = want
		case have != want:
			return fmt.Errorf("search attribute %s has type %s in this data directory, but Causeway needs %s: use another data directory (--data-dir)",
				attribute, have, want)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	_, err = s.client.OperatorService().AddSearchAttributes(ctx,
		&operatorservice.AddSearchAttributesRequest{Namespace: name, SearchAttributes: missing})
	return err
}

// waitUntilAccepted queries workflows by every attribute until the server knows them all.
func (s *Server) waitUntilAccepted(ctx context.Context, name string, attributes map[string]enums.IndexedValueType) error {
	terms := make([]string, 0, len(attributes))
	for _, attribute := range slices.Sorted(maps.Keys(attributes)) {
		terms = append(terms, "`"+attribute+"` IS NOT NULL") // quoted: a name may be a keyword
	}
	return retry(ctx, func() error {
		_, err := s.client.WorkflowService().ListWorkflowExecutions(ctx, &workflowservice.ListWorkflowExecutionsRequest{
			Namespace: name,
			PageSize:  1,
			Query:     strings.Join(terms, " AND "),
		})
		return err
	})
}
