package steps

import (
	"time"

	"causeway/workflows/contract"
)

// AdmitInput asks to admit a push and give it the connection's next sequence number.
type AdmitInput struct {
	contract.PushInput
	WorkflowID string               `json:"workflow_id"`
	Request    contract.PushRequest `json:"request"`
}

// Admitted is the verdict on a request.
type Admitted struct {
	Sequence int64 `json:"sequence"`
	// Answer is set if the request has an answer already: it is refused, was answered before, or is queued.
	Answer *contract.PushResult `json:"answer,omitempty"`
}

// CarryInput asks to carry out an admitted push.
type CarryInput struct {
	AdmitInput
	Sequence int64 `json:"sequence"`
	// LastTry asks for an answer in any case, because another try is not allowed or would not help.
	LastTry bool `json:"last_try,omitempty"`
}

// PushSummary counts the requests of one execution of a TransactionPush by their outcome.
type PushSummary struct {
	Requests int `json:"requests"`
	Done     int `json:"done"`
	Refused  int `json:"refused"`
	Failed   int `json:"failed"`
}

// Carried is the progress of a push. Exactly one field is set.
type Carried struct {
	// Answer is the push's answer. PushQueued means that the connection was paused meanwhile.
	Answer *contract.PushResult `json:"answer,omitempty"`
	// Import lists CRM records that must be created in billing first.
	Import []contract.Ref `json:"import,omitempty"`
	// SettleAt is when a write of unknown outcome can be settled.
	SettleAt time.Time `json:"settle_at,omitzero"`
}

// PushImportInput asks to create CRM records in billing for a push.
type PushImportInput struct {
	Connection string         `json:"connection"`
	Sequence   int64          `json:"sequence"`
	WorkflowID string         `json:"workflow_id"`
	Records    []contract.Ref `json:"records"`
	Who        string         `json:"who,omitempty"`
}

// PushImported reports whether that is done. If not, the rest can be done from SettleAt on.
type PushImported struct {
	Done     bool      `json:"done"`
	SettleAt time.Time `json:"settle_at,omitzero"`
}

// QueueInput asks to release or refuse queued pushes.
type QueueInput struct {
	Connection string `json:"connection"`
}

// QueueResult counts the pushes that were released or refused. More reports that others are queued.
type QueueResult struct {
	Pushes int  `json:"pushes"`
	More   bool `json:"more,omitempty"`
	// Open counts admitted pushes that have not ended.
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
	// ReleaseSignal lets a queued push continue.
	ReleaseSignal = "release"
	// RefuseSignal ends a queued push, because the connection is being disabled.
	RefuseSignal = "refuse"
)
