package main

import (
	"context"
	"time"

	"causeway/internal/app"
	"causeway/internal/record"
	"causeway/internal/sandbox"
	"causeway/internal/store/deletions"
	"causeway/workflows/contract"
)

// connect makes the connection, or tells an earlier one where its sandboxes are now, and has its workflow run.
func connect(ctx context.Context, d *stand) error {
	info := d.sandbox.Info()
	if err := readdress(ctx, d.store, info); err != nil {
		return err
	}
	_, err := d.store.Connections.Get(ctx, connectionID)
	if record.IsKind(err, record.NotFound) {
		if err := refuseDeleted(ctx, d); err != nil {
			return err
		}
		err = makeConnection(ctx, d, info)
	}
	if err != nil {
		return err
	}
	return d.contract.Connect(ctx, connectionID)
}

func makeConnection(ctx context.Context, d *stand, info sandbox.Info) error {
	extent := record.Extent(d.choice.Extent)
	req := app.ConnectRequest{
		ID:  connectionID,
		CRM: credential(info, info.CRMURL, info.CRMOrgID), Billing: credential(info, info.BillingURL, info.BillingOrgID),
		Mode: record.Mode(d.choice.Mode), Unattached: true,
		CustomersExtent: extent, ItemsExtent: extent,
		CustomerDuplicates: record.Skip, ItemDuplicates: record.Skip, Cadence: 2 * time.Hour,
	}
	found, err := app.NewSides(d.store).Check(ctx, &req)
	if err != nil {
		return err
	}
	d.say("Connecting CRM organisation %q with billing organisation %q, as connection %q.", found.CRM.Name, found.Billing.Name, connectionID)
	_, err = app.Connect(ctx, d.store, req, found, time.Now())
	return err
}

// refuseDeleted refuses to connect again what its admin has deleted: a mere restart would undo the deletion.
func refuseDeleted(ctx context.Context, d *stand) error {
	all, err := d.store.Deletions.List(ctx, connectionID)
	if err != nil {
		return err
	}
	for _, deletion := range all {
		if deletion.State == deletions.Done {
			return &stoppedError{contract.Status{State: contract.StateDeleted,
				Disabled: &contract.Disabled{Who: deletion.ConfirmedBy, Since: deletion.FinishedAt}}, d.starterCommand}
		}
	}
	return nil
}
