package deletions

import (
	"context"
	"fmt"
)

const (
	linkedElsewhere = `
SELECT COUNT(*) FROM links l JOIN connections c ON c.id = l.connection
WHERE l.billing_id = ? AND l.billing_module = ? AND l.connection <> ? AND l.gone = '' AND c.billing_org = ?`
	personsOfDeletion = `
SELECT id FROM deletion_records WHERE deletion = ? AND part = 'contact_persons' AND parent_id = ? AND born = 'crm'`
)

// LinkedElsewhere reports whether another connection of the same billing organisation has the record linked now.
func (s *Deletions) LinkedElsewhere(ctx context.Context, d Deletion, row Record) (bool, error) {
	n := 0
	_, err := s.db.Reader().Get(ctx, &n, linkedElsewhere, row.ID, row.Module, d.Connection, d.BillingOrg)
	if err != nil {
		return false, fmt.Errorf("look who else has %s linked: %w", row.ID, err)
	}
	return n > 0, nil
}

// Persons are the contact persons of a customer that a deletion may let go with it: those that were born in
// the CRM.
func (s *Deletions) Persons(ctx context.Context, deletion, customer string) (map[string]bool, error) {
	var ids []string
	if err := s.db.Reader().All(ctx, &ids, personsOfDeletion, deletion, customer); err != nil {
		return nil, fmt.Errorf("read the contact persons of %s: %w", customer, err)
	}
	out := make(map[string]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out, nil
}
