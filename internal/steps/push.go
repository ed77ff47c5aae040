package steps

import (
	"time"

	"causeway/workflows/contract"
)

// AdmitInput asks for a place in the connection's sequence.
type AdmitInput struct {
	contract.PushInput
	WorkflowID string               `json:"workflow_id"`
	Request    contract.PushRequest `json:"request"`
}

// Admitted says what becomes of a request.
type Admitted struct {
	Sequence int64 `json:"sequence"`
	// Answer is the request's answer, where it has one already: it is refused, was answered before, or waits.
	Answer *contract.PushResult `json:"answer,omitempty"`
}

// CarryInput asks for an admitted push to be carried out.
type CarryInput struct {
	AdmitInput
	Sequence int64 `json:"sequence"`
	// LastTry asks for an answer whatever happens: the push was tried often enough, or trying again would not help.
	LastTry bool `json:"last_try,omitempty"`
}

// PushSummary counts the requests of one execution of a TransactionPush, by what became of them.
type PushSummary struct {
	Requests int `json:"requests"`
	Done     int `json:"done"`
	Refused  int `json:"refused"`
	Failed   int `json:"failed"`
}

// Carried says how far it has come: one of its parts is set.
type Carried struct {
	// Answer is what became of it; with PushQueued the connection has paused since.
	Answer *contract.PushResult `json:"answer,omitempty"`
	// Import names records of the CRM that have to be brought to billing first.
	Import []contract.Ref `json:"import,omitempty"`
	// SettleAt is when a write of unknown outcome can be settled.
	SettleAt time.Time `json:"settle_at,omitzero"`
}

// PushImportInput asks for records of the CRM to be brought to billing, for a push.
type PushImportInput struct {
	Connection string         `json:"connection"`
	Sequence   int64          `json:"sequence"`
	WorkflowID string         `json:"workflow_id"`
	Records    []contract.Ref `json:"records"`
	Who        string         `json:"who,omitempty"`
}

// PushImported says whether that is done; unless it is, the rest can be done from SettleAt on.
type PushImported struct {
	Done     bool      `json:"done"`
	SettleAt time.Time `json:"settle_at,omitzero"`
}

// QueueInput asks for queued pushes to be released or refused.
type QueueInput struct {
	Connection string `json:"connection"`
}

// QueueResult counts those that were; More says that there are others.
type QueueResult struct {
	Pushes int  `json:"pushes"`
	More   bool `json:"more,omitempty"`
	// Open are those that were admitted and have no end yet.
	Open int `json:"open,omitempty"`
}

// QueueSignal is the payload of ReleaseSignal and RefuseSignal.
type QueueSignal struct {
	Sequence int64 `json:"sequence"`
	// State is the connection's, with RefuseSignal.
	State string `json:"state,omitempty"`
}

// The signals of a TransactionPush, which the connection's Integration sends.
const (
	// ReleaseSignal lets what was queued go on.
	ReleaseSignal = "release"
	// RefuseSignal ends what was queued: the connection is being disabled.
	RefuseSignal = "refuse"
)
