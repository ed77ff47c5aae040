package setup

import (
	"slices"

	"causeway/internal/billing"
	"causeway/internal/crm"
	"causeway/internal/record"
)

// CodeNoItem is the code of an item that billing does not have, or that cannot be used.
const CodeNoItem = "NO_ITEM"

// The codes of what is wrong with an edit of preferences.
const (
	codeSetting     = "SETTING"              // a value that the setting does not know
	codeNotPushed   = "TRANSACTIONS_UNKNOWN" // a kind of transaction that Causeway does not push
	codeMap         = "FIELD_MAP"
	codeView        = "VIEW_DELETED"
	codeMarker      = "MARKER_FIELD"
	codeCredential  = "CREDENTIAL"
	codeCurrency    = "BASE_CURRENCIES_DIFFER"
	settingMode     = "mode"
	settingCustomer = "extent of customers"
	settingItems    = "extent of items"
	settingPush     = "transactions"
)

// edit is an edit of preferences while it is checked against both sides.
type edit struct {
	conn         record.Connection
	was, now     record.Preferences
	crm          crm.Port
	billing      billing.Port
	crmModules   []record.Module
	crmFields    map[record.Module][]record.Field
	otherFields  map[record.Module][]record.Field
	customerBoth bool
	itemsBoth    bool
}

// BillingModules are the modules of billing that every sync reads.
var BillingModules = []record.Module{record.Customers, record.Items}

// choosesView reports whether the edit chooses a view.
func (e *edit) choosesView() bool {
	return slices.ContainsFunc(e.crmModules, func(m record.Module) bool { return e.chosen(m) != nil })
}

// chosen returns the module's view if the edit chooses it. A view that was chosen before, and was deleted since or can
// no longer be read, is not this edit's fault: the run reports it.
func (e *edit) chosen(m record.Module) *record.View {
	now, before := e.now.View(m), e.was.View(m)
	if now != nil && before != nil && before.ID == now.ID {
		return nil
	}
	return now
}
