package steps

import "causeway/workflows/contract"

// PlanDeletionInput asks for the next part of a plan.
type PlanDeletionInput struct {
	Connection string `json:"connection"`
	Plan       string `json:"plan"`
	Who        string `json:"who,omitempty"`
	// GiveUp names the sides that are not read.
	GiveUp []string `json:"give_up,omitempty"`
}

// ConfirmDeletionInput asks to check the token of a plan. The token works once.
type ConfirmDeletionInput struct {
	Connection string `json:"connection"`
	Plan       string `json:"plan"`
	Choice     string `json:"choice"`
	Token      string `json:"token"`
	// Request identifies this confirmation, so that a repeated delivery is recognised.
	Request string `json:"request"`
	Who     string `json:"who,omitempty"`
}

// GiveUpInput asks to give up sides in a confirmed deletion.
type GiveUpInput struct {
	Connection string   `json:"connection"`
	Plan       string   `json:"plan"`
	Sides      []string `json:"sides"`
}

// DeletionInput names the deletion that a step belongs to.
type DeletionInput struct {
	Connection string `json:"connection"`
	Plan       string `json:"plan"`
}

// DeletionPartInput asks for the next part of a step that goes through records.
type DeletionPartInput struct {
	Connection string `json:"connection"`
	Plan       string `json:"plan"`
	// Step is the step. After is where the previous part ended; it is empty for the first.
	Step  string `json:"step"`
	After string `json:"after,omitempty"`
}

// DeletionPartResult counts the outcomes of this part. A record that was done before is not counted again.
type DeletionPartResult struct {
	Done      bool   `json:"done"`
	Next      string `json:"next,omitempty"`
	Converted int    `json:"converted"`
	Deleted   int    `json:"deleted"`
	Kept      int    `json:"kept"`
	Gone      int    `json:"gone"`
	Unknown   int    `json:"unknown,omitempty"`
}

// DeleteInput starts a Delete workflow. Only Integration starts it.
type DeleteInput struct {
	Connection     string `json:"connection"`
	Plan           string `json:"plan"`
	Choice         string `json:"choice"`
	Who            string `json:"who,omitempty"`
	BackOffPercent int    `json:"back_off_percent,omitempty"`
	// Progress is set when the workflow continues as new.
	Progress *DeleteProgress `json:"progress,omitempty"`
}

// DeleteProgress is the progress of a try that the store does not hold.
type DeleteProgress struct {
	Step int `json:"step"`
	// After is the place in the step in progress.
	After string `json:"after,omitempty"`
	contract.DeleteCounts
}

// DeleteResult is the result of a Delete workflow: it is complete, or it stopped.
type DeleteResult struct {
	Stopped *contract.Stopped `json:"stopped,omitempty"`
	contract.DeleteCounts
}
