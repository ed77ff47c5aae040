package activities

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"causeway/internal/record"
	"causeway/workflows/contract"
)

// The codes of what is wrong with an edit of preferences.
const (
	codeSetting     = "SETTING"              // a value that the setting does not know
	codeNotPushed   = "TRANSACTIONS_UNKNOWN" // a kind of transaction that is not pushed
	codeMap         = "FIELD_MAP"
	codeView        = "VIEW_DELETED"
	codeMarker      = "MARKER_FIELD"
	codeCredential  = "CREDENTIAL"
	codeCurrency    = "BASE_CURRENCIES_DIFFER"
	settingMode     = record.SettingMode
	settingCustomer = record.SettingCustomersExtent
	settingItems    = record.SettingItemsExtent
	settingPush     = record.SettingTransactions
)

// minRetention keeps a run long enough to be looked at.
const minRetention = 24 * time.Hour

// checkSettings checks what can be told from the preferences alone.
func checkSettings(p record.Preferences) []contract.Problem {
	var out []contract.Problem
	oneOf := func(setting, value string, known ...string) {
		if !slices.Contains(known, value) {
			out = append(out, contract.Problem{Setting: setting, Code: codeSetting,
				Reason: fmt.Sprintf("%q is not known; use one of %s", value, strings.Join(known, ", "))})
		}
	}
	oneOf(settingMode, string(p.Customers.Mode), valueTexts(record.Modes())...)
	oneOf(settingCustomer, string(p.Customers.Extent), valueTexts(record.Extents())...)
	oneOf(settingItems, string(p.Items.Extent), valueTexts(record.Extents())...)
	oneOf(record.SettingCustomerDuplicates, string(p.Customers.Duplicates), valueTexts(record.DuplicateRules())...)
	oneOf(record.SettingItemDuplicates, string(p.Items.Duplicates), valueTexts(record.DuplicateRules())...)
	if p.Conflicts != "" {
		oneOf(record.SettingConflicts, string(p.Conflicts), valueTexts(record.ConflictRules())...)
	}
	if p.Transactions != "" && !slices.Contains(record.TransactionKinds(), p.Transactions) {
		out = append(out, contract.Problem{Setting: settingPush, Code: codeNotPushed,
			Reason: fmt.Sprintf("%q is not pushed by Causeway; use one of %s, or start a workflow of your own for it "+
				"with the Temporal SDK, beside the package causeway/workflows/contract", p.Transactions, strings.Join(valueTexts(record.TransactionKinds()), ", "))})
	}
	if p.Cadence < record.MinCadence {
		out = append(out, contract.Problem{Setting: record.SettingCadence, Code: codeSetting,
			Reason: fmt.Sprintf("%s is too short; give %s or more", p.Cadence, record.MinCadence)})
	}
	if p.Retention != 0 && p.Retention < minRetention {
		out = append(out, contract.Problem{Setting: record.SettingRetention, Code: codeSetting,
			Reason: fmt.Sprintf("%s is too short; give %s or more", p.Retention, minRetention)})
	}
	for _, side := range []record.Side{record.CRM, record.Billing} {
		if n := p.CallsPerDay[side]; n < 0 {
			out = append(out, contract.Problem{Setting: record.SettingCallsPerDay(side), Code: codeSetting,
				Reason: fmt.Sprintf("%d is no number of calls; give 0 for the provider's own, or more", n)})
		}
	}
	return out
}

// valueTexts returns a list of values as texts.
func valueTexts[S ~string](values []S) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = string(v)
	}
	return out
}

// checkFirst refuses what only the first connection of a CRM organisation may do.
func (s *Setup) checkFirst(ctx context.Context, conn record.Connection, p record.Preferences) ([]contract.Problem, error) {
	var out []contract.Problem
	other, err := s.Store.ConnectionOfPair(ctx, conn)
	if err != nil {
		return nil, err
	}
	var clones *record.Error
	if errors.As(record.RefuseClones(other, p), &clones) {
		out = append(out, contract.Problem{Setting: "duplicates", Code: clones.Code, Reason: clones.Message + "; " + clones.Remedy})
	}
	all, err := s.Store.ConnectionsOfCRM(ctx, conn.CRMOrg)
	if err != nil || len(all) == 0 || all[0] == conn.ID {
		return out, err
	}
	for _, r := range record.CheckFurther(conn.CRMOrg, all[0], p) {
		out = append(out, contract.Problem{Setting: r.Setting, Code: record.CodeNotFirst, Reason: r.Reason + "; use " + r.Use})
	}
	return out, nil
}
