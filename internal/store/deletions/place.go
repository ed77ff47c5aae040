package deletions

import (
	"causeway/internal/record"
)

// The stages of a plan. Each has its lists, which are gone through in parts.
const (
	stageLinks        = iota // live links, then those of what billing does not have any more
	stageMarkers             // records of billing that carry a marker of ours and have no link
	stageCRM                 // records of the CRM that carry one, read by the attempt that makes the plan
	stageTransactions        // asked of billing, by the attempt that makes the plan
	stageDecide
	stagePlanned
)

// Place is a place in the making of a plan.
type Place struct {
	Stage int `json:"stage"`
	// Step is which list of the stage, ID and Module its last record, Page the last page of a side's list.
	Step   int    `json:"step"`
	ID     string `json:"id"`
	Module string `json:"module"`
	Page   int    `json:"page"`
	// Cursor is a side's own place in its list.
	Cursor record.Cursor `json:"cursor"`
}

// rowKey names the row that ends a part.
type rowKey struct {
	ID     string `db:"id"`
	Module string `db:"module"`
}

// AsksCRM returns the module of the CRM whose markers the plan waits for.
func (p Place) AsksCRM() (record.Module, bool) {
	if p.Stage != stageCRM {
		return "", false
	}
	return crmLists[p.Step], true
}

// crmLists are the modules that are asked for, in order.
var crmLists = []record.Module{record.Accounts, record.Contacts, record.Products}

// AsksBilling reports whether the plan waits for the transactions of billing.
func (p Place) AsksBilling() bool { return p.Stage == stageTransactions }

// Planned reports whether all rows have planned outcomes.
func (p Place) Planned() bool { return p.Stage == stagePlanned }

// onward is the place after a part that ended with the last of these keys: in the next list, once there are no more.
func onward(p Place, keys []rowKey, limit, lists int) Place {
	if len(keys) == limit {
		last := keys[len(keys)-1]
		return Place{Stage: p.Stage, Step: p.Step, ID: last.ID, Module: last.Module}
	}
	if p.Step+1 < lists {
		return Place{Stage: p.Stage, Step: p.Step + 1}
	}
	return Place{Stage: p.Stage + 1}
}
