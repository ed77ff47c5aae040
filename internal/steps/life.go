package steps

import (
	"time"

	"causeway/workflows/contract"
)

// ConnectionInput names the connection that an activity is about.
type ConnectionInput struct {
	Connection string `json:"connection"`
}

// KeepStateInput asks for a connection's state to be stored, so that whoever looks without Temporal sees it.
type KeepStateInput struct {
	Connection string             `json:"connection"`
	State      string             `json:"state"`
	Degraded   *contract.Degraded `json:"degraded,omitempty"`
	// Series and Seq are its place among the states of the connection's workflow: one that comes late changes
	// nothing. An earlier build sends none.
	Series string `json:"series,omitempty"`
	Seq    int64  `json:"seq,omitempty"`
}

// DisableLook is what disabling would take away: what Causeway's finance workspace keeps beside the CRM's own
// records, by kind.
type DisableLook struct {
	TransactionsOn bool           `json:"transactions_on"`
	Workspace      map[string]int `json:"workspace,omitempty"`
}

// DrainInput asks for what is under way to be brought to its end: what was planned is dropped, what was sent is
// settled. RunID is the run that was stopped where it stood, empty where there was none.
type DrainInput struct {
	Connection string `json:"connection"`
	RunID      string `json:"run_id,omitempty"`
	Who        string `json:"who,omitempty"`
	Why        string `json:"why,omitempty"`
	// GiveUp leaves unknown what cannot be settled now, and ends the run.
	GiveUp bool `json:"give_up,omitempty"`
}

// DrainResult says what became of it. Unless Done, the rest can be settled from SettleAt on.
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

// EnableInput asks whether a connection can be taken up again with that CRM organisation.
type EnableInput struct {
	Connection string `json:"connection"`
	CRMOrg     string `json:"crm_org"`
	Who        string `json:"who,omitempty"`
}

// EnableCheck says how the connection goes on.
type EnableCheck struct {
	// CadenceMS is that of the preferences, in milliseconds.
	CadenceMS int64 `json:"cadence_ms,omitempty"`
}

// ReauthorizeInput asks whether the stored credential of a side is good for the connection.
type ReauthorizeInput struct {
	Connection string `json:"connection"`
	Side       string `json:"side"`
	Who        string `json:"who,omitempty"`
}

// DisableInput starts a Disable workflow. Integration starts it; nobody else should.
type DisableInput struct {
	Connection string `json:"connection"`
	// Run is the sync that was stopped where it stood, empty where there was none.
	Run            string `json:"run,omitempty"`
	Who            string `json:"who,omitempty"`
	Why            string `json:"why,omitempty"`
	BackOffPercent int    `json:"back_off_percent,omitempty"`
}
