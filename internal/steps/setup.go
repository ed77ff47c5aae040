package steps

import "causeway/workflows/contract"

// AdoptInput asks to check an edit of preferences against both sides and to save it.
type AdoptInput struct {
	Connection  string `json:"connection"`
	Draft       string `json:"draft"`
	EveryRecord bool   `json:"every_record,omitempty"`
}

// AdoptResult is the version that the edit made, or everything that is wrong with it.
type AdoptResult struct {
	Version  int                `json:"version"`
	Problems []contract.Problem `json:"problems,omitempty"`
	// CadenceMS is the cadence of the new preferences, in milliseconds.
	CadenceMS int64 `json:"cadence_ms,omitempty"`
}

// ScopeInput asks to store the records of a run before it starts. One of Ref, Resolve and Retry selects them.
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

// PruneInput asks to delete runs that are older than the preferences allow.
type PruneInput struct {
	Connection string `json:"connection"`
}

// PruneResult counts the deleted runs.
type PruneResult struct {
	Runs int `json:"runs"`
}
