package report

import (
	"time"

	"causeway/internal/store/administration"
)

// Application is another finance application of a billing organisation.
type Application struct {
	ID         string     `json:"id"`
	BillingOrg string     `json:"billing_org"`
	Name       string     `json:"name"`
	URL        string     `json:"url"`
	By         string     `json:"by"`
	Since      time.Time  `json:"since"`
	GoneAt     *time.Time `json:"gone_at"` // when a deletion disconnected it
}

// NewApplication builds an Application. It leaves out the secret.
func NewApplication(a administration.App) Application {
	return Application{
		ID: a.ID, BillingOrg: a.BillingOrg, Name: a.Name, URL: a.URL, By: a.Who, Since: a.CreatedAt.UTC(), GoneAt: optional(a.GoneAt),
	}
}

// Applications lists the other finance applications.
type Applications struct {
	Apps []Application `json:"apps"`
}

// NewApplications builds Applications. It leaves out the secrets.
func NewApplications(list []administration.App) Applications {
	out := Applications{Apps: make([]Application, len(list))}
	for i, a := range list {
		out.Apps[i] = NewApplication(a)
	}
	return out
}

// ApplicationRemoved is an application that was taken off the list.
type ApplicationRemoved struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// Tokens lists the API tokens. Their secrets are not kept.
type Tokens struct {
	Tokens []administration.APIToken `json:"tokens"`
}

// TokenMade is a new API token, shown once.
type TokenMade struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Token string `json:"token"`
}

// TokensRevoked counts the tokens that were ended.
type TokensRevoked struct {
	Revoked int `json:"revoked"`
}

// Serving is where the gateway listens.
type Serving struct {
	OpenAPI string `json:"openapi"`
	URL     string `json:"url"`
}
