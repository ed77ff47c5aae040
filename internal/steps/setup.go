package steps

import "causeway/workflows/contract"

// AdoptInput asks for an edit of preferences to be checked against both sides, and saved.
type AdoptInput struct {
	Connection  string `json:"connection"`
	Draft       string `json:"draft"`
	EveryRecord bool   `json:"every_record,omitempty"`
}

// AdoptResult is the version that the edit made, or all that is wrong with it.
type AdoptResult struct {
	Version  int                `json:"version"`
	Problems []contract.Problem `json:"problems,omitempty"`
	// CadenceMS is that of the new preferences, in milliseconds.
	CadenceMS int64 `json:"cadence_ms,omitempty"`
}

// ScopeInput asks for the records of a run to be kept with it before it starts. One of Ref, Resolve and Retry
// says which.
type ScopeInput struct {
	Connection string `json:"connection"`
	RunID      string `json:"run_id"`
	Trigger    string `json:"trigger"`
	// Ref is the record of a resync or an import.
	Ref     *contract.Ref                    `json:"ref,omitempty"`
	Resolve *contract.ResolveConflictRequest `json:"resolve,omitempty"`
	Retry   *contract.RetryRequest           `json:"retry,omitempty"`
}

// ScopeResult counts the records that the run is about.
type ScopeResult struct {
	Records int `json:"records"`
}

// PruneInput asks for runs to be forgotten that are older than the preferences keep them.
type PruneInput struct {
	Connection string `json:"connection"`
}

// PruneResult counts the runs that were forgotten.
type PruneResult struct {
	Runs int `json:"runs"`
}
