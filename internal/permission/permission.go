package permission

import "causeway/internal/record"

// Rights are what a profile may do with one type of transaction. Without Access the others are worth nothing.
type Rights struct {
	Access bool `json:"access"`
	View   bool `json:"view"`
	Edit   bool `json:"edit"` // create and edit
	Send   bool `json:"send"` // send by e-mail
}

// Permission is what a profile may do.
type Permission struct {
	Quotes      Rights `json:"quotes"`
	Invoices    Rights `json:"invoices"`
	Receivables bool   `json:"receivables"` // see the summary of receivables
}

// Of returns the rights on a type of transaction.
func (p Permission) Of(t record.TransactionType) Rights {
	if t == record.Quote {
		return p.Quotes
	}
	return p.Invoices
}

// Everything returns a permission with all rights.
func Everything() Permission {
	all := Rights{Access: true, View: true, Edit: true, Send: true}
	return Permission{Quotes: all, Invoices: all, Receivables: true}
}

// administrators is the name of the CRM's profile for administrators.
const administrators = "Administrator"

// Initial returns what the profile of that name may do until somebody sets its permission: administrators may do
// everything, all others nothing.
func Initial(profile string) Permission {
	if profile == administrators {
		return Everything()
	}
	return Permission{}
}
