package deletion

import (
	"context"

	"causeway/internal/deletion"
	"causeway/internal/record"
	"causeway/internal/store/deletions"
	"causeway/workflows/contract"
)

// heldBecause returns why a record that Causeway created is converted, if the reason is not its transactions.
func heldBecause(row deletions.Record, choice string) string {
	switch {
	case choice != contract.ChoiceConvertWithTransactions || row.Transactions:
		return ""
	case row.Held == deletion.HeldPersons:
		return "contact persons that were entered in billing would be deleted with it"
	case row.Held == deletion.HeldElsewhere:
		return "another connection of the billing organisation has it linked"
	}
	return ""
}

// heldNow returns what has come to depend on a record since the plan was made: contact persons that Causeway did not
// make, which would be deleted with their customer, or another connection's link.
func (c *converting) heldNow(ctx context.Context, row deletions.Record) (code, reason string, err error) {
	elsewhere, err := c.try.Store.Deletions.LinkedElsewhere(ctx, c.d, row)
	if err != nil {
		return "", "", err
	}
	if elsewhere {
		return deletion.HeldElsewhere, "another connection of the billing organisation has it linked, so it was converted and not deleted", nil
	}
	if row.Module != record.Customers {
		return "", "", nil
	}
	persons, err := c.billing.ContactPersons(ctx, row.ID)
	if record.IsKind(err, record.NotFound) {
		return "", "", nil // the deletion finds that it is gone, and says who deleted it
	}
	if err != nil {
		return "", "", err
	}
	ours, err := c.try.Store.Deletions.Persons(ctx, c.d.ID, row.ID)
	if err != nil {
		return "", "", err
	}
	strange := 0
	for _, p := range persons {
		if !ours[p.ID] {
			strange++
		}
	}
	if row.CRMModule == record.Contacts {
		strange-- // an individual has one contact person that billing itself makes
	}
	if strange > 0 {
		return deletion.HeldPersons, "contact persons that were entered in billing would be deleted with it, so it was converted and not deleted", nil
	}
	return "", "", nil
}
