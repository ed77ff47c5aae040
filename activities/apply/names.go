package apply

import (
	"context"
	"slices"

	"causeway/activities/attempt"
	"causeway/internal/crm"
	"causeway/internal/record"
)

// fullName is the field that the CRM makes from the parts of a contact's name. nameParts are these parts.
const fullName = "Full_Name"

var nameParts = []string{"First_Name", "Last_Name", "Salutation"}

// fullNames reads back the whole names of contacts that were renamed, by id. The CRM makes them from the parts by a
// rule of its own, and no reply to a write shows them. So a contact person in billing can follow in the same run. If
// it fails nothing is lost: the next sync reads the change.
func (c *chunk) fullNames(ctx context.Context, ops []record.Operation, written []crm.Written) map[string]string {
	var ids []string
	for i, op := range ops {
		renamed := slices.ContainsFunc(nameParts, func(part string) bool { _, is := op.After[part]; return is })
		if op.Entity == record.EntityCustomers && op.TargetModule == record.Contacts && op.Action == record.ActionUpdate && renamed && written[i].Err == nil {
			ids = append(ids, written[i].ID)
		}
	}
	out := make(map[string]string, len(ids))
	for part := range slices.Chunk(ids, attempt.CallBatch) { // as many as one query takes
		page, err := c.try.ReadPage(ctx, c.crm, record.Contacts, crm.ReadQuery{Fields: []string{fullName}, IDs: part})
		if err != nil {
			return out
		}
		for _, r := range page.Records {
			out[r.ID] = r.Name
		}
	}
	return out
}
