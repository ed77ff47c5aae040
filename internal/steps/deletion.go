package steps

import "causeway/workflows/contract"

// PlanDeletionInput asks for the next part of a plan.
type PlanDeletionInput struct {
	Connection string `json:"connection"`
	Plan       string `json:"plan"`
	Who        string `json:"who,omitempty"`
	// GiveUp names the sides that nobody looks at.
	GiveUp []string `json:"give_up,omitempty"`
}

// ConfirmDeletionInput asks whether the token belongs to the plan, and uses it up.
type ConfirmDeletionInput struct {
	Connection string `json:"connection"`
	Plan       string `json:"plan"`
	Choice     string `json:"choice"`
	Token      string `json:"token"`
	// Request names this confirmation: delivered twice, it is the same one.
	Request string `json:"request"`
	Who     string `json:"who,omitempty"`
}

// GiveUpInput gives sides up for a deletion that was confirmed.
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

// DeletionPartInput asks for the next part of a step that is about records.
type DeletionPartInput struct {
	Connection string `json:"connection"`
	Plan       string `json:"plan"`
	// Step is the step; After the place where the part before ended, empty to begin.
	Step  string `json:"step"`
	After string `json:"after,omitempty"`
}

// DeletionPartResult counts what became of records in this part. A record that was done before is not counted
// again.
type DeletionPartResult struct {
	Done      bool   `json:"done"`
	Next      string `json:"next,omitempty"`
	Converted int    `json:"converted"`
	Deleted   int    `json:"deleted"`
	Kept      int    `json:"kept"`
	Gone      int    `json:"gone"`
	Unknown   int    `json:"unknown,omitempty"`
}

// DeleteInput starts a Delete workflow. Integration starts it; nobody else should.
type DeleteInput struct {
	Connection     string `json:"connection"`
	Plan           string `json:"plan"`
	Choice         string `json:"choice"`
	Who            string `json:"who,omitempty"`
	BackOffPercent int    `json:"back_off_percent,omitempty"`
	// Progress is what continues as new; leave it out when starting.
	Progress *DeleteProgress `json:"progress,omitempty"`
}

// DeleteProgress is how far a deletion has come in this try: what the store does not hold already.
type DeleteProgress struct {
	Step int `json:"step"`
	// After is the place in the step that is under way.
	After string `json:"after,omitempty"`
	contract.DeleteCounts
}

// DeleteResult is what a Delete workflow ends with: all is done, or it stopped.
type DeleteResult struct {
	Stopped *contract.Stopped `json:"stopped,omitempty"`
	contract.DeleteCounts
}
