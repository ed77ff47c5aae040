package setup

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"causeway/activities/attempt"
	"causeway/internal/record"
	"causeway/workflows/contract"
)

// minRetention keeps a run long enough to be looked at.
const minRetention = 24 * time.Hour

// checkSettings checks what the preferences alone show.
func checkSettings(p record.Preferences) []contract.Problem {
	var out []contract.Problem
	oneOf := func(setting, value string, known ...string) {
		if !slices.Contains(known, value) {
			out = append(out, contract.Problem{Setting: setting, Code: codeSetting,
				Reason: fmt.Sprintf("%q is not known; use one of %s", value, strings.Join(known, ", "))})
		}
	}
	oneOf(settingMode, string(p.Customers.Mode), "accounts", "contacts", "accounts_and_contacts")
	oneOf(settingCustomer, string(p.Customers.Extent), "fetch", "both")
	oneOf(settingItems, string(p.Items.Extent), "fetch", "both")
	oneOf("duplicates of customers", string(p.Customers.Duplicates), "skip", "overwrite", "clone")
	oneOf("duplicates of items", string(p.Items.Duplicates), "skip", "overwrite", "clone")
	if p.Conflicts != "" {
		oneOf("conflicts", string(p.Conflicts), "crm", "billing", "newest", "ask")
	}
	switch p.Transactions {
	case "", record.TransactionsOff, record.PushQuotes, record.PushInvoices, record.PushAll:
	default:
		out = append(out, contract.Problem{Setting: settingPush, Code: codeNotPushed,
			Reason: fmt.Sprintf("%q is not pushed by Causeway; use off, quotes or invoices, or start a workflow of your own for it "+
				"with the Temporal SDK, beside the package causeway/workflows/contract", p.Transactions)})
	}
	if p.Cadence < record.MinCadence {
		out = append(out, contract.Problem{Setting: "cadence", Code: codeSetting,
			Reason: fmt.Sprintf("%s is too short; give %s or more", p.Cadence, record.MinCadence)})
	}
	if p.Retention != 0 && p.Retention < minRetention {
		out = append(out, contract.Problem{Setting: "retention", Code: codeSetting,
			Reason: fmt.Sprintf("%s is too short; give %s or more", p.Retention, minRetention)})
	}
	for _, side := range []record.Side{record.CRM, record.Billing} {
		if n := p.CallsPerDay[side]; n < 0 {
			out = append(out, contract.Problem{Setting: "calls a day to " + side.Name(), Code: codeSetting,
				Reason: fmt.Sprintf("%d is not a number of calls; give 0 for the provider's own limit, or more", n)})
		}
	}
	return out
}

// checkFirst refuses what only the first connection of a CRM organisation may do.
func checkFirst(ctx context.Context, env *attempt.Environment, conn record.Connection, p record.Preferences) ([]contract.Problem, error) {
	var out []contract.Problem
	other, err := env.Store.Connections.OfPair(ctx, conn)
	if err != nil {
		return nil, err
	}
	var clones *record.Error
	if errors.As(record.RefuseClones(other, p), &clones) {
		out = append(out, contract.Problem{Setting: "duplicates", Code: clones.Code, Reason: clones.Message + "; " + clones.Remedy})
	}
	all, err := env.Store.Connections.OfCRM(ctx, conn.CRMOrg)
	if err != nil || len(all) == 0 || all[0] == conn.ID {
		return out, err
	}
	for _, r := range record.CheckFurther(conn.CRMOrg, all[0], p) {
		out = append(out, contract.Problem{Setting: r.Setting, Code: record.CodeNotFirst, Reason: r.Reason + "; use " + r.Use})
	}
	return out, nil
}
