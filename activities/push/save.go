package push

import (
	"context"

	"causeway/activities/apply"
	"causeway/activities/attempt"
	"causeway/internal/billing"
	"causeway/internal/record"
	"causeway/workflows/contract"
)

func (c *carrying) save(ctx context.Context) error {
	if c.known == nil {
		return c.create(ctx)
	}
	tr, err := c.compose(ctx)
	if err != nil {
		return err
	}
	had, err := c.readFor(ctx, contract.ActionSave)
	if err != nil {
		return err
	}
	tr.ID = had.ID
	call, cancel, err := c.storeIntent(ctx, stepUpdate)
	if err != nil {
		return err
	}
	defer cancel()
	got, err := c.port.UpdateTransaction(call, tr)
	if err != nil {
		return err
	}
	return c.note(got)
}

// create makes the document, by its marker: a repetition finds the document that was made.
func (c *carrying) create(ctx context.Context) error {
	tr, err := c.compose(ctx)
	if err != nil {
		return err
	}
	got, err := c.createMarked(ctx, tr, stepCreate)
	if err != nil {
		return err
	}
	c.result.Imported = c.imported(ctx)
	return c.note(got)
}

func (c *carrying) createMarked(ctx context.Context, tr record.Transaction, step string) (record.Transaction, error) {
	caps, err := c.capabilities.Of(ctx, c.try, c.in.Connection, c.port)
	if err != nil {
		return tr, err
	}
	if !caps.UpsertByMarker && c.prior == step {
		if found, err := c.find(ctx, tr); err != nil || found != nil {
			return deref(found), err
		}
	}
	call, cancel, err := c.storeIntent(ctx, step)
	if err != nil {
		return tr, err
	}
	defer cancel()
	got, err := c.port.CreateTransaction(call, tr, caps.UpsertByMarker)
	if attempt.CodeOf(err) != billing.CodeMarkerTaken {
		return got, err
	}
	// Our own earlier write took effect late.
	found, findErr := c.find(ctx, tr)
	if findErr != nil || found != nil {
		return deref(found), findErr
	}
	return got, err
}

func (c *carrying) find(ctx context.Context, tr record.Transaction) (*record.Transaction, error) {
	call, cancel, err := c.readContext(ctx)
	if err != nil {
		return nil, err
	}
	defer cancel()
	return c.port.FindTransaction(call, tr.Type, tr.CustomerID, tr.Marker, c.row.At.Add(-apply.ClockSkew))
}

func deref(tr *record.Transaction) record.Transaction {
	if tr == nil {
		return record.Transaction{}
	}
	return *tr
}
