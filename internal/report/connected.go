package report

import (
	"causeway/workflows/contract"
)

// Connected is what connect prints.
type Connected struct {
	Connection   string              `json:"connection"`
	CRMOrg       CrmOrganization     `json:"crm_org"`
	BillingOrg   BillingOrganization `json:"billing_org"`
	BillingUsers []BillingUser       `json:"billing_users"`
	WorkflowID   string              `json:"workflow_id"`
	// Preferences are those of the first sync; null where the connection stood in the store already.
	Preferences *contract.Preferences `json:"preferences"`
	Run         *contract.Run         `json:"run"`
}

type CrmOrganization struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

type BillingOrganization struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Email   string `json:"email"`
	Country string `json:"country"`
}

type BillingUser struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Email string `json:"email"`
}
