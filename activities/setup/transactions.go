package setup

import (
	"context"
	"errors"

	"causeway/activities/attempt"
	"causeway/internal/crm"
	"causeway/internal/record"
	"causeway/workflows/contract"
)

// checkTransactions checks, when transactions are turned on or changed, that both sides let them be pushed, and that
// the item for free text exists.
func checkTransactions(ctx context.Context, env *attempt.Environment, e *edit) ([]contract.Problem, error) {
	if e.now.CatchAllItem != "" && e.now.CatchAllItem != e.was.CatchAllItem {
		if is, err := e.billing.Get(ctx, record.Items, e.now.CatchAllItem); record.IsKind(err, record.NotFound) {
			return []contract.Problem{{Setting: "catch-all item", Code: CodeNoItem,
				Reason: "billing has no item " + e.now.CatchAllItem + "; find its id with `starter search --in billing --items`"}}, nil
		} else if err != nil {
			return nil, err
		} else if is.Values.Text("status") == "inactive" {
			return []contract.Problem{{Setting: "catch-all item", Code: CodeNoItem, Reason: "the item " + e.now.CatchAllItem + " is inactive; name another, or make it active in billing"}}, nil
		}
	}
	on := func(p record.Preferences) bool { return p.Pushes(record.Quote) || p.Pushes(record.Invoice) }
	if !on(e.now) || e.now.Transactions == e.was.Transactions {
		return nil, nil
	}
	port, err := env.Sides.Transactions(ctx, e.conn.ID)
	if err != nil {
		return transactionProblem("transactions", err)
	}
	if workspace, ok := e.crm.(crm.Workspace); ok {
		if err := workspace.CheckWorkspaceScopes(ctx); err != nil {
			return transactionProblem("credential of "+record.CRM.Name(), err)
		}
	}
	for _, t := range []record.TransactionType{record.Quote, record.Invoice} {
		if !e.now.Pushes(t) {
			continue
		}
		if err := port.CheckTransactionScopes(ctx, t); err != nil {
			return transactionProblem("credential of "+record.Billing.Name(), err)
		}
	}
	if _, err := port.ProbeTransactions(ctx); err != nil {
		return transactionProblem("transactions", err)
	}
	return nil, nil
}

// transactionProblem is what a side says against transactions. A side that does not answer is a failure instead.
func transactionProblem(setting string, err error) ([]contract.Problem, error) {
	var said *record.Error
	if !errors.As(err, &said) || said.Kind == record.Unavailable || said.Kind == record.RateLimited {
		return nil, err
	}
	return []contract.Problem{{Setting: setting, Code: said.Code, Reason: said.Reason()}}, nil
}
