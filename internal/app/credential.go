package app

import (
	"context"
	"fmt"
	"strings"

	"causeway/internal/record"
)

// CheckCredential makes sure, before a credential is stored, that a side takes it and that it sees the connection's
// organisation. It writes nothing. The connection checks more once it is stored: what the credential may do.
func (s *Sides) CheckCredential(ctx context.Context, conn record.Connection, side record.Side, cred record.Credential) error {
	list, own := s.newCRM(conn.ID, cred).Organizations, conn.CRMOrg
	if side == record.Billing {
		list, own = s.newBilling(conn.ID, cred).Organizations, conn.BillingOrg
	}
	orgs, err := list(ctx)
	if err != nil {
		return err
	}
	sees := make([]string, len(orgs))
	for i, o := range orgs {
		if o.ID == own {
			return nil
		}
		sees[i] = o.ID
	}
	found := "sees no organisation"
	if len(sees) > 0 {
		found = "is for " + strings.Join(sees, ", ")
	}
	return &record.Error{Kind: record.Conflict, Side: side, Op: "check the organisation", Code: "OTHER_ORG",
		Message: fmt.Sprintf("the credential %s, and the connection's links are of the organisation %s", found, own),
		Remedy:  fmt.Sprintf("give a credential of a user of the organisation %s", own)}
}
