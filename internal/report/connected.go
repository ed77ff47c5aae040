package report

import (
	"causeway/internal/preferences"
	"causeway/internal/record"
	"causeway/workflows/contract"
)

// Connected is a connection that was made.
type Connected struct {
	Connection   string              `json:"connection"`
	CRMOrg       CRMOrganization     `json:"crm_org"`
	BillingOrg   BillingOrganization `json:"billing_org"`
	BillingUsers []BillingUser       `json:"billing_users"`
	WorkflowID   string              `json:"workflow_id"`
	// Preferences are those of the first sync; null if the connection was in the store already.
	Preferences *contract.Preferences `json:"preferences"`
	Run         *Run                  `json:"run"`
}

// CRMOrganization names the CRM organisation.
type CRMOrganization struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// BillingOrganization is what CRM users are shown of the billing organisation.
type BillingOrganization struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Email   string `json:"email"`
	Country string `json:"country"`
}

// BillingUser is a user of the billing organisation, whom CRM users are shown.
type BillingUser struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Email string `json:"email"`
}

// NewConnected builds a Connected from what connecting found. It leaves out inactive users of billing.
func NewConnected(id string, crm, billing record.Organization, users []record.User, prefs record.Preferences) Connected {
	public := preferences.ToContract(prefs)
	out := Connected{
		Connection: id, CRMOrg: CRMOrganization{ID: crm.ID, Name: crm.Name},
		BillingOrg:   BillingOrganization{ID: billing.ID, Name: billing.Name, Email: billing.Email, Country: billing.Country},
		BillingUsers: []BillingUser{}, WorkflowID: contract.IntegrationID(id), Preferences: &public,
	}
	for _, u := range users {
		if u.Active {
			out.BillingUsers = append(out.BillingUsers, BillingUser{ID: u.ID, Name: u.Name, Email: u.Email})
		}
	}
	return out
}

// Reconnected builds a Connected for a connection that was in the store already and whose workflow is started again.
func Reconnected(conn record.Connection) Connected {
	return Connected{
		Connection: conn.ID, CRMOrg: CRMOrganization{ID: conn.CRMOrg}, BillingOrg: BillingOrganization{ID: conn.BillingOrg}, BillingUsers: []BillingUser{},
		WorkflowID: contract.IntegrationID(conn.ID),
	}
}
