package run

import (
	"causeway/activities/setup"
	"causeway/internal/record"
	"causeway/internal/steps"
	"causeway/workflows/contract"
)

// scans returns what a run reads, in order. Deletions come before the lists, so that the first look for deletions
// begins where the first scan did. Contact persons come after their customers.
func scans(in steps.SyncInput, prefs record.Preferences, crmModules []record.Module) []steps.Scan {
	if in.Scoped {
		return []steps.Scan{{Side: string(record.CRM), Kind: steps.ScanScope}}
	}
	var out []steps.Scan
	add := func(side record.Side, module record.Module, kind string) {
		out = append(out, steps.Scan{Side: string(side), Module: string(module), Kind: kind})
	}
	if in.Trigger != contract.TriggerInitial {
		for _, m := range crmModules {
			add(record.CRM, m, steps.ScanDeleted)
		}
	}
	for _, m := range crmModules {
		add(record.CRM, m, "")
	}
	for _, m := range crmModules {
		if prefs.View(m) != nil {
			add(record.CRM, m, steps.ScanView)
		}
	}
	for _, m := range setup.BillingModules {
		add(record.Billing, m, "")
	}
	if prefs.Customers.Extent == record.Both && prefs.Customers.Mode == record.ModeAccountsAndContacts {
		add(record.Billing, record.ContactPersons, steps.ScanPersons)
	}
	for _, kind := range []record.TransactionType{record.Quote, record.Invoice} {
		if prefs.Pushes(kind) {
			add(record.Billing, kind.Module(), steps.ScanTransactions)
		}
	}
	return out
}
