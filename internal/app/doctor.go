package app

import (
	"context"

	"causeway/internal/crm"
	"causeway/internal/reconcile"
	"causeway/internal/record"
	"causeway/workflows/contract"

	"go.temporal.io/sdk/client"
)

// CheckNamespace makes sure that a namespace exists. It changes nothing.
func CheckNamespace(ctx context.Context, c client.Client, namespace string) error {
	return describeNamespace(ctx, c, namespace)
}

// CheckAttributes makes sure that a namespace knows Causeway's search attributes. It registers none.
func CheckAttributes(ctx context.Context, c client.Client, namespace string) error {
	return waitAccepted(ctx, c, namespace, contract.SearchAttributes(), false)
}

// CheckScopes makes sure that the stored credential of a side may do what the preferences need.
func (s *Sides) CheckScopes(ctx context.Context, conn record.Connection, side record.Side, prefs record.Preferences) error {
	if side == record.Billing {
		port, err := s.Billing(ctx, conn.ID)
		if err != nil {
			return err
		}
		return port.CheckScopes(ctx, []record.Module{record.Customers, record.Items})
	}
	port, err := s.CRM(ctx, conn.ID)
	if err != nil {
		return err
	}
	if err := port.CheckScopes(ctx, reconcile.CRMModules(prefs.Customers.Mode), crm.Uses{}); err != nil {
		return err
	}
	return checkWrites(ctx, port, requestOf(conn, prefs))
}

// CheckMarkers makes sure that a side has the unique field that holds Causeway's marker, in every module that Causeway
// creates records in. In billing this takes a write call a module, which changes nothing.
func (s *Sides) CheckMarkers(ctx context.Context, conn record.Connection, side record.Side, prefs record.Preferences) error {
	if side == record.Billing {
		port, err := s.Billing(ctx, conn.ID)
		if err == nil {
			_, err = port.Probe(ctx, []record.Module{record.Customers, record.Items})
		}
		return err
	}
	port, err := s.CRM(ctx, conn.ID)
	if err != nil {
		return err
	}
	req := requestOf(conn, prefs)
	fields := map[record.Module][]record.Field{}
	for _, m := range req.bothWays() {
		if fields[m], err = port.Fields(ctx, m); err != nil {
			return err
		}
	}
	return checkMarker(req, fields)
}

// requestOf is what a connection would be asked for today.
func requestOf(conn record.Connection, prefs record.Preferences) ConnectRequest {
	return ConnectRequest{ID: conn.ID, Mode: prefs.Customers.Mode, CustomersExtent: prefs.Customers.Extent, ItemsExtent: prefs.Items.Extent}
}
