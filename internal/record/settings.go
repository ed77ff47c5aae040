package record

// The names of settings, as users read them in changes and refusals.
const (
	SettingMode               = "mode"
	SettingUnattached         = "contacts without an account"
	SettingCustomersExtent    = "extent of customers"
	SettingItemsExtent        = "extent of items"
	SettingCustomerDuplicates = "duplicates of customers"
	SettingItemDuplicates     = "duplicates of items"
	SettingConflicts          = "conflicts"
	SettingTransactions       = "transactions"
	SettingCatchAllItem       = "catch-all item"
	SettingFigures            = "figures in the CRM"
	SettingCadence            = "cadence"
	SettingRetention          = "retention"
)

// SettingView names the setting of a module's view.
func SettingView(m Module) string { return "view of " + string(m) }

// SettingCallsPerDay names the setting of a side's daily allowance.
func SettingCallsPerDay(s Side) string { return "calls a day to " + s.Name() }

// Modes lists the modes that preferences may have.
func Modes() []Mode { return []Mode{ModeAccounts, ModeContacts, ModeAccountsAndContacts} }

// Extents lists the extents that preferences may have.
func Extents() []Extent { return []Extent{Fetch, Both} }

// DuplicateRules lists the rules for duplicates that preferences may have.
func DuplicateRules() []Duplicates { return []Duplicates{Skip, Overwrite, Clone} }

// ConflictRules lists the conflict rules that preferences may have.
func ConflictRules() []ConflictRule {
	return []ConflictRule{CRMWins, BillingWins, NewestWins, AskWins}
}

// TransactionKinds lists the kinds of transactions that preferences may have.
func TransactionKinds() []Transactions {
	return []Transactions{TransactionsOff, PushQuotes, PushInvoices, PushAll}
}
