package report

import (
	"context"
	"time"

	"causeway/internal/budget"
	"causeway/internal/record"
	"causeway/internal/store"
	"causeway/internal/zohoapi"
)

// zohoPerDay is what Zoho's smallest paid plans grant within any 24 hours, in CRM credits and API calls. It is
// documented for Zoho Books, the same platform. No call returns a connection's plan.
var zohoPerDay = map[record.Side]int{record.CRM: 50_000, record.Billing: 2_000}

// Allowance is a connection's use of the daily allowance of one side.
type Allowance struct {
	// Used24h is what its syncs used within the last 24 hours. CRM calls are counted in the CRM's credits.
	Used24h int `json:"used_24h"`
	Limit   int `json:"limit"`
	// Assumed is set where no user gave the limit. It is then that of the provider's smallest paid plan.
	Assumed bool `json:"assumed"`
	// Needed is an estimate of what the rest of the current run will use, from what its finished records used.
	Needed int `json:"needed"`
	// Enough reports whether the rest of the allowance covers Needed.
	Enough bool `json:"enough"`
	// AllowsEndAt is when the allowance will cover Needed, if it does not now.
	AllowsEndAt *time.Time `json:"allows_end_at"`
}

// Allowances returns a connection's daily allowances, for each side whose limit is known. run is the current run
// with its progress; nil means none.
func Allowances(ctx context.Context, st *store.Store, connection string, run *record.Run, at *Progress, now time.Time) (map[record.Side]Allowance, error) {
	prefs, err := st.Connections.Preferences(ctx, connection, 0)
	if record.IsKind(err, record.NotFound) {
		return map[record.Side]Allowance{}, nil
	}
	if err != nil {
		return nil, err
	}
	out := map[record.Side]Allowance{}
	for _, side := range []record.Side{record.CRM, record.Billing} {
		limit, assumed, err := dailyLimit(ctx, st, connection, side, prefs)
		if err != nil {
			return nil, err
		}
		if limit <= 0 {
			continue
		}
		spent, err := st.Runs.Spent(ctx, connection, side, now.Add(-budget.Day))
		if err != nil {
			return nil, err
		}
		day := budget.Allowance{Limit: limit, Spent: spent}
		a := Allowance{Used24h: day.Used(now), Limit: limit, Assumed: assumed, Needed: needed(run, at, side)}
		end := day.GrantedAt(a.Needed, now)
		if a.Enough = end.Equal(now); !a.Enough {
			a.AllowsEndAt = &end
		}
		out[side] = a
	}
	return out, nil
}

// dailyLimit returns the limit that a user set, or else the provider's own.
func dailyLimit(ctx context.Context, st *store.Store, connection string, side record.Side, prefs record.Preferences) (limit int, assumed bool, err error) {
	if limit = prefs.CallsPerDay[side]; limit > 0 {
		return limit, false, nil
	}
	cred, err := st.Connections.Credential(ctx, connection, side)
	switch {
	case record.IsKind(err, record.NotFound):
		return 0, false, nil
	case err != nil:
		return 0, false, err
	case !zohoapi.OwnCloud(cred):
		return 0, false, nil
	}
	return zohoPerDay[side], true, nil
}

// The usual cost of a record is one write to billing. It is weighted like this many finished records, since a few
// finished records tell little: calls are counted before the records that they were for.
const (
	usualWeight  = 50
	usualBilling = 1 // calls
)

// needed estimates the calls for the remaining records from those of the finished ones, rounded up.
func needed(run *record.Run, at *Progress, side record.Side) int {
	if run == nil || at == nil {
		return 0
	}
	spent, done, left := run.Spent[side]-run.Listed[side], at.Done+usualWeight, at.Total-at.Done
	if side == record.Billing {
		spent += usualBilling * usualWeight
	}
	return (spent*left + done - 1) / done
}
