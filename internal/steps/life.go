package steps

import (
	"time"

	"causeway/workflows/contract"
)

// ConnectionInput names the connection that an activity is about.
type ConnectionInput struct {
	Connection string `json:"connection"`
}

// KeepStateInput asks to store a connection's state, so that it can be read without Temporal.
type KeepStateInput struct {
	Connection string             `json:"connection"`
	State      string             `json:"state"`
	Degraded   *contract.Degraded `json:"degraded,omitempty"`
	// Series and Seq order the states of the connection's workflow, so that a late delivery changes nothing. Earlier
	// builds send neither.
	Series string `json:"series,omitempty"`
	Seq    int64  `json:"seq,omitempty"`
}

// DisableLook counts what disabling would remove from Causeway's finance workspace, by kind. The CRM's own records are not
// part of it.
type DisableLook struct {
	TransactionsOn bool           `json:"transactions_on"`
	Workspace      map[string]int `json:"workspace,omitempty"`
}

// DrainInput asks to finish what is in progress: planned operations are dropped, sent ones are settled. RunID is the run
// that was stopped; it is empty if there was none.
type DrainInput struct {
	Connection string `json:"connection"`
	RunID      string `json:"run_id,omitempty"`
	Who        string `json:"who,omitempty"`
	Why        string `json:"why,omitempty"`
	// GiveUp ends the run and leaves unknown what cannot be settled now.
	GiveUp bool `json:"give_up,omitempty"`
}

// DrainResult counts the outcomes. If Done is false, the rest can be settled from SettleAt on.
type DrainResult struct {
	Settled  int       `json:"settled"`
	Dropped  int       `json:"dropped"`
	Unknown  int       `json:"unknown"`
	SettleAt time.Time `json:"settle_at,omitzero"`
	Done     bool      `json:"done"`
}

// RemovedWorkspace counts what was removed, by kind.
type RemovedWorkspace struct {
	Removed map[string]int `json:"removed,omitempty"`
}

// EnableInput asks to check whether a connection can be enabled with that CRM organisation.
type EnableInput struct {
	Connection string `json:"connection"`
	CRMOrg     string `json:"crm_org"`
	Who        string `json:"who,omitempty"`
}

// EnableCheck is the result of that check.
type EnableCheck struct {
	// CadenceMS is the cadence of the preferences, in milliseconds.
	CadenceMS int64 `json:"cadence_ms,omitempty"`
}

// ReauthorizeInput asks to check whether a side accepts the stored credential for the connection.
type ReauthorizeInput struct {
	Connection string `json:"connection"`
	Side       string `json:"side"`
	Who        string `json:"who,omitempty"`
}

// DisableInput starts a Disable workflow. Only Integration starts it.
type DisableInput struct {
	Connection string `json:"connection"`
	// Run is the sync that was stopped; it is empty if there was none.
	Run            string `json:"run,omitempty"`
	Who            string `json:"who,omitempty"`
	Why            string `json:"why,omitempty"`
	BackOffPercent int    `json:"back_off_percent,omitempty"`
}
