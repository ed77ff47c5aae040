package report

import (
	"time"

	"causeway/internal/store"
)

// Application is one application as it is printed.
type Application struct {
	ID         string     `json:"id"`
	BillingOrg string     `json:"billing_org"`
	Name       string     `json:"name"`
	URL        string     `json:"url"`
	By         string     `json:"by"`
	Since      time.Time  `json:"since"`
	GoneAt     *time.Time `json:"gone_at"` // when a deletion disconnected it
}

func NewApplication(a store.FinanceApp) Application {
	return Application{
		ID: a.ID, BillingOrg: a.BillingOrg, Name: a.Name, URL: a.URL, By: a.Who, Since: a.CreatedAt.UTC(), GoneAt: Optional(a.GoneAt),
	}
}
