package lifecycle

import (
	"causeway/internal/steps"
	"causeway/workflows/contract"
)

// Life is what a State holds of the connection's being stopped, taken up again and ended.
type Life struct {
	// Before is the state that the connection goes back to when it is resumed or enabled: connected as long as
	// its first sync has not been completed.
	Before string `json:"before,omitempty"`
	// Kept is the state that was stored last by KeepState, empty before the first time.
	Kept string `json:"kept,omitempty"`
	// Keeps counts the states that were given to KeepState.
	Keeps     int64            `json:"keeps,omitempty"`
	Paused    *contract.Paused `json:"paused,omitempty"`
	Suspended *Suspended       `json:"suspended,omitempty"`
	// Yielded is a sync of everything that stepped aside for runs that came ahead of it.
	Yielded  *Suspended         `json:"yielded,omitempty"`
	Disabled *contract.Disabled `json:"disabled,omitempty"`
	Deletion *contract.Deletion `json:"deletion,omitempty"`
	// Disables and Plans count: they make ids.
	Disables int `json:"disables,omitempty"`
	Plans    int `json:"plans,omitempty"`
	// Plan is the newest plan of a deletion that was made since the connection was disabled.
	Plan string `json:"plan,omitempty"`
	// Answering is the update whose handler is at work on the connection's life.
	Answering string `json:"answering,omitempty"`
	Note      string `json:"note,omitempty"`
}

// Suspended is a run that was stopped where it stood.
type Suspended struct {
	Run      contract.RunRef     `json:"run"`
	Progress *steps.SyncProgress `json:"progress,omitempty"`
}
