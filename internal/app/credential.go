package app

import (
	"context"
	"fmt"
	"strings"

	"causeway/internal/record"
)

// CheckCredential checks, before a credential is stored, that the side accepts it and that it can see the
// connection's organisation. It writes nothing. What the credential may do is checked by the connection once it is
// stored.
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
	found := "does not see any organisation"
	if len(sees) > 0 {
		found = "is for organisation " + strings.Join(sees, ", ")
	}
	return &record.Error{Kind: record.Conflict, Side: side, Op: "check the organisation", Code: "OTHER_ORG",
		Message: fmt.Sprintf("the credential %s, but the connection is linked with organisation %s", found, own),
		Remedy:  fmt.Sprintf("give a credential of a user of organisation %s", own)}
}
